namespace Parley.Sandbox;

/// <summary>What the sandbox's SMSC does with a message, by the last three digits of the recipient's number.</summary>
public enum Outcome
{
    /// <summary>Any other number: taken, and a DELIVRD receipt follows.</summary>
    Delivered,

    /// <summary>…001: taken, and an UNDELIV receipt follows.</summary>
    Undelivered,

    /// <summary>…002: taken, and an EXPIRED receipt follows.</summary>
    Expired,

    /// <summary>…003: taken, and a REJECTD receipt follows.</summary>
    RejectedLater,

    /// <summary>…004: refused at once with ESME_RINVDSTADR.</summary>
    Refused,

    /// <summary>…005: refused with ESME_RTHROTTLED three times, then delivered.</summary>
    Throttled,

    /// <summary>…006: taken, and no receipt ever comes.</summary>
    NeverReceipted,

    /// <summary>…007: the DELIVRD receipt comes before the answer to the submit.</summary>
    ReceiptFirst,

    /// <summary>…008: the connection is cut instead of the first answer; the next try is delivered.</summary>
    ConnectionCut,

    /// <summary>…009: taken, and the DELIVRD receipt comes ten seconds later.</summary>
    Slow,

    /// <summary>…010: taken, and the same DELIVRD receipt comes twice.</summary>
    ReceiptTwice,

    /// <summary>…011: refused with ESME_RSYSERR, as an SMSC in trouble does.</summary>
    Unavailable,
}

public static class Outcomes
{
    /// <summary>The outcome that a number stands for.</summary>
    public static Outcome Of(string number) => number.Length < 3 ? Outcome.Delivered : number[^3..] switch
    {
        "001" => Outcome.Undelivered,
        "002" => Outcome.Expired,
        "003" => Outcome.RejectedLater,
        "004" => Outcome.Refused,
        "005" => Outcome.Throttled,
        "006" => Outcome.NeverReceipted,
        "007" => Outcome.ReceiptFirst,
        "008" => Outcome.ConnectionCut,
        "009" => Outcome.Slow,
        "010" => Outcome.ReceiptTwice,
        "011" => Outcome.Unavailable,
        _ => Outcome.Delivered,
    };
}
