using Parley.Server.Channels.Carriers;

namespace Parley.Server.Provisioning;

/// <summary>Reads one of <c>carriers</c>.</summary>
internal static class CarrierReader
{
    public static Carrier Read(Section section, Names names)
    {
        var name = section.Required("name", Names.MaxLength);
        names.Take("the carrier", name, section.PathOf("name"), section.LineOf("name"));
        Names.Reserve(section, name);
        names.Carriers.Add(name);
        var carrier = new Carrier
        {
            Id = name,
            Host = section.Required("host", 255),
            Port = section.Int("port", 1, 65_535, 2_775),
            Tls = section.Flag("tls", false),
            TlsTrustAny = section.Flag("tlsTrustAny", false),
            SystemId = section.Required("systemId", 15), // SMPP 3.4 §5.2.1
            Password = section.Text("password", 64), // 8 in SMPP 3.4 §5.2.2; many SMSCs take longer ones
            SystemType = section.Text("systemType", 12), // SMPP 3.4 §5.2.3
            Mode = section.Choice("mode", BindMode.Transceiver),
            Binds = section.Int("binds", 1, 32, 1),
            Window = section.Int("window", 1, 1_000, 100),
            ResponseTimeoutSeconds = section.Int("responseTimeoutSeconds", 1, 300, 30),
            MessagesPerSecond = section.Int("messagesPerSecond", 0, 100_000, 0),
            Alphabet = section.Choice("alphabet", CarrierAlphabet.Gsm),
            Concatenation = section.Choice("concatenation", ConcatenationMethod.Udh8),
            NationalLanguages = NationalLanguages(section),
            ReceiptIds = section.Choice("receiptIds", ReceiptIdFormat.Auto),
            SourceTon = section.Int("sourceTon", -1, 255, -1),
            SourceNpi = section.Int("sourceNpi", -1, 255, -1),
            DestinationTon = section.Int("destinationTon", -1, 255, -1),
            DestinationNpi = section.Int("destinationNpi", -1, 255, -1),
            DefaultSender = DefaultSender(section),
            MaxValidityMinutes = section.Int("maxValidityMinutes", 0, 525_600, 0),
            Active = section.Flag("active", true),
        };
        section.End();
        if (carrier.Host.Length > 0 && Uri.CheckHostName(carrier.Host) == UriHostNameType.Unknown)
            section.Problem("host", "is neither a host name nor an address");
        if (carrier.TlsTrustAny && !carrier.Tls) section.Problem("tlsTrustAny", "stands without tls: true");
        return carrier;
    }

    private static string NationalLanguages(Section section)
    {
        var languages = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (node, path) in section.List("nationalLanguages", 13))
        {
            if (section.Findings.Text(node, path, 20) is not { } text) continue;
            if (Carrier.LanguageNamed(text) is not { } language)
                section.Findings.Add(path, node.Line, $"is not one of {string.Join(", ", Carrier.AllLanguages)}");
            else if (!languages.Add(language)) section.Findings.Add(path, node.Line, "is named twice");
        }
        return string.Join(' ', languages);
    }

    private static string DefaultSender(Section section)
    {
        var text = section.Text("defaultSender", 60);
        return text.Length == 0 ? "" : SenderReader.Address(text, section.PathOf("defaultSender"), section.LineOf("defaultSender"), section.Findings);
    }
}
