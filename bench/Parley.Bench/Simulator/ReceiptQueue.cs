namespace Parley.Bench.Simulator;

/// <summary>
/// Receipts in the order in which they fall due: the delay is the same for all, so the order is that of submission.
/// </summary>
sealed class ReceiptQueue
{
    Receipt[] ring = new Receipt[4096];
    int head;

    public int Count { get; private set; }

    public ref readonly Receipt First => ref ring[head];

    public void Add(in Receipt receipt)
    {
        if (Count == ring.Length) Grow();
        ring[(head + Count++) & (ring.Length - 1)] = receipt;
    }

    public void RemoveFirst()
    {
        head = (head + 1) & (ring.Length - 1);
        Count--;
    }

    void Grow()
    {
        var larger = new Receipt[ring.Length * 2];
        for (var i = 0; i < Count; i++) larger[i] = ring[(head + i) & (ring.Length - 1)];
        (ring, head) = (larger, 0);
    }
}
