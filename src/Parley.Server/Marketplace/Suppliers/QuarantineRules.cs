using System.Globalization;
using Parley.Platform;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>When a supplier is put out of the routing and let in again, without any I/O (docs/decisions/0015-suppliers.md).</summary>
internal static class QuarantineRules
{
    /// <summary>A probe that nobody heard of for so long makes room for another.</summary>
    public static readonly long ProbeLostAfter = 10 * Micros.PerMinute;

    /// <summary>Declines that are the supplier's own trouble; the others are about the buyer or the recipient.</summary>
    private static readonly string[] OwnTrouble = ["2201", "2225", "2226", "2239"];

    public static Sign SignOf(SupplierAnswer answer) => answer switch
    {
        { IsLost: true } or { Outcome: VendOutcome.NotConnected } => Sign.Silent,
        { Outcome: VendOutcome.Retryable } => Sign.Fails,
        { Outcome: VendOutcome.Declined } when OwnTrouble.Contains(answer.Code) => Sign.Fails,
        _ => Sign.Works,
    };

    /// <summary>What follows from the word on a vend; the very same when nothing does.</summary>
    /// <param name="h">How the supplier is doing.</param>
    /// <param name="policy">When it is put out.</param>
    /// <param name="attempt">The vend's reference.</param>
    /// <param name="sign">What the word says.</param>
    /// <param name="window">The vends within the window, this one included.</param>
    /// <param name="now">Microseconds UTC.</param>
    public static Health After(
        Health h, QuarantinePolicy policy, string attempt, Sign sign, Tally window, long now)
    {
        if (h.IsOut)
        {
            // Only the probe speaks: what was begun before tells of the time before.
            if (h.Probe != attempt) return h;
            return sign == Sign.Works ? In(h, "", now) : Out(h, policy, h.Times, "the probe failed", now);
        }
        if (sign == Sign.Works) return h.Strikes == 0 ? h : h with { Strikes = 0 };
        var strikes = sign == Sign.Silent ? h.Strikes + 1 : 0;
        // A quarantine long ago is forgotten.
        var times = now - h.ChangedAt > policy.LongestSeconds * Micros.PerSecond ? 0 : h.Times;
        if (policy.Strikes > 0 && strikes >= policy.Strikes)
            return Out(h, policy, times, Text($"{strikes} vends in a row without an answer"), now);
        if (policy.SharePercent > 0 && window.All >= policy.Least
            && window.Bad * 100 >= window.All * policy.SharePercent)
            return Out(h, policy, times, Text(
                $"{window.Bad} of {window.All} vends failed within {policy.WindowMinutes} minutes"), now);
        return h.Strikes == strikes ? h : h with { Strikes = strikes };
    }

    /// <summary>What the status query of a probe says, whose own answer nobody heard.</summary>
    public static Health AfterStatus(Health h, QuarantinePolicy policy, string attempt, SupplierAnswer answer, long now)
    {
        if (!h.IsOut || h.Probe != attempt) return h;
        // Never arrived: nothing was learnt, and another may try.
        return answer.Outcome == VendOutcome.Unknown ? h with { Probe = null, ProbeAt = null }
            : After(h, policy, attempt, SignOf(answer), default, now);
    }

    /// <summary>Put out by hand, until somebody lifts it.</summary>
    public static Health PutOut(Health h, string by, string reason, long now) => h with
    {
        Since = h.Since ?? now,
        Until = null,
        Probe = null,
        ProbeAt = null,
        Reason = reason,
        ChangedAt = now,
        ChangedBy = by,
    };

    /// <summary>Let in by hand: nothing of before counts any more.</summary>
    public static Health Lift(Health h, string by, long now) => In(h, by, now) with { Times = 0 };

    private static Health In(Health h, string by, long now) => h with
    {
        Strikes = 0,
        Since = null,
        Until = null,
        Probe = null,
        ProbeAt = null,
        ChangedAt = now,
        ChangedBy = by,
    };

    private static Health Out(Health h, QuarantinePolicy policy, long times, string reason, long now)
    {
        var seconds = Math.Min(policy.LongestSeconds, policy.FirstSeconds * Math.Pow(2, Math.Min(times, 20)));
        return h with
        {
            Strikes = 0,
            Since = h.Since ?? now,
            Until = now + ((long)seconds * Micros.PerSecond),
            Times = times + 1,
            Probe = null,
            ProbeAt = null,
            Reason = reason,
            ChangedAt = now,
            ChangedBy = "",
        };
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
