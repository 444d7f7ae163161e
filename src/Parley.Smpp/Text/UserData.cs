using System.Buffers.Binary;

namespace Parley.Smpp.Text;

/// <summary>Reads user data back into text.</summary>
public static class UserData
{
    /// <summary>The text; null when the encoding says that it is none. Octets that mean nothing become U+FFFD.</summary>
    /// <param name="octets">User data without header.</param>
    /// <param name="encoding">From data_coding, see <see cref="TextEncodings.OfDataCoding"/>.</param>
    /// <param name="table">The 7 bit tables that the header named; null for the default ones.</param>
    public static string? Text(ReadOnlySpan<byte> octets, TextEncoding encoding, GsmTable? table = null)
    {
        switch (encoding)
        {
            case TextEncoding.Gsm:
                return (table ?? GsmTable.Default).Decode(octets);
            case TextEncoding.Ascii:
                // ASCII bytes beyond 127 are Latin-1 with every peer that sends them.
                return System.Text.Encoding.Latin1.GetString(octets);
            case TextEncoding.Latin1:
                return System.Text.Encoding.Latin1.GetString(octets);
            case TextEncoding.Ucs2:
                return Ucs2(octets);
            default:
                return null;
        }
    }

    private static string Ucs2(ReadOnlySpan<byte> octets)
    {
        var text = new char[(octets.Length + 1) / 2];
        for (var i = 0; i < text.Length; i++)
            text[i] = (i * 2) + 1 < octets.Length
                ? (char)BinaryPrimitives.ReadUInt16BigEndian(octets[(i * 2)..])
                : '\uFFFD';
        return new string(text);
    }
}
