using System.Data.Common;
using Parley.Platform.Storage;
using Parley.Server;
using Parley.Server.Operations;
using Parley.Server.Provisioning;

if (CommandLine.WantsHelp(args)) return Say(CommandLine.Help());
if (CommandLine.WantsVersion(args)) return Say(CommandLine.Version);
try
{
    if (args is [CommandLine.OpenApi, var folder])
    {
        await OpenApiFiles.Write(folder, CancellationToken.None);
        return 0;
    }
    if (CommandLine.Problems(args) is { Count: > 0 } problems) throw new OptionsInvalid(problems);
    await using var app = ParleyServer.Build(args);
    await Run(app);
    return 0;
}
catch (Exception error) when (error is OptionsInvalid or StorageInUse or ProvisioningRefused
    or IOException or UnauthorizedAccessException or DbException)
{
    // What the operator can mend is said plainly; a stack trace would only hide it.
    Console.Error.WriteLine(error is DbException ? $"The database can't be used: {error.Message}" : error.Message);
    return 1;
}

static async Task Run(WebApplication app)
{
    try
    {
        await app.StartAsync();
    }
    catch
    {
        // Half of it may run already: it stops in order, as if it had started.
        await app.StopAsync();
        throw;
    }
    Greeting.Print(app);
    await app.WaitForShutdownAsync();
}

static int Say(string text)
{
    Console.WriteLine(text);
    return 0;
}
