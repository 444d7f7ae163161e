using Parley.Platform.Storage;
using Parley.Sandbox;
using Parley.Server.Provisioning;
using Parley.Server.Webhooks;

namespace Parley.Server;

/// <summary>Some options are wrong; the message lists all of them.</summary>
public sealed class OptionsInvalid(IReadOnlyList<string> problems) : Exception("These settings are wrong:" + string.Concat(problems.Select(p => $"\n  {p}")));

/// <summary>All options of the server, read once.</summary>
public sealed record ParleyOptions
{
    public StorageOptions Storage { get; init; } = new();

    public WebhooksOptions Webhooks { get; init; } = new();

    public SandboxOptions Sandbox { get; init; } = new();

    public ProvisioningOptions Provisioning { get; init; } = new();

    public static ParleyOptions Read(IConfiguration configuration)
    {
        var options = (configuration.Get<ParleyOptions>() ?? new ParleyOptions()) with { Provisioning = ProvisioningOptions.From(configuration) };
        List<string> problems =
        [
            .. options.Storage.Problems(), .. options.Webhooks.Problems(), .. options.Sandbox.Problems(), .. options.Provisioning.Problems(),
        ];
        return problems.Count == 0 ? options : throw new OptionsInvalid(problems);
    }
}
