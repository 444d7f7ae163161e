using Parley.Platform.Storage;
using Parley.Sandbox;
using Parley.Server.Channels.SmppServer;
using Parley.Server.Marketplace;
using Parley.Server.Provisioning;
using Parley.Server.Web;
using Parley.Server.Webhooks;

namespace Parley.Server;

/// <summary>Some options are wrong; the message lists all of them.</summary>
public sealed class OptionsInvalid(IReadOnlyList<string> problems)
    : Exception("These settings are wrong:" + string.Concat(problems.Select(p => $"\n  {p}")));

/// <summary>All options of the server, read once.</summary>
public sealed record ParleyOptions
{
    public StorageOptions Storage { get; init; } = new();

    public HttpsOptions Https { get; init; } = new();

    public ProxyOptions Proxies { get; init; } = new();

    public WebhooksOptions Webhooks { get; init; } = new();

    public SmppDoorOptions SmppServer { get; init; } = new();

    public SandboxOptions Sandbox { get; init; } = new();

    public MarketplaceOptions Marketplace { get; init; } = new();

    public ProvisioningOptions Provisioning { get; init; } = new();

    /// <exception cref="OptionsInvalid">Some are wrong, or unknown.</exception>
    public static ParleyOptions Read(IConfiguration configuration)
    {
        var options = Bind(configuration) with { Provisioning = ProvisioningOptions.From(configuration) };
        List<string> problems =
        [
            .. Settings.Unknown(configuration),
            .. World.Problems(configuration),
            .. options.Storage.Problems(),
            .. options.Https.Problems(),
            .. options.Proxies.Problems(),
            .. options.Webhooks.Problems(),
            .. options.SmppServer.Problems(),
            .. options.Sandbox.Problems(),
            .. options.Marketplace.Problems(),
            .. options.Provisioning.Problems(),
        ];
        return problems.Count == 0 ? options : throw new OptionsInvalid(problems);
    }

    private static ParleyOptions Bind(IConfiguration configuration)
    {
        try
        {
            return configuration.Get<ParleyOptions>() ?? new ParleyOptions();
        }
        catch (InvalidOperationException error)
        {
            // A value of the wrong kind; the binder names the setting and the value.
            throw new OptionsInvalid([error.Message]);
        }
    }
}
