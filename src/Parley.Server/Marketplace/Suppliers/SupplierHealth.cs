using System.Collections.Concurrent;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>
/// Which suppliers are out of the routing. The rows say it for all nodes; a node looks at them at most every second, and
/// writes only when something goes wrong, or has gone wrong before: a supplier that works costs a count every few seconds.
/// </summary>
public sealed partial class SupplierHealth(
    Catalogue catalogue, TimeProvider time, SupplierMeter meter, ILogger<SupplierHealth> log)
{
    private const long LookEvery = Micros.PerSecond;
    private const long CountEvery = 5 * Micros.PerSecond;
    private const long MinutesKept = 24 * 60;
    private const long Never = long.MinValue / 2;

    private readonly ConcurrentDictionary<string, Counts> _counts = new();
    private readonly Lock _seeing = new();
    private volatile Seen _seen = new([], Never);

    /// <summary>True when a purchase may be vended by the supplier; for one that is out, when it may be the one that tries it.</summary>
    /// <param name="tx">The transaction that begins the attempt.</param>
    /// <param name="supplier">The supplier.</param>
    /// <param name="attempt">The attempt's reference.</param>
    public bool Admits(Tx tx, Supplier supplier, string attempt)
    {
        if (Known(tx, supplier.Id) is not { IsOut: true } health) return true;
        var now = time.NowMicros();
        if (health.Until is not { } until || until > now || !HealthStore.Claim(tx, supplier.Id, attempt, now))
            return false;
        See(tx, health with { Probe = attempt, ProbeAt = now });
        return true;
    }

    /// <summary>The attempt that was admitted isn't made after all.</summary>
    public void GiveBack(Tx tx, Supplier supplier, string attempt)
    {
        if (Known(tx, supplier.Id) is not { IsOut: true } health) return;
        HealthStore.GiveBack(tx, supplier.Id, attempt);
        if (health.Probe == attempt) See(tx, health with { Probe = null, ProbeAt = null });
    }

    /// <summary>True when the supplier was out as last seen: for what may go to another as well.</summary>
    public bool IsOut(string supplierId) => _seen.Of(supplierId) is { IsOut: true };

    /// <summary>The supplier's word on a vend. Written before the books are: locks are taken in one order.</summary>
    public void Heard(Tx tx, Supplier supplier, string attempt, SupplierAnswer answer)
    {
        tx.AfterCommit(() => meter.Vended(supplier.Id, answer));
        var sign = QuarantineRules.SignOf(answer);
        var known = Known(tx, supplier.Id);
        if (known is { IsOut: true } && known.Probe != attempt) return;
        var now = time.NowMicros();
        Count(tx, supplier.Id, sign, now);
        if (sign == Sign.Works && known is null or { Strikes: 0, IsOut: false }) return;
        var health = HealthStore.Lock(tx, supplier.Id, now);
        var window = sign == Sign.Works ? default
            : HealthStore.Window(tx, supplier.Id, First(supplier, health, now));
        Write(tx, health, QuarantineRules.After(health, supplier.Quarantine, attempt, sign, window, now));
    }

    /// <summary>What became of an attempt, asked for later; it matters when that attempt tries a supplier that is out.</summary>
    public void HeardLater(Tx tx, Supplier supplier, string attempt, SupplierAnswer answer)
    {
        if (Known(tx, supplier.Id) is not { IsOut: true } known || known.Probe != attempt) return;
        var now = time.NowMicros();
        var health = HealthStore.Lock(tx, supplier.Id, now);
        Write(tx, health, QuarantineRules.AfterStatus(health, supplier.Quarantine, attempt, answer, now));
    }

    /// <summary>Somebody puts it out until it is lifted.</summary>
    public void PutOut(Tx tx, Supplier supplier, string by, string reason)
    {
        var now = time.NowMicros();
        var health = HealthStore.Lock(tx, supplier.Id, now);
        Write(tx, health, QuarantineRules.PutOut(health, by, reason, now));
    }

    /// <summary>Somebody lets it in again.</summary>
    public void Lift(Tx tx, Supplier supplier, string by)
    {
        var now = time.NowMicros();
        var health = HealthStore.Lock(tx, supplier.Id, now);
        Write(tx, health, QuarantineRules.Lift(health, by, now));
    }

    /// <summary>How it is doing, and its vends within the policy's window.</summary>
    public async Task<(Health Health, Tally Window)> Show(
        Database database, Supplier supplier, CancellationToken cancel)
    {
        var now = time.NowMicros();
        return await database.Read(connection =>
        {
            var health = HealthStore.All(connection).FirstOrDefault(h => h.SupplierId == supplier.Id)
                ?? new() { SupplierId = supplier.Id };
            return (health, HealthStore.Window(connection, supplier.Id, First(supplier, now)));
        }, cancel);
    }

    private void Write(Tx tx, Health before, Health after)
    {
        if (after == before) return;
        HealthStore.Update(tx, after);
        See(tx, after);
        if (before.IsOut && !after.IsOut)
            tx.AfterCommit(() => CameIn(log, after.SupplierId, after.ChangedBy));
        if (!after.IsOut || (before.IsOut && before.Times == after.Times)) return;
        tx.AfterCommit(() =>
        {
            meter.Quarantined(after.SupplierId);
            WentOut(log, after.SupplierId, after.Reason);
        });
    }

    /// <summary>Good vends are counted in memory and written every few seconds, bad ones at once.</summary>
    private void Count(Tx tx, string id, Sign sign, long now)
    {
        var counts = _counts.GetOrAdd(id, static _ => new());
        var bad = sign == Sign.Works ? 0 : 1;
        if (bad == 0)
        {
            tx.AfterCommit(() => Interlocked.Increment(ref counts.Good));
            if (Math.Abs(now - Volatile.Read(ref counts.WrittenAt)) < CountEvery) return;
        }
        var good = Interlocked.Exchange(ref counts.Good, 0);
        tx.OnRollback(() => Interlocked.Add(ref counts.Good, good));
        Volatile.Write(ref counts.WrittenAt, now);
        if (good + bad == 0) return;
        var minute = now / Micros.PerMinute;
        HealthStore.Count(tx, id, minute, new(good, bad));
        if (Interlocked.Exchange(ref counts.DroppedAt, minute) != minute)
            HealthStore.DropBefore(tx, id, minute - MinutesKept);
    }

    /// <summary>The first minute that counts: what was before the last change has had its consequence.</summary>
    private static long First(Supplier supplier, Health health, long now) => health.Reason.Length == 0
        ? First(supplier, now) : Math.Max(First(supplier, now), (health.ChangedAt / Micros.PerMinute) + 1);

    private static long First(Supplier supplier, long now) =>
        (now / Micros.PerMinute) - supplier.Quarantine.WindowMinutes + 1;

    private Health? Known(Tx tx, string id)
    {
        var seen = _seen;
        var now = time.NowMicros();
        if (Math.Abs(now - seen.At) < LookEvery) return seen.Of(id);
        var fresh = new Seen(HealthStore.All(tx).ToDictionary(h => h.SupplierId), now);
        // What was changed while this was read is not in it: the next who asks reads again.
        See(was => ReferenceEquals(was, seen) ? fresh : was with { At = Never });
        // It may have read what the transaction itself has changed.
        tx.OnRollback(() => See(static was => was with { At = Never }));
        return fresh.Of(id);
    }

    private void See(Tx tx, Health health) => tx.AfterCommit(
        () => See(was => new(new(was.Rows) { [health.SupplierId] = health }, was.At)));

    private void See(Func<Seen, Seen> change)
    {
        lock (_seeing)
        {
            _seen = change(_seen);
            // Who is not provisioned any more, or switched off, is out for another reason.
            meter.Out = [.. _seen.Rows.Values.Where(h => catalogue.Supplier(h.SupplierId) is { Active: true })
                .Select(h => (h.SupplierId, h.IsOut))];
        }
    }

    [LoggerMessage(LogLevel.Warning, "Supplier {Supplier} is out of the routing: {Reason}")]
    private static partial void WentOut(ILogger log, string supplier, string reason);

    [LoggerMessage(LogLevel.Information, "Supplier {Supplier} is in the routing again (by {By})")]
    private static partial void CameIn(ILogger log, string supplier, string by);

    private sealed record Seen(Dictionary<string, Health> Rows, long At)
    {
        public Health? Of(string id) => Rows.GetValueOrDefault(id);
    }

    private sealed class Counts
    {
        public long Good;
        public long WrittenAt = Never;
        public long DroppedAt;
    }
}
