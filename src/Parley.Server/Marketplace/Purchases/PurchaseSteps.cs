using Parley.Platform;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>What follows from something heard.</summary>
/// <param name="Next">The progress; the very same when nothing changed.</param>
/// <param name="LookAt">When to go on, in microseconds UTC; null when there is nothing to wait for.</param>
/// <param name="Contradiction">How the world contradicts what is final; null when it doesn't.</param>
internal readonly record struct Step(Progress Next, long? LookAt = null, string? Contradiction = null);

/// <summary>The rules of a purchase (contract marketplace §6), without any I/O: a final outcome never changes.</summary>
internal static class PurchaseSteps
{
    /// <summary>Vends of one purchase: the first and two more (§6.6).</summary>
    public const int MostAttempts = 3;

    private static readonly long AgainWithin = Micros.From(TimeSpan.FromSeconds(60));

    /// <summary>A supplier that knows nothing of a vend is believed only when the request can't be under way any more.</summary>
    private static readonly long UnknownAfter = Micros.From(TimeSpan.FromMinutes(2));

    /// <summary>
    /// A bank that was slow may hold after it heard of the release: that is told once more when it must have come to all.
    /// </summary>
    private static readonly long ReleaseAgainAfter = 15 * Micros.PerMinute;

    private static readonly long[] WaitBeforeAgain = [Micros.PerSecond, 10 * Micros.PerSecond];

    private static readonly long[] AskAfter =
    [
        10 * Micros.PerSecond, 30 * Micros.PerSecond, Micros.PerMinute, 2 * Micros.PerMinute, 5 * Micros.PerMinute,
        15 * Micros.PerMinute, 30 * Micros.PerMinute,
    ];

    /// <summary>The bank answered.</summary>
    public static Step Reserved(Progress p, ReserveAnswer answer, long now)
    {
        if (p.At != PurchaseState.Reserving)
            return new(p, null, answer.Code == "0000" && p.At == PurchaseState.ReserveUnknown
                ? $"The bank confirmed the reservation {answer.Reference} after its release was told" : null);
        if (answer.Code == "0000")
            return new(Changed(p, PurchaseState.Reserved, now) with
            {
                ReserveRef = answer.Reference,
                ReserveCode =
                "0000"
            }, now);
        if (!answer.Known) return Unknown(p, answer.Code, now);
        return new(Final(p, PurchaseState.ReserveDeclined, answer.Code, now) with { ReserveCode = answer.Code });
    }

    /// <summary>The bank's time is over, or whoever asked it is gone.</summary>
    public static Step ReserveOverdue(Progress p, long now) =>
        p.At == PurchaseState.Reserving ? Unknown(p, "2060", now) : new(p);

    /// <summary>A vend begins; it is committed before the supplier is called.</summary>
    public static Progress Vend(Progress p, string supplierId, long now)
    {
        Invariant.Holds(p.At is PurchaseState.Received or PurchaseState.Reserved or PurchaseState.VendAgain);
        return Changed(p, PurchaseState.Vending, now) with
        {
            SupplierId = supplierId,
            Attempt = p.Attempt + 1,
            FirstVendAt = p.FirstVendAt ?? now,
            VendAt = now,
            Asked = 0,
        };
    }

    /// <summary>No supplier can take it: nothing was asked.</summary>
    public static Step NoSupplier(Progress p, string code, long now) => new(Ended(p, PurchaseState.Failed, code, now));

    /// <summary>The call was begun by somebody who is gone: it may have been made.</summary>
    public static Step Interrupted(Progress p, long now) =>
        p.At == PurchaseState.Vending ? Open(p, now) : new(p);

