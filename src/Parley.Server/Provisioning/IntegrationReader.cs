using System.Net;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads one of a tenant's <c>integrations</c>.</summary>
internal static class IntegrationReader
{
    public static ProvisionedIntegration Read(Section section, Tenant tenant, Names names)
    {
        var name = section.Required("name", Names.MaxLength);
        var first = names.Take($"the integration name of tenant '{tenant.Name}'", name, section.PathOf("name"), section.LineOf("name"));
        var id = names.Id(section, "the integration id", !first || name.Length == 0 ? "" : $"{tenant.Id}-{name}");
        var keys = KeyReader.Hashes(section, "keys", names);
        var twoWay = section.Flag("twoWay", false);
        var toPrivate = section.Flag("allowPrivateTargets", false);
        var integration = new Integration
        {
            Id = id,
            Tenant = tenant,
            Name = name,
            Active = section.Flag("active", true),
            TwoWay = twoWay,
            RequestsPerSecond = section.Int("requestsPerSecond", 0, 100_000, 100),
            MaxParts = section.Int("maxParts", 1, 35, 35),
            AllowedNetworks = Networks(section),
            AllowPrivateTargets = toPrivate,
            Status = CallbackReader.Read(section.Map("status"), toPrivate),
            Inbound = CallbackReader.Read(section.Map("inbound"), toPrivate),
            StatusEvents = section.Choice("statusEvents", StatusEvents.All),
            BatchedCallbacks = section.Flag("batchedCallbacks", false),
            SigningSecrets = CallbackReader.SigningSecrets(section),
            Senders = SenderReader.Read(section, tenant.Id, twoWay, names),
        };
        section.End();
        return new(integration, keys);
    }

    private static List<IPNetwork> Networks(Section section)
    {
        var networks = new List<IPNetwork>();
        foreach (var (node, path) in section.List("allowedNetworks", 1_000))
        {
            if (section.Findings.Text(node, path, 60) is not { } text) continue;
            if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else if (IPAddress.TryParse(text, out var one)) networks.Add(new(one, one.GetAddressBytes().Length * 8));
            else section.Findings.Add(path, node.Line, "is not a network such as 192.0.2.0/24 or 2001:db8::/32");
        }
        return networks;
    }
}
