using System.Data.Common;
using System.Security.Cryptography;
using Parley.Ledger;
using Parley.Platform.Storage;
using Parley.Server;
using Parley.Server.Operations;
using Parley.Server.Provisioning;

if (CommandLine.WantsHelp(args)) return Say(CommandLine.Help());
if (CommandLine.WantsVersion(args)) return Say(OperationsModule.Version);
try
{
    if (args is [CommandLine.OpenApi, var folder])
    {
        await WriteDocuments(folder);
        return 0;
    }
    if (args is [CommandLine.VerifyBooks, .. var settings]) return await VerifyBooks(settings);
    if (CommandLine.Problems(args) is { Count: > 0 } problems) throw new OptionsInvalid(problems);
    await using var app = ParleyServer.Build(args);
    await Run(app);
    return 0;
}
catch (Exception error) when (error is OptionsInvalid or StorageInUse or ProvisioningRefused
    or IOException or UnauthorizedAccessException or DbException or CryptographicException)
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

// The doors stand only in a server that runs, so one does for a moment.
static async Task WriteDocuments(string folder)
{
    var temporary = Directory.CreateTempSubdirectory("parley-openapi-").FullName;
    await using (var app = ParleyServer.Build(
        [
            "--urls", "http://127.0.0.1:0", "--Storage:Postgres", "", "--Storage:Folder", temporary,
            "--Sandbox:Enabled", "false", "--Logging:LogLevel:Default", "Warning",
            "--SmppServer:Port", "0", "--SmppServer:TlsPort", "0",
        ]))
    {
        await app.StartAsync();
        await OpenApiFiles.Write(app.Services, folder, CancellationToken.None);
        await app.StopAsync();
    }
    Directory.Delete(temporary, recursive: true);
}

// Beside a server that runs, or without one: it only reads.
static async Task<int> VerifyBooks(string[] settings)
{
    if (CommandLine.Problems(settings) is { Count: > 0 } problems) throw new OptionsInvalid(problems);
    var found = await DatabaseReader.Read(
        ParleyServer.Options(settings).Storage,
        (connection, dialect) => BookCheck.Run(connection, dialect, CancellationToken.None), CancellationToken.None);
    foreach (var finding in found.Findings) Console.WriteLine(finding);
    var verdict = found.Sound ? "the books are sound" : "something is wrong";
    Console.WriteLine($"{found.Accounts} accounts, {found.Entries} transfers: {verdict}");
    return found.Sound ? 0 : 1;
}

static int Say(string text)
{
    Console.WriteLine(text);
    return 0;
}
