using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// What a client submitted lately on this node, so that a repeat can be refused: source, destination, body and
/// user_message_reference, known by a hash of them.
/// </summary>
internal sealed class Duplicates(TimeProvider time)
{
    private const int Most = 200_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, long> _seen = [];
    private readonly Queue<(UInt128 Mark, long At)> _order = new();

    public static UInt128 MarkOf(
        ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, ReadOnlySpan<byte> body, string reference)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (var octets in (ReadOnlyMemory<byte>[])[source.ToArray(), destination.ToArray(), body.ToArray()])
        {
            BinaryPrimitives.WriteInt32BigEndian(length, octets.Length);
            hash.AppendData(length);
            hash.AppendData(octets.Span);
        }
        hash.AppendData(System.Text.Encoding.ASCII.GetBytes(reference));
        Span<byte> result = stackalloc byte[32];
        hash.GetHashAndReset(result);
        return BinaryPrimitives.ReadUInt128BigEndian(result);
    }

    /// <summary>Remembers it; false when it was there within so many seconds.</summary>
    public bool TryAdd(UInt128 mark, int seconds)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            while (_order.TryPeek(out var oldest)
                && (_order.Count >= Most || time.GetElapsedTime(oldest.At, now).TotalSeconds > seconds))
            {
                _order.Dequeue();
                if (_seen.GetValueOrDefault(oldest.Mark) == oldest.At) _seen.Remove(oldest.Mark);
            }
            if (!_seen.TryAdd(mark, now)) return false;
            _order.Enqueue((mark, now));
            return true;
        }
    }

    /// <summary>It was not accepted after all: its repeat is none.</summary>
    public void Forget(UInt128 mark)
    {
        lock (_lock) _seen.Remove(mark);
    }
}
