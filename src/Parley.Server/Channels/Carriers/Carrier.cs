using Parley.Smpp.Text;

namespace Parley.Server.Channels.Carriers;

public enum BindMode
{
    Transceiver,

    /// <summary>Each bind is a transmitter and a receiver side by side.</summary>
    TransmitterAndReceiver,

    Transmitter,

    Receiver,
}

/// <summary>What data_coding 0 means to the carrier, or which single encoding it takes.</summary>
public enum CarrierAlphabet
{
    /// <summary>GSM 03.38 where the text fits, else UCS-2.</summary>
    Gsm,

    /// <summary>Data coding 0 is Latin-1 (some carriers' default), else UCS-2.</summary>
    Latin1,

    /// <summary>Data coding 0 is ASCII, else UCS-2.</summary>
    Ascii,

    /// <summary>Everything as UCS-2.</summary>
    Ucs2,
}

public enum ConcatenationMethod
{
    Udh8,
    Udh16,
    Sar,
    MessagePayload,
}

/// <summary>How the message id in a receipt relates to the one in the submit response.</summary>
public enum ReceiptIdFormat
{
    /// <summary>The same text, leading zeros aside.</summary>
    AsGiven,

    /// <summary>Decimal in the receipt, hexadecimal in the response.</summary>
    DecimalOfHex,

    /// <summary>Hexadecimal in the receipt, decimal in the response.</summary>
    HexOfDecimal,

    /// <summary>Whichever of the three matches.</summary>
    Auto,
}

/// <summary>An SMSC account.</summary>
public sealed record Carrier
{
    /// <summary>The name that routes and people use, unique, at most 60 characters; it is also the carrier's id.</summary>
    public required string Id { get; init; }

    public required string Host { get; init; }

    public int Port { get; init; } = 2775;

    public bool Tls { get; init; }

    /// <summary>TLS without checking the carrier's certificate (test systems).</summary>
    public bool TlsTrustAny { get; init; }

    public required string SystemId { get; init; }

    public string Password { get; init; } = "";

    public string SystemType { get; init; } = "";

    public BindMode Mode { get; init; } = BindMode.Transceiver;

    /// <summary>Parallel binds, 1 to 32.</summary>
    public int Binds { get; init; } = 1;

    /// <summary>Unanswered submits per bind, 1 to 1,000.</summary>
    public int Window { get; init; } = 100;

    /// <summary>How long an answer to a submit may take, 1 to 300; then the part is sent again, which may repeat it.</summary>
    public int ResponseTimeoutSeconds { get; init; } = 30;

    /// <summary>Messages (parts) per second over all binds; 0 means unlimited.</summary>
    public int MessagesPerSecond { get; init; }

    public CarrierAlphabet Alphabet { get; init; } = CarrierAlphabet.Gsm;

    public ConcatenationMethod Concatenation { get; init; } = ConcatenationMethod.Udh8;

    /// <summary>
    /// Languages whose national 7 bit tables (3GPP TS 23.038 annex A) may be used towards this carrier, their names
    /// separated by blanks. None unless stated: not every handset has them.
    /// </summary>
    public string NationalLanguages { get; init; } = "";

    public ReceiptIdFormat ReceiptIds { get; init; } = ReceiptIdFormat.Auto;

    /// <summary>TON and NPI per kind of address; -1 leaves it to the rule (international 1/1, alphanumeric 5/0, short code 3/0 up to 8 digits).</summary>
    public int SourceTon { get; init; } = -1;

    public int SourceNpi { get; init; } = -1;

    public int DestinationTon { get; init; } = -1;

    public int DestinationNpi { get; init; } = -1;

    /// <summary>The sender when the message names none.</summary>
    public string DefaultSender { get; init; } = "";

    /// <summary>Longest validity asked of the carrier, minutes; 0 passes the message's own.</summary>
    public int MaxValidityMinutes { get; init; }

    public bool Active { get; init; } = true;

    /// <summary>It takes a few messages of its own (the simulator's): its room is none for others.</summary>
    public bool Aside { get; init; }

    /// <summary>The languages that <see cref="NationalLanguages"/> may name.</summary>
    public static IEnumerable<string> AllLanguages =>
        Enum.GetValues<NationalLanguage>().Where(l => l != NationalLanguage.Default).Select(l => l.ToString());

    /// <summary>The language's name as it is kept, or null when there is none of that name.</summary>
    public static string? LanguageNamed(string name) =>
        AllLanguages.FirstOrDefault(l => l.Equals(name, StringComparison.OrdinalIgnoreCase));
}
