using Parley.Platform.Storage;
using Parley.Server;
using Parley.Server.Provisioning;

try
{
    var app = ParleyServer.Build(args);
    await app.StartAsync();
    Greeting.Print(app);
    await app.WaitForShutdownAsync();
    await app.DisposeAsync();
    return 0;
}
catch (Exception error) when (error is OptionsInvalid or StorageInUse or ProvisioningRefused or IOException)
{
    // What the operator can mend is said plainly; a stack trace would only hide it.
    Console.Error.WriteLine(error.Message);
    return 1;
}
