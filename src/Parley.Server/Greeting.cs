using Parley.Server.Provisioning;
using Parley.Server.Tenants;

namespace Parley.Server;

/// <summary>What the server prints when it is ready: where it is, and commands to try.</summary>
internal static class Greeting
{
    public static void Print(WebApplication app)
    {
        var url = World.ThisMachine(app.Urls.FirstOrDefault() ?? ParleyServer.DefaultUrl);
        Console.WriteLine($"Parley listens on {string.Join(", ", app.Urls)}   (documentation of the APIs: {url}/docs)");
        var storage = app.Services.GetRequiredService<ParleyOptions>().Storage;
        Console.WriteLine(storage.Postgres.Length > 0
            ? "Its data is in PostgreSQL." : $"Its data is in {Path.GetFullPath(storage.Folder)}.");
        var world = app.Services.GetRequiredService<World>();
        if (world.DemoKey is not { } key) return;
        var account = $"user={DemoProvisioning.User}&password={world.DemoPassword}&api_id={DemoProvisioning.ApiId}";
        Console.WriteLine($$"""
            The sandbox world is on: no carrier is provisioned. Demo API key: {{key}}
            Send a message, then look at the phone:

              curl -s {{url}}/v1/message -H 'Authorization: {{key}}' -H 'Content-Type: application/json' -d '{"messages":[{"to":"27999000123","content":"Your table is ready"}]}'
              curl -s {{url}}/sandbox/v1/phones/27999000123

            The same through legacy HTTP:

              curl -s '{{url}}/http/sendmsg?{{account}}&to=27999000123&text=Your+table+is+ready'
            """);
        var smpp = app.Services.GetRequiredService<ParleyOptions>().SmppServer;
        if (smpp.TestPort > 0)
            Console.WriteLine($"""

                Or bind over SMPP to {smpp.Address}:{smpp.TestPort}:

                  system_id {DemoProvisioning.User}, password {world.DemoPassword}, system_type {DemoProvisioning.ApiId}
                """);
        if (app.Services.GetRequiredService<AdminKeys>().Demo is not { } admin) return;
        Console.WriteLine($"""

            What an operator sees (this key opens from this machine only):

              curl -s {url}/admin/v1/messages -H 'Authorization: {admin}'
            """);
    }
}
