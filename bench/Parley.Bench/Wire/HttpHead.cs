using System.Buffers.Text;

namespace Parley.Bench.Wire;

/// <summary>Just enough HTTP/1.1 to find where a message ends.</summary>
readonly ref struct HttpHead
{
    public required ReadOnlySpan<byte> Lines { get; init; }
    public required int Length { get; init; }

    public static bool TryFind(ReadOnlySpan<byte> bytes, out HttpHead head)
    {
        var end = bytes.IndexOf("\r\n\r\n"u8);
        head = end < 0 ? default : new() { Lines = bytes[..(end + 2)], Length = end + 4 };
        return end >= 0;
    }

    /// <summary>Of a response's first line: `HTTP/1.1 202 Accepted`.</summary>
    public int Status => Utf8Parser.TryParse(Lines[9..], out int status, out _) ? status : 0;

    public ReadOnlySpan<byte> FirstLine => Lines[..Lines.IndexOf((byte)'\r')];

    public int ContentLength =>
        Utf8Parser.TryParse(Value("\r\nContent-Length:"u8), out int length, out _) ? length : 0;

    public bool IsChunked => Value("\r\nTransfer-Encoding:"u8).StartsWith("chunked"u8);

    public bool Closes => Value("\r\nConnection:"u8).StartsWith("close"u8);

    public ReadOnlySpan<byte> Signature => Value("\r\nSignature:"u8);

    ReadOnlySpan<byte> Value(ReadOnlySpan<byte> name)
    {
        var at = Lines.IndexOf(name);
        if (at < 0) at = IndexOfIgnoringCase(name);
        if (at < 0) return [];
        var value = Lines[(at + name.Length)..];
        return value[..value.IndexOf((byte)'\r')].TrimStart((byte)' ');
    }

    int IndexOfIgnoringCase(ReadOnlySpan<byte> name)
    {
        for (var at = 0; at + name.Length <= Lines.Length; at++)
            if (System.Text.Ascii.EqualsIgnoreCase(Lines.Slice(at, name.Length), name)) return at;
        return -1;
    }
}
