using System.Net;
using Parley.Sandbox;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Provisioning;
using Parley.Server.Tenants;

namespace Parley.Server;

/// <summary>
/// Which world the server lives in: the one that was provisioned, or, while that has no carrier, the sandbox with its demo integration.
/// </summary>
internal sealed class World(
    ParleyOptions options,
    ProvisionAtStart provision,
    LoadProvisioning load,
    AdminKeys adminKeys,
    IServiceProvider services)
{
    public const string SimulatorId = "parley-simulator";

    /// <summary>The demo key; null without sandbox.</summary>
    public string? DemoKey { get; private set; }

    /// <summary>The password of the demo account; null without sandbox.</summary>
    public string? DemoPassword { get; private set; }

    /// <summary>Applies the file, and puts the demo world there or takes it away.</summary>
    public async Task Provision(CancellationToken cancel)
    {
        await provision.ApplyFile(cancel);
        var sandbox = options.Sandbox.Enabled ?? true;
        if (!sandbox || await provision.HasCarriers(cancel))
        {
            await provision.RemoveDemo(cancel);
            if (sandbox && options.Sandbox.TestNumbers) KeepSimulator();
            return;
        }
        var urls = Urls(services.GetRequiredService<IConfiguration>());
        var url = ThisMachine(urls[0]);
        var smsc = services.GetRequiredService<SandboxSmsc>();
        DemoKey = Provisioning.DemoKey.ReadOrMake(options.Storage.Folder);
        DemoPassword = Provisioning.DemoKey.ReadOrMakePassword(options.Storage.Folder);
        if (Array.TrueForAll(urls, IsLoopback))
            adminKeys.Demo =
                Provisioning.DemoKey.ReadOrMake(options.Storage.Folder, Provisioning.DemoKey.AdminFileName);
        var world = new DemoWorld(
            DemoKey, "127.0.0.1", smsc.Port, SandboxSmsc.Account, SandboxSmsc.Account,
            $"{url}/sandbox/v1/webhooks/status", $"{url}/sandbox/v1/webhooks/inbound")
        {
            AccountPassword = DemoPassword,
            PartnersUrl = $"{url}/sandbox/v1",
        };
        await provision.ApplyDemo(world, cancel);
    }

    /// <summary>Real carriers are there, and the sandbox's SMSC stays beside them for the test numbers.</summary>
    private void KeepSimulator()
    {
        var smsc = services.GetRequiredService<SandboxSmsc>();
        smsc.MaySend = TestNumbers.Are;
        load.Simulator = new Carrier
        {
            Id = SimulatorId,
            Host = "127.0.0.1",
            Port = smsc.Port,
            SystemId = SandboxSmsc.Account,
            Password = SandboxSmsc.Account,
            Aside = true,
        };
    }

    /// <summary>Takes the world into memory and starts its carriers.</summary>
    public Task Load(CancellationToken cancel) => load.Run(cancel);

    /// <summary>True when only this machine can reach what listens on the address.</summary>
    public static bool IsLoopback(string url)
    {
        var host = BindingAddress.Parse(url).Host;
        return host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>The address that is listened on, as this machine reaches it.</summary>
    public static string ThisMachine(string url)
    {
        var address = BindingAddress.Parse(url);
        var host = address.Host is "*" or "+" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}";
    }

    /// <summary>The addresses that can't be listened on.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        foreach (var url in Urls(configuration))
        {
            // The web server's wildcards are no hosts.
            var plain = url.Replace("//*", "//any", StringComparison.Ordinal)
                .Replace("//+", "//any", StringComparison.Ordinal);
            if (!Uri.TryCreate(plain, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https")
                || uri.AbsolutePath != "/")
                yield return $"urls: {url} is no address to listen on, such as {ParleyServer.DefaultUrl} or http://*:8080";
        }
    }

    private static string[] Urls(IConfiguration configuration)
    {
        var urls = configuration["urls"]?.Split(
            ';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls is { Length: > 0 } ? urls : [ParleyServer.DefaultUrl];
    }
}
