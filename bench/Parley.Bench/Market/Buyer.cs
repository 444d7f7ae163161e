using System.Diagnostics;

namespace Parley.Bench.Market;

/// <summary>One buyer: a purchase at a time, the next when the outcome of the last was acknowledged.</summary>
sealed class Buyer
{
    bool answered;
    bool told;

    /// <summary>The number of the purchase under way, which its reference is made of; -1 between two.</summary>
    public long Number { get; private set; } = -1;

    public long AskedAt { get; private set; }

    /// <summary>Ticks that this purchase has spent at the bank and the supplier.</summary>
    public long Outside { get; set; }

    public long AnsweredAt { get; private set; }

    public long ToldAt { get; private set; }

    public bool IsDone => answered && told;

    public void Begin(long number)
    {
        (Number, answered, told, Outside) = (number, false, false, 0);
        AskedAt = Stopwatch.GetTimestamp();
    }

    public void Answered() => (answered, AnsweredAt) = (true, Stopwatch.GetTimestamp());

    public void Told() => (told, ToldAt) = (true, Stopwatch.GetTimestamp());

    public void End() => Number = -1;
}
