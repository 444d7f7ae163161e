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
            CallbackForm = section.Choice("callbackForm", CallbackForm.OneApi),
            CallbackMethod = section.Choice("callbackMethod", CallbackMethod.Post),
            RawReplyTexts = section.Flag("rawReplyTexts", false),
            LegacyMoMsgId = section.Flag("legacyMoMsgId", false),
            Account = Account(section.Map("account"), names),
            Smpp = Smpp(section.Map("smpp")),
            QuietHours = Quiet(section.Map("quietHours")),
            OptOut = OptOutReader.Read(section.Map("optOut")) ?? OptOutSettings.Usual,
            SandboxOnly = section.Flag("sandboxOnly", false),
            Senders = SenderReader.Read(section, tenant.Id, twoWay, names),
        };
        section.End();
        return new(integration, keys);
    }

    private static ApiAccount? Account(Section? section, Names names)
    {
        if (section is null) return null;
        var apiId = section.Required("apiId", 12);
        var user = section.Required("user", 15);
        var password = section.Required("password", 64);
        section.End();
        if (!apiId.All(char.IsAsciiDigit)) section.Problem("apiId", "is not 1 to 12 digits");
        names.Take("the API id", apiId, section.PathOf("apiId"), section.LineOf("apiId"));
        return apiId.Length == 0 || user.Length == 0 || password.Length == 0
            ? null
            : new(apiId, user, ApiAccount.HashOf(apiId, user, password));
    }

    private static SmppLimits Smpp(Section? section)
    {
        var usual = new SmppLimits();
        if (section is null) return usual;
        var limits = new SmppLimits(
            section.Int("binds", 1, 100, usual.Binds),
            section.Int("window", 1, 1_000, usual.Window),
            section.Int("messagesPerSecond", 0, 100_000, usual.MessagesPerSecond),
            section.Int("duplicateSeconds", 0, 86_400, usual.DuplicateSeconds));
        section.End();
        return limits;
    }

    private static QuietHours? Quiet(Section? section)
    {
        if (section is null) return null;
        var (from, to) = (Minute(section, "from"), Minute(section, "to"));
        section.End();
        if (from == to && from >= 0) section.Problem("to", "is the time at which they begin");
        return from < 0 || to < 0 || from == to ? null : new(from, to);
    }

    /// <summary>Minutes after midnight; -1 after a problem was reported.</summary>
    private static int Minute(Section section, string key)
    {
        var text = section.Required(key, 5);
        if (TimeOnly.TryParseExact(text, "HH:mm", out var time)) return (time.Hour * 60) + time.Minute;
        if (text.Length > 0) section.Problem(key, $"'{text}' is not a time such as 21:00");
        return -1;
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
