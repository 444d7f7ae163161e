namespace Parley.Smpp;

/// <summary>
/// The asynchronous window (SMPP 3.4 §2.9): requests of ours that wait for their answer. Slots are found by the low bits of the sequence number, so nothing
/// is allocated or hashed, and a number that is outstanding is never given again, also when the numbers wrap. Not thread-safe: the session locks.
/// </summary>
internal sealed class SmppWindow
{
    private const uint LastSequence = 0x7FFF_FFFF;

    private const int Fewest = 16;

    private readonly int _limit;
    private readonly int _most;
    private Slot[] _slots;
    private uint _next;

    public SmppWindow(int limit, uint firstSequence)
    {
        _limit = limit;
        // Room for enquire_link and other requests beside a full window. An idle session has few slots; they grow when needed.
        _most = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)limit + 8);
        _slots = new Slot[Math.Min(Fewest, _most)];
        _next = firstSequence;
    }

    public int Outstanding { get; private set; }

    public bool Full => Outstanding >= _limit;

    public struct Slot
    {
        public uint Sequence;
        public CommandId Command;
        public object? State;
        public long SentAt;
    }

    /// <summary>Takes a slot; false when the window is full. Control requests (bind, enquire_link, unbind) may go beyond the limit.</summary>
    public bool TryOpen(CommandId command, object? state, long now, bool control, out uint sequence)
    {
        sequence = 0;
        if (control ? Outstanding >= _most : Full) return false;
        if (Outstanding * 2 >= _slots.Length && _slots.Length < _most) Grow();
        do
        {
            sequence = _next;
            _next = _next == LastSequence ? 1 : _next + 1;
        }
        while (SlotOf(sequence).Sequence != 0);
        SlotOf(sequence) = new Slot { Sequence = sequence, Command = command, State = state, SentAt = now };
        Outstanding++;
        return true;
    }

    /// <summary>Frees the slot that an answer is for; false when no request of that number and kind is outstanding.</summary>
    public bool TryClose(uint sequence, CommandId answer, out Slot closed)
    {
        ref var slot = ref SlotOf(sequence);
        closed = slot;
        if (sequence == 0 || slot.Sequence != sequence) return false;
        if (answer != CommandId.GenericNack && answer != slot.Command.Response()) return false;
        slot = default;
        Outstanding--;
        return true;
    }

    /// <summary>Frees one slot that was sent at or before a time; false when there is none.</summary>
    public bool TryExpire(long sentBefore, out Slot expired)
    {
        if (Outstanding > 0)
        {
            foreach (ref var slot in _slots.AsSpan())
            {
                if (slot.Sequence != 0 && slot.SentAt <= sentBefore)
                    return TryClose(slot.Sequence, CommandId.GenericNack, out expired);
            }
        }
        expired = default;
        return false;
    }

    // Numbers that differ in their low bits still do with one bit more, so nothing collides.
    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        foreach (ref var slot in old.AsSpan())
            if (slot.Sequence != 0) SlotOf(slot.Sequence) = slot;
    }

    private ref Slot SlotOf(uint sequence) => ref _slots[sequence & (uint)(_slots.Length - 1)];
}
