namespace Parley.Smpp.Text;

/// <summary>
/// The GSM 7 bit default alphabet with its extension table, and the packing of septets (3GPP TS 23.038 §6.1.2.1, §6.2.1).
/// </summary>
public static class GsmAlphabet
{
    /// <summary>How many septets a character takes: 1, 2 for the extension table, 0 when it is in neither.</summary>
    public static int SeptetsOf(char character) => GsmTable.Default.SeptetsOf(character);

    /// <summary>How many septets a text takes, or -1 when a character is in neither table.</summary>
    public static int Count(ReadOnlySpan<char> text) => GsmTable.Default.Count(text);

    /// <summary>Writes a text as unpacked septets, see <see cref="GsmTable.Encode"/>.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> target) => GsmTable.Default.Encode(text, target);

    /// <summary>Reads unpacked septets, see <see cref="GsmTable.Decode"/>.</summary>
    public static string Decode(ReadOnlySpan<byte> octets) => GsmTable.Default.Decode(octets);

    /// <summary>
    /// Packs septets into octets (3GPP TS 23.038 §6.1.2.1), beginning after <paramref name="fillBits"/> bits (0 to 6).
    /// Answers the octets written.
    /// </summary>
    public static int Pack(ReadOnlySpan<byte> septets, int fillBits, Span<byte> target)
    {
        var bits = (septets.Length * 7) + fillBits;
        var length = (bits + 7) / 8;
        target[..length].Clear();
        for (var i = 0; i < septets.Length; i++)
        {
            var at = (i * 7) + fillBits;
            var value = (septets[i] & 0x7F) << (at % 8);
            target[at / 8] |= (byte)value;
            if (value > 0xFF) target[(at / 8) + 1] |= (byte)(value >> 8);
        }
        return length;
    }

    /// <summary>
    /// Unpacks <paramref name="count"/> septets that begin after <paramref name="fillBits"/> bits; fewer when the octets
    /// end before.
    /// </summary>
    public static byte[] Unpack(ReadOnlySpan<byte> octets, int fillBits, int count)
    {
        var possible = Math.Max(0, ((octets.Length * 8) - fillBits) / 7);
        var septets = new byte[Math.Min(count, possible)];
        for (var i = 0; i < septets.Length; i++)
        {
            var at = (i * 7) + fillBits;
            var value = octets[at / 8] >> (at % 8);
            if (at % 8 > 1 && (at / 8) + 1 < octets.Length) value |= octets[(at / 8) + 1] << (8 - (at % 8));
            septets[i] = (byte)(value & 0x7F);
        }
        return septets;
    }
}
