using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Parley.Platform;

/// <summary>
/// Makes ids: UUIDv7 (RFC 9562 §5.7) as 32 lower-case hexadecimal digits. Within one source they ascend strictly, so that
/// new rows land at the end of the index.
/// </summary>
/// <param name="time">Gives the 48 bits of milliseconds.</param>
/// <param name="random">Fills the tail; null takes the operating system's generator. Tests pass a seeded one.</param>
public sealed class Ids(TimeProvider time, Random? random)
{
    private readonly Lock _lock = new();
    private long _lastMillis;
    private ulong _tail;
    private uint _counter;

    /// <summary>The length of every id, in characters.</summary>
    public const int Length = 32;

    /// <summary>A new id, greater (ordinally) than every id this source made before.</summary>
    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock)
        {
            var millis = time.GetUtcNow().ToUnixTimeMilliseconds();
            // 30 bits count inside one millisecond (RFC 9562 §6.2 method 1); a clock that jumps back keeps the last millisecond.
            if (millis > _lastMillis)
            {
                _lastMillis = millis;
                _counter = NextTail() & 0xFFFF;
            }
            else if (++_counter > 0x3FFF_FFFF)
            {
                _lastMillis++;
                _counter = 0;
            }
            BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)_lastMillis << 16);
            BinaryPrimitives.WriteUInt16BigEndian(bytes[6..], (ushort)(0x7000 | (_counter >> 18)));
            BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], 0x8000_0000 | ((_counter & 0x3FFFF) << 12) | (NextTail() & 0xFFF));
            BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], NextTail());
        }
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>True when the text has the form of an id: 32 lower-case hexadecimal digits.</summary>
    public static bool IsId(ReadOnlySpan<char> text)
    {
        if (text.Length != Length) return false;
        foreach (var c in text)
            if (!char.IsAsciiHexDigitLower(c)) return false;
        return true;
    }

    private uint NextTail()
    {
        if (random is not null) return (uint)random.NextInt64(0, 1L << 32);
        // A generator keyed by the operating system, drawn from 64 bits at a time: the tail only has to be unguessable enough
        // not to collide between nodes; ids are no secrets.
        if (_tail == 0) _tail = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
        _tail ^= _tail << 13;
        _tail ^= _tail >> 7;
        _tail ^= _tail << 17;
        return (uint)(_tail >> 16);
    }
}
