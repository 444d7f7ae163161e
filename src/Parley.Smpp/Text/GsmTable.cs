using System.Collections.Concurrent;

namespace Parley.Smpp.Text;

/// <summary>
/// A pair of GSM 7 bit tables: an alphabet and what stands behind the escape (3GPP TS 23.038 §6.2.1 and annex A). A septet
/// stands in an octet of its own here ("unpacked"), as SMPP peers exchange it.
/// </summary>
public sealed class GsmTable
{
    /// <summary>The septet that announces a character of the second table.</summary>
    public const byte Escape = 0x1B;

    private const char None = '\uFFFE';

    // §6.2.1, row by row; U+FFFE marks the escape.
    private const string DefaultAlphabet =
        "@£$¥èéùìòÇ\nØø\rÅå" +
        "Δ_ΦΓΛΩΠΨΣΘΞ\uFFFEÆæßÉ" +
        " !\"#¤%&'()*+,-./" +
        "0123456789:;<=>?" +
        "¡ABCDEFGHIJKLMNO" +
        "PQRSTUVWXYZÄÖÑÜ§" +
        "¿abcdefghijklmno" +
        "pqrstuvwxyzäöñüà";

    // §6.2.1.1
    private static readonly (byte Septet, char Character)[] DefaultExtension =
    [
        (0x0A, '\f'), (0x14, '^'), (0x28, '{'), (0x29, '}'), (0x2F, '\\'), (0x3C, '['), (0x3D, '~'), (0x3E, ']'),
        (0x40, '|'), (0x65, '€'),
    ];

    private static readonly ConcurrentDictionary<(NationalLanguage, NationalLanguage), GsmTable> Known = new();

    private readonly string _alphabet;
    private readonly string _behindEscape;

    // Per character: 0 none, 1 to 128 the septet plus 1, 256 plus the septet behind the escape.
    private readonly ushort[] _septets;

    private GsmTable(NationalLanguage locking, NationalLanguage single)
    {
        (Locking, Single) = (locking, single);
        _alphabet = locking == NationalLanguage.Default ? DefaultAlphabet : NationalLockingTables.All[locking];
        _behindEscape = single == NationalLanguage.Default ? Extension() : NationalSingleTables.All[single];
        _septets = new ushort[Math.Max(Highest(_alphabet), Highest(_behindEscape)) + 1];
        Fill(_behindEscape, 256);
        Fill(_alphabet, 1);
    }

    /// <summary>The default alphabet and its extension table.</summary>
    public static GsmTable Default { get; } = Of(NationalLanguage.Default, NationalLanguage.Default)!;

    /// <summary>Which alphabet.</summary>
    public NationalLanguage Locking { get; }

    /// <summary>Which table behind the escape.</summary>
    public NationalLanguage Single { get; }

    /// <summary>The pair; null when a language has no such table (Spanish has no alphabet, 14 and more have nothing).</summary>
    public static GsmTable? Of(NationalLanguage locking, NationalLanguage single)
    {
        if (locking != NationalLanguage.Default && !NationalLockingTables.All.ContainsKey(locking)) return null;
        if (single != NationalLanguage.Default && !NationalSingleTables.All.ContainsKey(single)) return null;
        return Known.GetOrAdd((locking, single), static pair => new GsmTable(pair.Item1, pair.Item2));
    }

    /// <summary>Septets of a character: 1, 2 behind the escape, 0 when it is in neither table.</summary>
    public int SeptetsOf(char character)
    {
        var entry = character < _septets.Length ? _septets[character] : 0;
        return entry == 0 ? 0 : entry < 256 ? 1 : 2;
    }

    /// <summary>Septets of a text, or -1 when a character is in neither table.</summary>
    public int Count(ReadOnlySpan<char> text)
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

    /// <summary>
    /// Writes a text as unpacked septets; a character in neither table becomes a question mark. Answers the octets written,
    /// at most twice the text's length.
    /// </summary>
    public int Encode(ReadOnlySpan<char> text, Span<byte> target)
    {
        var length = 0;
        foreach (var character in text)
        {
            var entry = character < _septets.Length ? _septets[character] : 0;
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
    /// Reads unpacked septets. An octet beyond 127, a code without meaning and a lone escape at the end become U+FFFD; an
    /// escape before something that the second table lacks is shown as the first table's character (§6.2.1.1, note 1).
    /// </summary>
    public string Decode(ReadOnlySpan<byte> octets)
    {
        var text = new char[octets.Length];
        var length = 0;
        for (var i = 0; i < octets.Length; i++)
        {
            var septet = octets[i];
            if (septet == Escape && i + 1 < octets.Length)
            {
                var next = octets[++i];
                text[length++] = next < 128 && _behindEscape[next] != None ? _behindEscape[next] : Plain(next);
            }
            else
            {
                text[length++] = Plain(septet);
            }
        }
        return new string(text, 0, length);
    }

    private static string Extension()
    {
        var table = new char[128];
        Array.Fill(table, None);
        foreach (var (septet, character) in DefaultExtension) table[septet] = character;
        return new string(table);
    }

    private static int Highest(string table)
    {
        var highest = 0;
        foreach (var character in table)
            if (character != None && character > highest) highest = character;
        return highest;
    }

    // A character that a table has twice keeps its first place.
    private void Fill(string table, int from)
    {
        for (var i = table.Length - 1; i >= 0; i--)
            if (table[i] != None) _septets[table[i]] = (ushort)(from + i);
    }

    private char Plain(byte septet) => septet >= 128 || _alphabet[septet] == None ? '\uFFFD' : _alphabet[septet];
}
