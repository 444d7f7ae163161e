namespace Parley.Smpp.Text;

/// <summary>How characters become octets.</summary>
public enum TextEncoding
{
    /// <summary>GSM 7 bit default alphabet and extension table, unpacked; data_coding 0.</summary>
    Gsm,

    /// <summary>IA5/ASCII; data_coding 1.</summary>
    Ascii,

    /// <summary>ISO-8859-1; data_coding 3.</summary>
    Latin1,

    /// <summary>UCS-2, in practice UTF-16 big-endian; data_coding 8.</summary>
    Ucs2,

    /// <summary>Octets that are no text; data_coding 4.</summary>
    Binary,
}

/// <summary>How many characters and parts a text takes, per encoding.</summary>
public static class TextEncodings
{
    /// <summary>True when no character is lost.</summary>
    public static bool Carries(this TextEncoding encoding, ReadOnlySpan<char> text) => encoding switch
    {
        TextEncoding.Gsm => GsmAlphabet.Count(text) >= 0,
        TextEncoding.Ascii => System.Text.Ascii.IsValid(text),
        TextEncoding.Latin1 => text.IndexOfAnyExceptInRange('\0', 'ÿ') < 0,
        TextEncoding.Ucs2 => true,
        _ => false,
    };

    /// <summary>Units (septets, octets or UTF-16 units) that fit a message that is not concatenated: 160, 140 or 70.</summary>
    public static int UnitsAlone(this TextEncoding encoding) => encoding switch
    {
        TextEncoding.Gsm or TextEncoding.Ascii => 160,
        TextEncoding.Ucs2 => 70,
        _ => 140,
    };

    /// <summary>Units that fit a part beside a user data header of <paramref name="headerOctets"/> octets (its length octet included).</summary>
    public static int UnitsBeside(this TextEncoding encoding, int headerOctets) => encoding switch
    {
        TextEncoding.Gsm or TextEncoding.Ascii => ((140 - headerOctets) * 8) / 7,
        TextEncoding.Ucs2 => (140 - headerOctets) / 2,
        _ => 140 - headerOctets,
    };

    /// <summary>data_coding (SMPP 3.4 §5.2.19); flash is message class 0.</summary>
    public static byte DataCoding(this TextEncoding encoding, bool flash) => encoding switch
    {
        TextEncoding.Gsm => flash ? (byte)0x10 : (byte)0x00,
        TextEncoding.Ascii => 0x01,
        TextEncoding.Latin1 => 0x03,
        TextEncoding.Ucs2 => flash ? (byte)0x18 : (byte)0x08,
        _ => flash ? (byte)0x14 : (byte)0x04,
    };

    /// <summary>The encoding that a data_coding means; <paramref name="zero"/> is what the peer means by 0 (3GPP TS 23.038 §4).</summary>
    public static TextEncoding OfDataCoding(byte dataCoding, TextEncoding zero)
    {
        switch (dataCoding)
        {
            case 0x00:
                return zero;
            case 0x01:
                return TextEncoding.Ascii;
            case 0x03:
                return TextEncoding.Latin1;
            case 0x02 or 0x04:
                return TextEncoding.Binary;
            case 0x08:
                return TextEncoding.Ucs2;
        }
        return (dataCoding & 0xF0) switch
        {
            // General data coding: bits 3 and 2 are the alphabet.
            0x10 or 0x20 or 0x30 or 0x40 or 0x50 or 0x60 or 0x70 => OfAlphabetBits(dataCoding),
            0xC0 or 0xD0 => TextEncoding.Gsm,
            0xE0 => TextEncoding.Ucs2,
            0xF0 => (dataCoding & 0x04) != 0 ? TextEncoding.Binary : TextEncoding.Gsm,
            _ => TextEncoding.Binary,
        };
    }

    private static TextEncoding OfAlphabetBits(byte dataCoding) => (dataCoding & 0x0C) switch
    {
        0x00 => TextEncoding.Gsm,
        0x08 => TextEncoding.Ucs2,
        _ => TextEncoding.Binary,
    };
}
