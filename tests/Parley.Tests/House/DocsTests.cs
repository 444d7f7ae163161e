using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Parley.Server;
using Parley.Server.Operations;

namespace Parley.Tests.House;

public sealed class DocsTests
{
    // Written in two halves, so that this file doesn't contain what it looks for.
    private static readonly Ban[] Foreign =
    [
        new("a path of somebody's machine", "", new("(^|[\\s\"'(=`])/" + "(ro" + "ot|wo" + "rk)/|/ho" + "me/[a-z]")),
        new("a mark of an unfinished merge", "", new("^(<<<<" + "<<< |>>>>" + ">>> )")),
        new("a package registry's address", "", new("artifact" + "ory|nexus\\.|pypi\\.|registry\\.np" + "mjs")),
    ];

    [Fact]
    public void The_architecture_prints_the_allowed_edges() =>
        Assert.Equal(AllowedEdges.Markdown().Trim(), DocsRule.Between(Tree.Read("docs/architecture.md"), "edges"));

    [Fact]
    public void Every_setting_is_documented_with_its_default() =>
        Clean.Of(DocsRule.Wrong(Settings.All.ToList(), Tree.Read("docs/configuration.md")));

    [Fact]
    public void Every_metric_is_documented() =>
        Assert.Equal(DocsRule.Metrics(Tree.Code("src")), DocsRule.DocumentedMetrics(Tree.Read("docs/operating.md")));

    [Fact]
    public async Task The_OpenAPI_documents_are_current()
    {
        await using var server = await RunningServer.Start("sqlite");
        List<string> old = [];
        foreach (var name in OpenApiFiles.Documents.Select(d => d.Name))
        {
            var file = Path.Combine(Tree.Root, "docs/openapi", name + ".json");
            var kept = File.Exists(file) ? await File.ReadAllTextAsync(file) : "";
            if (kept != await OpenApiFiles.Text(server.Services, name, default))
                old.Add($"docs/openapi/{name}.json: write it again by dotnet dev.cs openapi");
        }
        Clean.Of(old);
    }

    [Fact]
    public async Task The_page_of_the_documents_needs_nobody_else()
    {
        await using var server = await RunningServer.Start("sqlite");
        var page = await server.Http.GetStringAsync("/docs/");
        Assert.Contains("openapi/parley.json", page, StringComparison.Ordinal);
        Assert.DoesNotMatch("(src|href)=\"(https?:)?//", page);
        Assert.True((await server.Http.GetByteArrayAsync("/docs/scalar.js")).Length > 100_000);
    }

    /// <summary>A door that is not described would be missing silently.</summary>
    [Fact]
    public async Task The_documents_hold_every_door_that_is_meant_to_be_called()
    {
        await using var server = await RunningServer.Start("sqlite");
        var documents = "";
        foreach (var part in OpenApiFiles.Documents)
            documents += await OpenApiFiles.Text(server.Services, part.Name, default);
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        Clean.Of(
        [
            .. endpoints.Where(e => e.Metadata.GetMetadata<ITagsMetadata>() is not null)
                .Where(e => e.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>() is null)
                .Select(e => e.RoutePattern.RawText!.Replace("{**", "{", StringComparison.Ordinal)).Distinct()
                .Where(path => !documents.Contains($"\"{path}\"", StringComparison.Ordinal))
                .Select(path => $"{path} is in no OpenAPI document: Describe it"),
        ]);
    }

    [Fact]
    public void Nothing_foreign_is_in_the_tree() => Clean.Of(LineRule.Sins(Tree.Everything(), Foreign));

    [Fact]
    public void Finds_missing_markers()
    {
        Assert.Equal("the markers of edges are missing", DocsRule.Between("# Architecture", "edges"));
        Assert.Equal("x", DocsRule.Between("<!-- edges:begin -->\nx\n<!-- edges:end -->", "edges"));
    }

    [Fact]
    public void Finds_settings_that_are_missing_unknown_or_have_another_default() =>
        Assert.Equal(["B:Y is not documented", "B:Z is no setting", "B:X: the default is 2, not 3"],
            DocsRule.Wrong([new("B:X", 2), new("B:Y", ""), new("B:W", null)],
                "| `B:X` | 3 | x |\n| `B:W` | unset | x |\n| `B:Z` | 1 | x |"));

    [Fact]
    public void Finds_the_names_of_instruments_and_of_rows()
    {
        var code = SourceFile.Of(
            "src/A.cs", "m.CreateCounter<long>(\"parley.a\", \"x\");\nm.CreateObservableGauge(\n    \"parley.b\",");
        Assert.Equal(["parley.a", "parley.b"], DocsRule.Metrics([code]));
        Assert.Equal(["parley.a"], DocsRule.DocumentedMetrics("| `parley.a` | counter |\n| `Storage:Folder` | data |"));
    }

    [Theory]
    [InlineData("cd /ro" + "ot/parley")]
    [InlineData("<<<<" + "<<< HEAD")]
    [InlineData("https://registry.np" + "mjs.org/x")]
    public void Finds_what_is_foreign(string line) =>
        Assert.Single(LineRule.Sins([SourceFile.Of("docs/x.md", line)], Foreign));
}
