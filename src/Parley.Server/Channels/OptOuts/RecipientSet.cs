namespace Parley.Server.Channels.OptOuts;

/// <summary>
/// A set of phone numbers in 11 to 27 octets each (17 MB for a million): open addressing over the numbers themselves. Reading takes no lock and
/// allocates nothing; who writes does so one at a time.
/// </summary>
internal sealed class RecipientSet
{
    private const long Gone = -1;
    private const int Smallest = 8;
    private long[] _slots = new long[Smallest];
    private int _used;

    public int Count { get; private set; }

    /// <summary>A number of 1 to 15 digits as an integer; 0 when it is none.</summary>
    public static long Key(string number)
    {
        if (number.Length is 0 or > 15) return 0;
        long key = 0;
        foreach (var c in number)
        {
            if (!char.IsAsciiDigit(c)) return 0;
            key = (key * 10) + (c - '0');
        }
        return key;
    }

    public bool Contains(long key)
    {
        var slots = Volatile.Read(ref _slots);
        var mask = slots.Length - 1;
        for (var at = Place(key, mask); ; at = (at + 1) & mask)
        {
            var there = Volatile.Read(ref slots[at]);
            if (there == key) return key > 0;
            if (there == 0) return false;
        }
    }

    /// <summary>One writer at a time.</summary>
    public void Add(long key)
    {
        if (key <= 0 || Contains(key)) return;
        // Places of what is gone are not used again before the next growth: a reader may be on its way past them.
        if ((_used + 1) * 4 > _slots.Length * 3) Grow();
        Put(_slots, key);
        _used++;
        Count++;
    }

    /// <summary>One writer at a time.</summary>
    public void Remove(long key)
    {
        if (!Contains(key)) return;
        var mask = _slots.Length - 1;
        var at = Place(key, mask);
        while (_slots[at] != key) at = (at + 1) & mask;
        Volatile.Write(ref _slots[at], Gone);
        Count--;
    }

    private void Grow()
    {
        var length = Smallest;
        while (length * 3 < (Count + 1) * 5) length *= 2;
        var slots = new long[length];
        foreach (var key in _slots)
            if (key > 0) Put(slots, key);
        _used = Count;
        Volatile.Write(ref _slots, slots);
    }

    private static void Put(long[] slots, long key)
    {
        var mask = slots.Length - 1;
        var at = Place(key, mask);
        while (Volatile.Read(ref slots[at]) != 0) at = (at + 1) & mask;
        Volatile.Write(ref slots[at], key);
    }

    // Numbers of one country follow one another; the multiplication (by the golden ratio) spreads them.
    private static int Place(long key, int mask) => (int)((ulong)(key * -7046029254386353131L) >> 32) & mask;
}
