using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Parley.Server.Operations;

/// <summary>One document of the APIs: what of the server is in it.</summary>
/// <param name="Name">Its name in the address.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Key">What opens its doors; null when they are open.</param>
/// <param name="Covers">Whether a path belongs to it.</param>
internal sealed record OpenApiPart(string Name, string Title, string? Key, Func<string, bool> Covers)
{
    public void Configure(OpenApiOptions options)
    {
        options.ShouldInclude = description => Covers(description.RelativePath ?? "");
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = Title, Version = OperationsModule.Version };
            if (Key is null) return Task.CompletedTask;
            document.Components ??= new OpenApiComponents();
            document.AddComponent<IOpenApiSecurityScheme>("key", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = "Authorization",
                Description = Key,
            });
            document.Security =
                [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("key", document)] = [] }];
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
        new("parley", "Parley", "The integration's API key.", path => !Below(path, Admin) && !Below(path, Sandbox)),
        new("administration", "Parley: administration", "An admin key.", path => Below(path, Admin)),
        new("sandbox", "Parley: sandbox", null, path => Below(path, Sandbox)),
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

    /// <summary>Writes all of them into a folder; the server must run.</summary>
    public static async Task Write(IServiceProvider services, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        foreach (var document in Documents)
        {
            var text = await Text(services, document.Name, cancel);
            await File.WriteAllTextAsync(Path.Combine(folder, document.Name + ".json"), text, cancel);
        }
    }

    private static bool Below(string path, string folder) =>
        path.StartsWith(folder, StringComparison.OrdinalIgnoreCase);
}