    /// <summary>The supplier's word on an attempt.</summary>
    /// <param name="p">Where the purchase stands.</param>
    /// <param name="attempt">Which attempt it is about.</param>
    /// <param name="answer">The word; its token stands in the progress only when sealed by the caller.</param>
    /// <param name="others">Suppliers not tried yet.</param>
    /// <param name="now">Microseconds UTC.</param>
    public static Step Heard(Progress p, long attempt, SupplierAnswer answer, int others, long now)
    {
        if (p.IsFinal || attempt != p.Attempt || p.At is not (PurchaseState.Vending or PurchaseState.VendPending))
            return new(p, null, Contradiction(p, attempt, answer));
        switch (answer.Outcome)
        {
            case VendOutcome.Success:
                return new(Ended(p, PurchaseState.Succeeded, "0000", now) with { Details = answer.Details });
            case VendOutcome.Declined:
                return new(Ended(p, PurchaseState.Failed, answer.Code, now));
            case VendOutcome.NotConnected when others > 0:
                return new(Changed(p, PurchaseState.VendAgain, now), now);
            case VendOutcome.NotConnected:
                return Again(p, "2239", now);
            case VendOutcome.Retryable:
            case VendOutcome.Unknown when now - p.VendAt >= UnknownAfter:
                return Again(p, answer.Code, now);
            default:
                return Open(p, now);
        }
    }

    /// <summary>Certainly not dispensed: another attempt, while there may be one.</summary>
    private static Step Again(Progress p, string code, long now)
    {
        if (p.Attempt >= MostAttempts || now - p.FirstVendAt > AgainWithin)
            return new(Ended(p, PurchaseState.Failed, code, now));
        var wait = WaitBeforeAgain[Math.Min((int)p.Attempt, WaitBeforeAgain.Length) - 1];
        return new(Changed(p, PurchaseState.VendAgain, now), now + wait);
    }

    /// <summary>A person decides what nothing else can tell.</summary>
    public static Step Decided(Progress p, bool sold, string code, long now) =>
        p.At is PurchaseState.VendPending or PurchaseState.Vending
            ? new(Ended(p, sold ? PurchaseState.Succeeded : PurchaseState.Failed, sold ? "0000" : code, now))
            : new(p, null, "The purchase is not open");

    /// <summary>The outcome was told, or not.</summary>
    public static Step Told(Progress p, ResultAnswer answer, long now)
    {
        if (p.Told != ResultState.Sending) return new(p);
        var next = Changed(p, p.At, now) with { ResultAttempts = p.ResultAttempts + 1 };
        if (answer.Acknowledged && p.At == PurchaseState.ReserveUnknown && now - p.FinalAt < ReleaseAgainAfter)
            return new(next, p.FinalAt + ReleaseAgainAfter);
        if (answer.Acknowledged) return new(next with { Told = ResultState.Acked, ResultAt = now });
        var again = now + ResultSchedule.After((int)next.ResultAttempts, answer.Hourly);
        return again <= ResultSchedule.LastAt(p.FinalAt!.Value)
            ? new(next, again)
            : new(next with { Told = ResultState.Undelivered, ResultAt = now });
    }

    private static Step Unknown(Progress p, string code, long now) => new(
        Ended(p, PurchaseState.ReserveUnknown, code, now) with { ReserveCode = code });

    private static Step Open(Progress p, long now)
    {
        var asked = p.At == PurchaseState.VendPending ? p.Asked + 1 : 0;
        var since = p.VendAt!.Value;
        var at = asked < AskAfter.Length ? since + AskAfter[asked] : now + (60 * Micros.PerMinute);
        return new(
            Changed(p, PurchaseState.VendPending, now) with { Asked = asked }, Math.Max(at, now + Micros.PerSecond));
    }

    private static string? Contradiction(Progress p, long attempt, SupplierAnswer answer) => answer.Outcome switch
    {
        VendOutcome.Success when attempt != p.Attempt || p.At == PurchaseState.VendAgain =>
            $"Attempt {attempt} was given up and succeeded after all",
        VendOutcome.Success when p.IsFinal && p.At != PurchaseState.Succeeded =>
            $"The supplier sold after the outcome {p.Code} was final",
        VendOutcome.Declined or VendOutcome.Retryable
            when p.At == PurchaseState.Succeeded && attempt == p.Attempt =>
            $"The supplier declined with {answer.Code} after success was final",
        _ => null,
    };

    /// <summary>Final, and to be told.</summary>
    private static Progress Ended(Progress p, PurchaseState state, string code, long now) =>
        Final(p, state, code, now) with { Told = ResultState.Sending };

    private static Progress Final(Progress p, PurchaseState state, string code, long now) =>
        Changed(p, state, now) with { Code = code, FinalAt = now };

    private static Progress Changed(Progress p, PurchaseState state, long now) =>
        p with { At = state, ChangedAt = now, Version = p.Version + 1 };
}
