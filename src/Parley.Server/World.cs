using Parley.Sandbox;
using Parley.Server.Provisioning;

namespace Parley.Server;

/// <summary>
/// Which world the server lives in: the one that was provisioned, or, while that has no carrier, the sandbox with its demo integration.
/// </summary>
internal sealed class World(ParleyOptions options, ProvisionAtStart provision, LoadProvisioning load, IServiceProvider services)
{
    /// <summary>The demo key; null without sandbox.</summary>
    public string? DemoKey { get; private set; }

    /// <summary>Applies the file, and puts the demo world there or takes it away.</summary>
    public async Task Provision(CancellationToken cancel)
    {
        await provision.ApplyFile(cancel);
        var sandbox = options.Sandbox.Enabled ?? true;
        if (!sandbox || await provision.HasCarriers(cancel))
        {
            await provision.RemoveDemo(cancel);
            return;
        }
        var url = ListenUrl(services.GetRequiredService<IConfiguration>());
        var smsc = services.GetRequiredService<SandboxSmsc>();
        DemoKey = Provisioning.DemoKey.ReadOrMake(options.Storage.Folder);
        var world = new DemoWorld(
            DemoKey, "127.0.0.1", smsc.Port, SandboxSmsc.Account, SandboxSmsc.Account, $"{url}/sandbox/v1/webhooks/status", $"{url}/sandbox/v1/webhooks/inbound");
        await provision.ApplyDemo(world, cancel);
    }

    /// <summary>Takes the world into memory and starts its carriers.</summary>
    public Task Load(CancellationToken cancel) => load.Run(cancel);

    /// <summary>The first address that is listened on, as this machine reaches it.</summary>
    public static string ListenUrl(IConfiguration configuration)
    {
        var urls = configuration["urls"];
        var first = string.IsNullOrEmpty(urls) ? ParleyServer.DefaultUrl : urls.Split(';')[0];
        return first.TrimEnd('/').Replace("//*:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//+:", "//127.0.0.1:", StringComparison.Ordinal)
            .Replace("//0.0.0.0:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//[::]:", "//127.0.0.1:", StringComparison.Ordinal);
    }
}
