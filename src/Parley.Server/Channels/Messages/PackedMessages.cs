using System.Buffers.Binary;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// Messages as bytes in a few large blocks, found by their id and by their parts' ids; the oldest are dropped when there is no room.
/// For one thread at a time.
/// </summary>
internal sealed class PackedMessages
{
    public const int Most = 100_000;
    private const int MostBlocks = 256;
    private const int BlockSize = 256 * 1024;
    private const int MostSpare = 8;
    private const int Head = sizeof(int);

    // Where a message begins: the number of its block times its size, and the place in it. No references: the collector passes by.
    private readonly Dictionary<Guid, long> _byId = [];
    private readonly Dictionary<long, long> _byPart = [];
    private readonly Dictionary<long, Block> _blocks = [];
    private readonly Stack<Block> _spare = new();
    private long _oldest;
    private long _newest = -1;

    public int Count => _byId.Count;

    /// <summary>False when it can't be kept: too long, or another one has its place in the index. Then the database has it.</summary>
    public bool Add(Tracked message)
    {
        var room = Head + PackedMessage.MostBytes(message);
        if (room > BlockSize) return false;
        var block = BlockWith(room);
        var at = (_newest * BlockSize) + block.Used;
        if (!_byId.TryAdd(Guid.ParseExact(message.Message.Id, "N"), at)) return false;
        foreach (var (_, id) in message.PartIds) _byPart.TryAdd(KeyOf(message.State.CarrierId!, id), at);
        var length = PackedMessage.Write(block.Bytes.AsSpan(block.Used + Head), message);
        BinaryPrimitives.WriteInt32LittleEndian(block.Bytes.AsSpan(block.Used), length);
        block.Used += Head + length;
        block.Kept++;
        while (_byId.Count > Most || _newest - _oldest >= MostBlocks) DropOldest();
        return true;
    }

    /// <summary>Takes a message out; null when it is not here.</summary>
    public PackedMessage? Take(string id) =>
        Guid.TryParseExact(id, "N", out var key) && _byId.TryGetValue(key, out var at) ? Take(at, Read(at)) : null;

    /// <summary>Takes out the message one of whose parts has this id; null when it is not here.</summary>
    public PackedMessage? Take(string carrierId, string carrierMessageId)
    {
        if (!_byPart.TryGetValue(KeyOf(carrierId, carrierMessageId), out var at)) return null;
        var message = Read(at);
        if (message.State.CarrierId != carrierId) return null;
        foreach (var (_, id) in message.PartIds)
            if (id == carrierMessageId) return Take(at, message);
        return null;
    }

    private static long KeyOf(string carrierId, string carrierMessageId) =>
        ((long)carrierId.GetHashCode(StringComparison.Ordinal) << 32)
        ^ (uint)carrierMessageId.GetHashCode(StringComparison.Ordinal);

    private PackedMessage Read(long at)
    {
        var bytes = _blocks[at / BlockSize].Bytes.AsSpan((int)(at % BlockSize));
        return PackedMessage.Read(bytes.Slice(Head, BinaryPrimitives.ReadInt32LittleEndian(bytes)));
    }

    private PackedMessage Take(long at, PackedMessage message)
    {
        _byId.Remove(Guid.ParseExact(message.Message.Id, "N"));
        foreach (var (_, id) in message.PartIds)
        {
            var key = KeyOf(message.State.CarrierId!, id);
            if (_byPart.TryGetValue(key, out var there) && there == at) _byPart.Remove(key);
        }
        var number = at / BlockSize;
        if (--_blocks[number].Kept == 0 && number != _newest) Free(number);
        return message;
    }

    private Block BlockWith(int room)
    {
        if (_newest >= 0 && _blocks[_newest] is var current && current.Used + room <= BlockSize) return current;
        if (_newest >= 0 && _blocks[_newest].Kept == 0)
        {
            _blocks[_newest].Used = 0;
            return _blocks[_newest];
        }
        var block = _spare.TryPop(out var spare) ? spare : new Block();
        (block.Used, block.Kept) = (0, 0);
        return _blocks[++_newest] = block;
    }

    private void DropOldest()
    {
        while (!_blocks.ContainsKey(_oldest)) _oldest++;
        var (number, block) = (_oldest, _blocks[_oldest]);
        // With the last one the block itself goes.
        for (var at = 0; block.Kept > 0;)
        {
            var place = (number * BlockSize) + at;
            var message = Read(place);
            at += Head + BinaryPrimitives.ReadInt32LittleEndian(block.Bytes.AsSpan(at));
            var stands = _byId.TryGetValue(Guid.ParseExact(message.Message.Id, "N"), out var there) && there == place;
            if (stands) Take(place, message);
        }
    }

    private void Free(long number)
    {
        _blocks.Remove(number, out var block);
        if (_spare.Count < MostSpare) _spare.Push(block!);
        while (_oldest < _newest && !_blocks.ContainsKey(_oldest)) _oldest++;
    }

    private sealed class Block
    {
        public byte[] Bytes { get; } = GC.AllocateUninitializedArray<byte>(BlockSize);

        public int Used { get; set; }

        public int Kept { get; set; }
    }
}
