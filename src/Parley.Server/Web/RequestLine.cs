using System.Buffers;
using System.Text;

namespace Parley.Server.Web;

/// <summary>
/// The first line of an HTTP/1 request as clients write it who escape nothing: octets beyond ASCII and blanks in its target
/// are percent-encoded, so that the doors see them; of a line that is too long its path is left, below
/// <see cref="TooLong"/>.
/// </summary>
internal static class RequestLine
{
    /// <summary>Octets that a line may have as it was sent.</summary>
    public const int Longest = 64 << 10;

    /// <summary>Octets that it may have then, each of them escaped.</summary>
    public const int LongestMended = (3 * Longest) + 64;

    /// <summary>Where requests go whose line was too long, with their path behind it.</summary>
    public const string TooLong = "/line-too-long";

    private const int LongestPath = 200;
    private const int LongestMethod = 20;
    private const byte Blank = (byte)' ';

    private static readonly SearchValues<byte> OfPaths =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_-."u8);

    /// <summary>True for the line of an HTTP/1 request: method, target, version.</summary>
    public static bool IsHttp1(ReadOnlySpan<byte> line) =>
        (line.EndsWith(" HTTP/1.1"u8) || line.EndsWith(" HTTP/1.0"u8))
        && line.IndexOf(Blank) is > 0 and <= LongestMethod;

    /// <summary>True when the web server reads it as it is.</summary>
    public static bool IsClean(ReadOnlySpan<byte> line) =>
        TargetOf(line).IndexOfAnyExceptInRange((byte)'!', (byte)'~') < 0;

    /// <summary>The line with its target escaped, and CR LF.</summary>
    public static byte[] Mend(ReadOnlySpan<byte> line)
    {
        var target = TargetOf(line).Trim(Blank);
        var mended = new byte[line.Length + (2 * target.Length) + 2];
        var length = line.IndexOf(Blank) + 1;
        line[..length].CopyTo(mended);
        foreach (var octet in target) length += Escape(octet, mended.AsSpan(length));
        line[^9..].CopyTo(mended.AsSpan(length));
        "\r\n"u8.CopyTo(mended.AsSpan(length + 9));
        return mended[..(length + 11)];
    }

    /// <summary>The line that stands for one that is too long, by its beginning; the connection ends with its answer.</summary>
    public static byte[] ForTooLong(ReadOnlySpan<byte> start)
    {
        var blank = start.IndexOf(Blank);
        var method = blank is > 0 and <= LongestMethod
            && start[..blank].IndexOfAnyExceptInRange((byte)'A', (byte)'Z') < 0
            ? Encoding.ASCII.GetString(start[..blank]) : "GET";
        return Encoding.ASCII.GetBytes($"{method} {TooLong}{PathOf(start[(blank + 1)..])} HTTP/1.0\r\n");
    }

    private static ReadOnlySpan<byte> TargetOf(ReadOnlySpan<byte> line) => line[(line.IndexOf(Blank) + 1)..^9];

    /// <summary>The target's path; only / where it is none that leads anywhere.</summary>
    private static string PathOf(ReadOnlySpan<byte> target)
    {
        if (target.StartsWith("http://"u8) || target.StartsWith("https://"u8))
        {
            target = target[(target.IndexOf("://"u8) + 3)..];
            var slash = target.IndexOf((byte)'/');
            target = slash < 0 ? default : target[slash..];
        }
        var end = target.IndexOfAny((byte)'?', Blank);
        var path = end < 0 ? default : target[..end];
        return path.Length is > 0 and <= LongestPath && path[0] == '/'
            && path.IndexOfAnyExcept(OfPaths) < 0
            ? Encoding.ASCII.GetString(path) : "/";
    }

    private static int Escape(byte octet, Span<byte> to)
    {
        if (octet is > Blank and < 0x7F)
        {
            to[0] = octet;
            return 1;
        }
        to[0] = (byte)'%';
        to[1] = Digit(octet >> 4);
        to[2] = Digit(octet & 0x0F);
        return 3;
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);
}
