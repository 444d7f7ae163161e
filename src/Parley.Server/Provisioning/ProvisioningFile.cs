using System.Text;
using YamlDotNet.Core;

namespace Parley.Server.Provisioning;

/// <summary>The declarative file (docs/provisioning.md), in YAML or JSON.</summary>
public static class ProvisioningFile
{
    public const int MaxBytes = 5_000_000;

    public const int MaxTenants = 10_000;

    /// <summary>
    /// Reads and checks the whole text. Pure: <paramref name="environment"/> answers what a variable holds, null when it is not set.
    /// </summary>
    public static ParsedProvisioning Parse(string text, string fileName, Func<string, string?> environment)
    {
        if (Encoding.UTF8.GetByteCount(text) > MaxBytes) return Refused($"{fileName}: is larger than {MaxBytes} bytes");
        try
        {
            return NodeReader.Read(text) switch
            {
                null or ScalarNode { IsNull: true } => Refused($"{fileName}: is empty (line 1)"),
                MapNode root => Read(root, environment),
                var other => Refused($"{fileName}: must be a map, not {other.Kind} (line {other.Line})"),
            };
        }
        catch (YamlException error)
        {
            return Refused($"{fileName}: is not YAML or JSON as expected here: {error.Message} (line {error.Start.Line})");
        }
        catch (InvalidOperationException)
        {
            // What the reader says of a line that goes on with a list or map and is not indented.
            return Refused($"{fileName}: is not YAML or JSON as expected here; is a line not indented?");
        }
    }

    private static ParsedProvisioning Read(MapNode root, Func<string, string?> environment)
    {
        var findings = new Findings(environment);
        var file = new Section(root, "", findings);
        var names = new Names(findings);
        var prices = file.Sections("priceLists", 1_000).Select(s => PriceListReader.Read(s, names)).ToList();
        var tenants = new TenantReader(names);
        foreach (var section in file.Sections("tenants", MaxTenants)) tenants.Read(section);
        var carriers = file.Sections("carriers", 1_000).Select(s => CarrierReader.Read(s, names)).ToList();
        var routes = file.Sections("routes", 100_000).Select(s => RouteReader.Read(s, names)).ToList();
        var countries = file.Sections("countryRules", 1_000).Select(s => CountryRuleReader.Read(s, names)).ToList();
        var adminKeys = KeyReader.Hashes(file, "adminKeys", names);
        var marketplace = MarketplaceReader.Read(file.Map("marketplace"), names);
        file.End();
        return findings.None
            ? new(
                new()
                {
                    Tenants = tenants.Tenants,
                    Integrations = tenants.Integrations,
                    Carriers = carriers,
                    Routes = routes,
                    CountryRules = countries,
                    PriceLists = prices,
                    AdminKeyHashes = adminKeys,
                    Marketplace = marketplace,
                },
                [])
            : new(null, findings.All);
    }

    private static ParsedProvisioning Refused(string problem) => new(null, [problem]);
}
