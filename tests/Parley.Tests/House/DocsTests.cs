using Parley.Server;

namespace Parley.Tests.House;

public sealed class DocsTests
{
    // The provisioning file is named on the command line (--provision), not in a section of its own.
    private static IEnumerable<string> Settings =>
        DocsRule.Settings(typeof(ParleyOptions)).Select(s => s == "Provisioning:File" ? "Provision" : s);

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
    public void Every_setting_is_documented() =>
        Clean.Of(DocsRule.Undocumented(Settings, Tree.Read("docs/configuration.md")));

    [Fact]
    public void Nothing_foreign_is_in_the_tree() => Clean.Of(LineRule.Sins(Tree.Everything(), Foreign));

    [Fact]
    public void Finds_missing_markers_and_missing_settings()
    {
        Assert.Equal("the markers of edges are missing", DocsRule.Between("# Architecture", "edges"));
        Assert.Equal("x", DocsRule.Between("<!-- edges:begin -->\nx\n<!-- edges:end -->", "edges"));
        Assert.Equal(["Webhooks:Timeout"], DocsRule.Undocumented(["Webhooks:Timeout", "Webhooks:Waiting"], "`Webhooks:Waiting`"));
    }

    [Theory]
    [InlineData("cd /ro" + "ot/parley")]
    [InlineData("<<<<" + "<<< HEAD")]
    [InlineData("https://registry.np" + "mjs.org/x")]
    public void Finds_what_is_foreign(string line) =>
        Assert.Single(LineRule.Sins([SourceFile.Of("docs/x.md", line)], Foreign));
}
