using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Parley.Server.Operations;

/// <summary>One document of the APIs: what of the server is in it.</summary>
internal sealed record OpenApiPart(string Name, string Title, Func<string, bool> Covers)
{
    public void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description => Covers(description.RelativePath ?? "");
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = Title, Version = CommandLine.Version };
            return Task.CompletedTask;
        });
    }
}

/// <summary>The documents of the APIs, served at <c>/openapi/NAME.json</c> and kept in <c>docs/openapi</c>.</summary>
internal static class OpenApiFiles
{
    private const string Admin = "admin/";
    private const string Sandbox = "sandbox/";

    public static readonly OpenApiPart[] Documents =
    [
        new("parley", "Parley", path => !Below(path, Admin) && !Below(path, Sandbox)),
        new("administration", "Parley: administration", path => Below(path, Admin)),
        new("sandbox", "Parley: sandbox", path => Below(path, Sandbox)),
    ];

    /// <summary>The document as it is kept in the repository.</summary>
    public static async Task<string> Text(IServiceProvider services, string name, CancellationToken cancel)
    {
        await using var scope = services.CreateAsyncScope();
        var provider = scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(name);
        var document = await provider.GetOpenApiDocumentAsync(cancel);
        // Who serves it is said by the server that does.
        document.Servers?.Clear();
        return await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancel) + "\n";
    }

    /// <summary>Writes all of them into a folder. The doors stand only in a server that runs, so one does for a moment.</summary>
    public static async Task Write(string folder, CancellationToken cancel)
    {
        var temporary = Directory.CreateTempSubdirectory("parley-openapi-").FullName;
        await using (var app = ParleyServer.Build(
            ["--urls", "http://127.0.0.1:0", "--Storage:Postgres", "", "--Storage:Folder", temporary, "--Sandbox:Enabled", "false"]))
        {
            await app.StartAsync(cancel);
            Directory.CreateDirectory(folder);
            foreach (var document in Documents)
                await File.WriteAllTextAsync(Path.Combine(folder, document.Name + ".json"), await Text(app.Services, document.Name, cancel), cancel);
            await app.StopAsync(cancel);
        }
        Directory.Delete(temporary, recursive: true);
    }

    private static bool Below(string path, string folder) => path.StartsWith(folder, StringComparison.OrdinalIgnoreCase);
}
