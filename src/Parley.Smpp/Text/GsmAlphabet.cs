namespace Parley.Smpp.Text;

/// <summary>
/// The GSM 7 bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1). Here a septet stands in an octet of its own ("unpacked"), as SMPP peers
/// exchange it with data_coding 0.
/// </summary>
public static class GsmAlphabet
{
    /// <summary>The septet that announces a character of the extension table.</summary>
    public const byte Escape = 0x1B;

    // 3GPP TS 23.038 §6.2.1, row by row; U+FFFE marks the escape.
    private const string Default =
        "@£$¥èéùìòÇ\nØø\rÅå" +
        "Δ_ΦΓΛΩΠΨΣΘΞ\uFFFEÆæßÉ" +
        " !\"#¤%&'()*+,-./" +
        "0123456789:;<=>?" +
        "¡ABCDEFGHIJKLMNO" +
        "PQRSTUVWXYZÄÖÑÜ§" +
        "¿abcdefghijklmno" +
        "pqrstuvwxyzäöñüà";

    // §6.2.1.1
    private static readonly (byte Septet, char Character)[] Extension =
    [
        (0x0A, '\f'), (0x14, '^'), (0x28, '{'), (0x29, '}'), (0x2F, '\\'), (0x3C, '['), (0x3D, '~'), (0x3E, ']'), (0x40, '|'), (0x65, '€'),
    ];

    // Per character: 0 none, 1 to 128 the septet plus 1, 256 plus the septet for the extension table.
    private static readonly ushort[] Septets = MakeSeptets();
    private static readonly char[] Extended = MakeExtended();

    /// <summary>How many septets a character takes: 1, 2 for the extension table, 0 when it is in neither.</summary>
    public static int SeptetsOf(char character)
    {
        var entry = character < Septets.Length ? Septets[character] : (ushort)0;
        return entry == 0 ? 0 : entry < 256 ? 1 : 2;
    }

    /// <summary>How many septets a text takes, or -1 when a character is in neither table.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var character in text)
        {
            var septets = SeptetsOf(character);
            if (septets == 0) return -1;
            count += septets;
        }
        return count;
    }

    /// <summary>Writes a text as unpacked septets; a character in neither table becomes a question mark. Answers the octets written.</summary>
    public static int Encode(ReadOnlySpan<char> text, Span<byte> target)
    {
        var length = 0;
        foreach (var character in text)
        {
            var entry = character < Septets.Length ? Septets[character] : (ushort)0;
            if (entry >= 256)
            {
                target[length++] = Escape;
                target[length++] = (byte)(entry - 256);
            }
            else
            {
                target[length++] = entry == 0 ? (byte)'?' : (byte)(entry - 1);
            }
        }
        return length;
    }

    /// <summary>
    /// Reads unpacked septets. An octet beyond 127 and a lone escape at the end become U+FFFD; an escape before something that the extension table lacks is
    /// shown as the default table's character (§6.2.1.1, note 1).
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> octets)
    {
        var text = new char[octets.Length];
        var length = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            var septet = octets[i];
            if (septet == Escape && i + 1 < octets.Length)
            {
                var next = octets[++i];
                text[length++] = next < 128 && Extended[next] != 0 ? Extended[next] : Plain(next);
            }
            else
            {
                text[length++] = Plain(septet);
            }
        }
        return new string(text, 0, length);
    }

    /// <summary>Packs septets into octets (3GPP TS 23.038 §6.1.2.1), beginning after <paramref name="fillBits"/> bits (0 to 6). Answers the octets written.</summary>
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

    /// <summary>Unpacks <paramref name="count"/> septets that begin after <paramref name="fillBits"/> bits; fewer when the octets end before.</summary>
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

    private static char Plain(byte septet) => septet >= 128 || septet == Escape ? '\uFFFD' : Default[septet];

    private static ushort[] MakeSeptets()
    {
        var septets = new ushort['€' + 1];
        for (var i = 0; i < Default.Length; i++)
            if (Default[i] != '\uFFFE') septets[Default[i]] = (ushort)(i + 1);
        foreach (var (septet, character) in Extension) septets[character] = (ushort)(256 + septet);
        return septets;
    }

    private static char[] MakeExtended()
    {
        var extended = new char[128];
        foreach (var (septet, character) in Extension) extended[septet] = character;
        return extended;
    }
}
