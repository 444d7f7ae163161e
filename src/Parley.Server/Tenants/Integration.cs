namespace Parley.Server.Tenants;

/// <summary>A customer of the platform. Money is in minor units of its currency.</summary>
public sealed record Tenant(string Id, string Name, bool Active, long BalanceMinor, string Currency)
{
    /// <summary>What it pays for a part of an SMS.</summary>
    public MessagePrice Price { get; init; } = MessagePrice.OneCredit;

    /// <summary>The account in the books that its messages are paid from; null when it has none.</summary>
    public CreditTerms? Credit { get; init; }
}

/// <summary>Which changes of a message are called back.</summary>
public enum StatusEvents
{
    /// <summary>Every change after QUEUED (contract channels §2.6).</summary>
    All,

    /// <summary>Only the final status.</summary>
    Final,
}

/// <summary>Where and how callbacks of one kind go. An empty URL means: not wanted.</summary>
/// <param name="Url">Absolute http or https address, at most 2,000 characters.</param>
/// <param name="User">HTTP Basic user; empty for none.</param>
/// <param name="Password">HTTP Basic password.</param>
public sealed record CallbackTarget(string Url, string User, string Password)
{
    public static readonly CallbackTarget None = new("", "", "");
}

/// <summary>In which family's form callbacks go; one of the integration's, whatever door its messages come through.</summary>
public enum CallbackForm
{
    /// <summary>Contract channels §2.11.</summary>
    OneApi,

    /// <summary>SMS only, §3.6.</summary>
    Platform,

    /// <summary>§8.</summary>
    Legacy,
}

/// <summary>How callbacks of the platform's and the legacy form are made; One API's are always POST.</summary>
public enum CallbackMethod
{
    Post,
    Get,
}

/// <summary>One API key with its channels, callback addresses and numbers (contract channels §1.1).</summary>
public sealed record Integration
{
    public required string Id { get; init; }

    public required Tenant Tenant { get; init; }

    public required string Name { get; init; }

    public bool Active { get; init; } = true;

    /// <summary>Two-way integrations send from numbers tied to them; one-way ones leave the sender to the carrier.</summary>
    public bool TwoWay { get; init; }

    /// <summary>Requests per second of this key; 0 means unlimited.</summary>
    public int RequestsPerSecond { get; init; } = 100;

    /// <summary>Largest number of parts of one SMS, 1 to 35.</summary>
    public int MaxParts { get; init; } = 35;

    /// <summary>Networks (CIDR) that may use the key; empty means all.</summary>
    public IReadOnlyList<System.Net.IPNetwork> AllowedNetworks { get; init; } = [];

    public CallbackTarget Status { get; init; } = CallbackTarget.None;

    public CallbackTarget Inbound { get; init; } = CallbackTarget.None;

    public StatusEvents StatusEvents { get; init; } = StatusEvents.All;

    /// <summary>Several events in one callback's arrays (off by default: one event a request).</summary>
    public bool BatchedCallbacks { get; init; }

    /// <summary>Callbacks may go to private, loopback and link-local addresses.</summary>
    public bool AllowPrivateTargets { get; init; }

    /// <summary>Standard Webhooks signing secrets (<c>whsec_…</c>), the newest first, at most two.</summary>
    public IReadOnlyList<string> SigningSecrets { get; init; } = [];

    /// <summary>The form of the callbacks.</summary>
    public CallbackForm CallbackForm { get; init; } = CallbackForm.OneApi;

    public CallbackMethod CallbackMethod { get; init; } = CallbackMethod.Post;

    /// <summary>Texts of replies go as percent-encoded octets in their charset, as old clients want them (§3.6).</summary>
    public bool RawReplyTexts { get; init; }

    /// <summary>Legacy status callbacks carry the id as <c>moMsgId</c>, too (§8, one framework's quirk).</summary>
    public bool LegacyMoMsgId { get; init; }

    /// <summary>User, password and API id, for SMPP and legacy HTTP; null when they are closed to it.</summary>
    public ApiAccount? Account { get; init; }

    /// <summary>Limits of its SMPP sessions.</summary>
    public SmppLimits Smpp { get; init; } = new();

    /// <summary>When its messages wait, by the recipient's clock; null for never.</summary>
    public QuietHours? QuietHours { get; init; }

    /// <summary>How opting out works, where a sender does not have it otherwise.</summary>
    public OptOutSettings OptOut { get; init; } = OptOutSettings.Usual;

    /// <summary>A demo: it may send to test numbers only (contract channels §2.13).</summary>
    public bool SandboxOnly { get; init; }

    /// <summary>The default sender first.</summary>
    public IReadOnlyList<Sender> Senders { get; init; } = [];

    public Sender? SenderNamed(string address)
    {
        foreach (var sender in Senders)
            if (string.Equals(sender.Address, address, StringComparison.OrdinalIgnoreCase)) return sender;
        return null;
    }

    /// <summary>How opting out works for a sender of this integration; empty for the carrier's default sender.</summary>
    public OptOutSettings OptOutOf(string sender) =>
        sender.Length == 0 ? OptOut : SenderNamed(sender)?.OptOut ?? OptOut;
}

/// <summary>A two-way number (digits) or a registered alphanumeric sender id (at most 11 characters).</summary>
public sealed record Sender(string Address, bool Suspended)
{
    public bool IsNumber => Address.All(char.IsAsciiDigit);

    /// <summary>How opting out works for it; null as the integration has it.</summary>
    public OptOutSettings? OptOut { get; init; }

    /// <summary>Countries (ISO 3166, two letters) where a name is registered.</summary>
    public IReadOnlyList<string> RegisteredIn { get; init; } = [];
}
