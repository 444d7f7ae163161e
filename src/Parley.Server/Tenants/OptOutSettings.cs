namespace Parley.Server.Tenants;

/// <summary>
/// How STOP, START and HELP from phones are taken, for an integration or for one of its senders. The words beside those of
/// the languages are whole messages, at most 30 characters.
/// </summary>
public sealed record OptOutSettings
{
    public const string UsualStopReply =
        "You are unsubscribed and will get no more messages from this number. Reply START to subscribe again.";

    public const string UsualStartReply = "You are subscribed again. Reply STOP to unsubscribe.";

    /// <summary>STOP family, START family, HELP: words of every language, and nothing more.</summary>
    public static readonly OptOutSettings Usual = new();

    /// <summary>False leaves such messages to the integration: nothing is kept and nothing is answered.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Languages whose words are known, such as <c>en</c>.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en"];

    public IReadOnlyList<string> Stop { get; init; } = [];

    public IReadOnlyList<string> Start { get; init; } = [];

    public IReadOnlyList<string> Help { get; init; } = [];

    /// <summary>What a phone is answered that opted out; empty for nothing.</summary>
    public string StopReply { get; init; } = UsualStopReply;

    /// <summary>What a phone is answered that opted in again; empty for nothing.</summary>
    public string StartReply { get; init; } = UsualStartReply;

    /// <summary>What HELP is answered; empty makes HELP a message like any other.</summary>
    public string HelpReply { get; init; } = "";
}

/// <summary>What is stored of a sender beside its address: with the integration, because no query looks for it.</summary>
internal sealed record SenderSettings(string Address, OptOutSettings? OptOut, IReadOnlyList<string> RegisteredIn);
