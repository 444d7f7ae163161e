using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Carriers;
using Parley.Server.Marketplace.Products;
using Parley.Server.Channels.Numbers;
using Parley.Server.Tenants;
using Route = Parley.Server.Channels.Messages.Route;

namespace Parley.Server.Provisioning;

/// <summary>A whole, checked world: what <see cref="ApplyProvisioning"/> makes true. It holds keys only as hashes.</summary>
public sealed record ProvisioningDocument
{
    public IReadOnlyList<Tenant> Tenants { get; init; } = [];

    public IReadOnlyList<ProvisionedIntegration> Integrations { get; init; } = [];

    public IReadOnlyList<Carrier> Carriers { get; init; } = [];

    public IReadOnlyList<Route> Routes { get; init; } = [];

    public IReadOnlyList<CountryRule> CountryRules { get; init; } = [];

    public IReadOnlyList<PriceList> PriceLists { get; init; } = [];

    public IReadOnlyList<string> AdminKeyHashes { get; init; } = [];

    /// <summary>The catalogue of the marketplace; the sandbox world's own entries are marked.</summary>
    public IReadOnlyList<MarketEntry> Marketplace { get; init; } = [];
}

/// <summary>An integration with the SHA-256 hashes of its keys.</summary>
public sealed record ProvisionedIntegration(Integration Integration, IReadOnlyList<string> KeyHashes);

/// <summary>What a file says: a document, or every reason why there is none.</summary>
/// <param name="Document">Null when there are problems.</param>
/// <param name="Problems">Each with path and line, in the order of the lines.</param>
public sealed record ParsedProvisioning(ProvisioningDocument? Document, IReadOnlyList<string> Problems);

/// <summary>The file was refused; nothing of it was applied.</summary>
public sealed class ProvisioningRefused(string fileName, IReadOnlyList<string> problems) : Exception(
    $"{fileName} was not applied; it has {problems.Count} problem(s):{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(p => "  " + p))}")
{
    public IReadOnlyList<string> Problems { get; } = problems;
}
