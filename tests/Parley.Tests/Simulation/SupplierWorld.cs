using Parley.Platform;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Simulation;

/// <summary>What became of a vend at the supplier.</summary>
internal enum Fate
{
    /// <summary>It thinks, until <see cref="Vend.DecidesAt"/>.</summary>
    Open,
    Sold,
    Declined,

    /// <summary>Not sold; another vend may be.</summary>
    Refused,
}

/// <summary>One reference at a supplier, as it is there in truth.</summary>
internal sealed class Vend(string reference, string supplier)
{
    public string Reference { get; } = reference;

    public string Supplier { get; } = supplier;

    public long Amount { get; set; }

    public Fate Fate { get; set; }

    /// <summary>When it will know, and what.</summary>
    public long DecidesAt { get; set; }

    public Fate Will { get; set; }

    /// <summary>It has said something else than the truth.</summary>
    public bool Lied { get; set; }

    public string Token => $"T-{Reference}";
}

/// <summary>The suppliers: idempotent on the reference, honest unless the weather says otherwise.</summary>
internal sealed class SupplierWorld(World world)
{
    private readonly AsyncLocal<List<(string Reference, VendOutcome Outcome)>?> _pending = new();

    public Dictionary<string, Vend> Vends { get; } = [];

    /// <summary>What was said of a vend to a node that then committed, in that order.</summary>
    public List<(string Reference, VendOutcome Outcome)> Heard { get; } = [];

    /// <summary>References that were said to be unknown, or anything else that was not so.</summary>
    public HashSet<string> LiedOf { get; } = [];

    /// <summary>From here on, what the strand hears counts with its next commit.</summary>
    public void Listen() => _pending.Value = [];

    public void Hears(string reference, VendOutcome outcome) => _pending.Value?.Add((reference, outcome));

    public void HeardCommitted()
    {
        if (_pending.Value is not { Count: > 0 } heard) return;
        Heard.AddRange(heard);
        heard.Clear();
    }

    public Vend Take(string supplier, VendRequest request)
    {
        if (Vends.TryGetValue(request.Reference, out var vend)) return vend;
        vend = Vends[request.Reference] = new(request.Reference, supplier) { Amount = request.Amount };
        vend.Fate = Decide();
        if (vend.Fate == Fate.Open)
        {
            var wait = world.Random.Next(6) == 0 ? long.MaxValue / 2 : world.Between(1, 1_200) * Micros.PerSecond;
            (vend.DecidesAt, vend.Will) = (world.Now + wait, world.Happens(0.5) ? Fate.Sold : Fate.Declined);
        }
        world.Trail.Write(supplier, $"{vend.Fate} for {vend.Reference}");
        return vend;
    }

    /// <summary>A person calls the supplier: now it knows.</summary>
    public bool Settle(string reference)
    {
        if (!Vends.TryGetValue(reference, out var vend)) return false;
        if (vend.Fate == Fate.Open) vend.Fate = vend.Will;
        return vend.Fate == Fate.Sold;
    }

    public SupplierAnswer Say(string reference)
    {
        Vends.TryGetValue(reference, out var vend);
        if (vend is { Fate: Fate.Open } && world.Now >= vend.DecidesAt) vend.Fate = vend.Will;
        var truth = vend is null ? VendOutcome.Unknown : Outcome(vend.Fate);
        if (!world.Strikes(w => w.Lies)) return Answer(truth, vend);
        var said = world.OneOf(
            VendOutcome.Success, VendOutcome.Declined, VendOutcome.Retryable, VendOutcome.Unknown, VendOutcome.Pending);
        if (said != truth && said != VendOutcome.Pending) LiedOf.Add(reference);
        world.Trail.Write("a supplier", $"says {said} of {reference}, and it is {truth}");
        return Answer(said, vend);
    }

    private static VendOutcome Outcome(Fate fate) => fate switch
    {
        Fate.Sold => VendOutcome.Success,
        Fate.Declined => VendOutcome.Declined,
        Fate.Refused => VendOutcome.Retryable,
        _ => VendOutcome.Pending,
    };

    private static SupplierAnswer Answer(VendOutcome outcome, Vend? vend) => outcome switch
    {
        VendOutcome.Success => new(outcome, "0000", vend?.Token ?? "T-invented"),
        VendOutcome.Declined => new(outcome, "2213"),
        _ => new(outcome, "2226"),
    };

    private Fate Decide() =>
        !world.Strikes(w => w.Refusal) ? Fate.Sold : world.OneOf(Fate.Open, Fate.Open, Fate.Declined, Fate.Refused);
}
