using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads <c>senders</c>: numbers (digits, a leading + is dropped) and registered names.</summary>
internal static class SenderReader
{
    public const int MaxDigits = 15;

    public const int MaxName = 11;

    public static IReadOnlyList<Sender> Read(Section integration, string tenantId, bool twoWay, Names names)
    {
        var senders = new List<Sender>();
        foreach (var (node, path) in integration.List("senders", 50_000))
        {
            var sender = One(node, path, integration.Findings);
            var address = sender.Address;
            if (address.Length == 0) continue;
            if (sender.IsNumber)
            {
                names.Take("the number", address, path, node.Line);
                if (!twoWay) integration.Findings.Add(path, node.Line, "a one-way integration can't have a number; set twoWay: true");
            }
            else
            {
                names.Take($"the sender of {integration.Path}", address.ToLowerInvariant(), path, node.Line);
            }
            names.Note(SenderOf(tenantId, address));
            names.Note(SenderOf("", address));
            senders.Add(sender);
        }
        return senders;
    }

    /// <summary>Under which name routes find a tenant's sender; an empty tenant means any.</summary>
    public static string SenderOf(string tenantId, string address) => $"{tenantId} {address.ToLowerInvariant()}";

    /// <summary>The address as stored, or empty after a problem was reported.</summary>
    public static string Address(string text, string path, int line, Findings findings)
    {
        var address = text.StartsWith('+') ? text[1..] : text;
        var number = address.Length > 0 && address.All(char.IsAsciiDigit);
        if (number && address.Length is >= 3 and <= MaxDigits) return address;
        if (!number && text.Length is > 0 and <= MaxName && text[0] != '+' && text.All(c => c is >= ' ' and <= '~')) return text;
        findings.Add(path, line, $"must be a number of 3 to {MaxDigits} digits or a name of 1 to {MaxName} ASCII characters");
        return "";
    }

    private static Sender One(Node node, string path, Findings findings)
    {
        if (node is not MapNode map)
        {
            var plain = findings.Text(node, path, 60);
            return new(plain is null ? "" : Address(plain, path, node.Line, findings), false);
        }
        var section = new Section(map, path, findings);
        var text = section.Required("address", 60);
        var (at, line) = (section.PathOf("address"), section.LineOf("address"));
        var sender = new Sender(
            text.Length == 0 ? "" : Address(text, at, line, findings), section.Flag("suspended", false))
        {
            OptOut = OptOutReader.Read(section.Map("optOut")),
            RegisteredIn = Countries(section),
        };
        section.End();
        return sender;
    }

    private static string[] Countries(Section section)
    {
        var countries = new List<string>();
        foreach (var (node, path) in section.List("registeredIn", 250))
        {
            if (section.Findings.Text(node, path, 2)?.ToUpperInvariant() is not { } text) continue;
            if (Channels.Numbers.Countries.Prefixes(text).Count > 0) countries.Add(text);
            else section.Findings.Add(path, node.Line, $"'{text}' is not the two letters of a country");
        }
        // Two senders without any are equal.
        return countries.Count == 0 ? [] : [.. countries];
    }
}
