using System.Buffers.Text;

namespace Parley.Bench.Wire;

/// <summary>Bytes on their way out, written in place.</summary>
sealed class OutBuffer
{
    byte[] bytes = new byte[64 * 1024];
    int start;
    int end;

    public bool IsEmpty => start == end;

    public int Length => end - start;

    public ReadOnlySpan<byte> Pending => bytes.AsSpan(start, end - start);

    public void Sent(int count)
    {
        start += count;
        if (start == end) start = end = 0;
    }

    /// <summary>
    /// Room for <paramref name="size"/> bytes, valid until the next write; counted by <see cref="Advance"/>.
    /// </summary>
    public Span<byte> Reserve(int size)
    {
        if (bytes.Length - end < size) MakeRoom(size);
        return bytes.AsSpan(end, size);
    }

    public void Advance(int count) => end += count;

    public void Write(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Reserve(value.Length));
        end += value.Length;
    }

    public void Write(long value, int digits = 0)
    {
        var room = Reserve(32);
        Utf8Formatter.TryFormat(value, room, out var length, new('D', digits > 0 ? (byte)digits : (byte)1));
        end += length;
    }

    void MakeRoom(int size)
    {
        var kept = end - start;
        var target = kept + size > bytes.Length ? new byte[Math.Max(bytes.Length * 2, kept + size)] : bytes;
        bytes.AsSpan(start, kept).CopyTo(target);
        (bytes, start, end) = (target, 0, kept);
    }
}
