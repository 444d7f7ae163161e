namespace Parley.Server.Channels.Carriers;

/// <summary>Type of number and numbering plan of an address (SMPP 3.4 §5.2.5, §5.2.6).</summary>
internal static class Addressing
{
    private const byte International = 1;
    private const byte NetworkSpecific = 3;
    private const byte Alphanumeric = 5;
    private const byte Isdn = 1;
    private const int LongestShortCode = 8;

    public static (byte Ton, byte Npi) Source(Carrier carrier, string sender)
    {
        var (ton, npi) = Rule(sender);
        return (carrier.SourceTon >= 0 ? (byte)carrier.SourceTon : ton, carrier.SourceNpi >= 0 ? (byte)carrier.SourceNpi : npi);
    }

    public static (byte Ton, byte Npi) Destination(Carrier carrier) =>
        (carrier.DestinationTon >= 0 ? (byte)carrier.DestinationTon : International, carrier.DestinationNpi >= 0 ? (byte)carrier.DestinationNpi : Isdn);

    private static (byte Ton, byte Npi) Rule(string sender)
    {
        if (sender.Length == 0) return (0, 0);
        foreach (var c in sender)
            if (!char.IsAsciiDigit(c)) return (Alphanumeric, 0);
        return sender.Length <= LongestShortCode ? (NetworkSpecific, (byte)0) : (International, Isdn);
    }
}
