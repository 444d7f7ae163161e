using System.Buffers.Binary;
using System.Text;

namespace Parley.Smpp.Text;

/// <summary>How parts of a long message say that they belong together.</summary>
public enum ConcatenationKind
{
    /// <summary>User data header with an 8-bit reference: 6 octets a part.</summary>
    Udh8,

    /// <summary>User data header with a 16-bit reference: 7 octets a part.</summary>
    Udh16,

    /// <summary>
    /// SAR TLVs (SMPP 3.4 §5.3.2.22 to 24). Parts are as short as with <see cref="Udh8"/>, because most SMSCs turn the TLVs into that header.
    /// </summary>
    Sar,

    /// <summary>The whole text in message_payload: one PDU, the SMSC splits.</summary>
    Payload,
}

/// <summary>
/// How one message is split: encoding, parts, octets. No surrogate pair and no pair of escape and extension character is ever split.
/// </summary>
public sealed class SegmentPlan
{
    private readonly byte[] _units;
    private readonly byte[] _header;
    private readonly List<(int Start, int Length)> _parts;

    private SegmentPlan(
        TextEncoding encoding, ConcatenationKind kind, byte[] units, byte[] header, List<(int, int)> parts) =>
        (Encoding, Kind, _units, _header, _parts) = (encoding, kind, units, header, parts);

    /// <summary>The encoding chosen.</summary>
    public TextEncoding Encoding { get; }

    /// <summary>How parts say that they belong together, where there are several.</summary>
    public ConcatenationKind Kind { get; }

    /// <summary>PDUs to send, 1 or more.</summary>
    public int Count => _parts.Count;

    /// <summary>True when the parts begin with a user data header.</summary>
    public bool HasHeader =>
        _header.Length > 0 || (Count > 1 && Kind is (ConcatenationKind.Udh8 or ConcatenationKind.Udh16));

    /// <summary>True when the text goes into message_payload.</summary>
    public bool UsesPayload => Kind == ConcatenationKind.Payload && _units.Length + _header.Length > 254;

    /// <summary>
    /// The encoding that takes the fewest parts without losing a character: the preferred where the text fits it, else
    /// UCS-2.
    /// </summary>
    public static TextEncoding Choose(ReadOnlySpan<char> text, TextEncoding preferred) =>
        preferred.Carries(text) ? preferred : TextEncoding.Ucs2;

    /// <summary>
    /// The pair of 7 bit tables with which a text takes fewer parts than in UCS-2, among the default pair and those of the
    /// languages given; the fewest parts, then the fewest tables named. Null when none carries the text or none is cheaper.
    /// </summary>
    public static GsmTable? ChooseTable(
        ReadOnlySpan<char> text, ReadOnlySpan<NationalLanguage> languages, ConcatenationKind kind)
    {
        if (GsmTable.Default.Count(text) >= 0) return GsmTable.Default;
        GsmTable? best = null;
        var least = CountParts(text, TextEncoding.Ucs2, kind);
        foreach (var language in languages)
        {
            (NationalLanguage, NationalLanguage)[] pairs =
                [(NationalLanguage.Default, language), (language, NationalLanguage.Default), (language, language)];
            foreach (var (locking, single) in pairs)
            {
                if (GsmTable.Of(locking, single) is not { } table || table.Count(text) < 0) continue;
                var parts = CountParts(text, TextEncoding.Gsm, kind, table);
                if (parts < least) (best, least) = (table, parts);
            }
        }
        return best;
    }

    /// <summary>How many parts a text takes, without making them.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encoding">Its encoding.</param>
    /// <param name="kind">How parts say that they belong together.</param>
    /// <param name="table">The 7 bit tables; null for the default ones.</param>
    /// <param name="headerOctets">The caller's own header, its length octet included; 0 for none.</param>
    public static int CountParts(
        ReadOnlySpan<char> text, TextEncoding encoding, ConcatenationKind kind, GsmTable? table = null,
        int headerOctets = 0)
    {
        table ??= GsmTable.Default;
        var header = headerOctets > 0 ? headerOctets
            : encoding == TextEncoding.Gsm ? UserDataHeader.Naming(table).Length : 0;
        var units = encoding == TextEncoding.Gsm ? CountGsm(text, table) : text.Length;
        if (units <= UnitsAlone(encoding, header)) return 1;
        var perPart = UnitsPerPart(encoding, header, kind);
        var parts = 1;
        var used = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var size = SizeAt(text, i, encoding, table);
            if (used + size > perPart) (parts, used) = (parts + 1, 0);
            used += size;
            if (encoding == TextEncoding.Ucs2 && size == 2) i++;
        }
        return parts;
    }

    /// <summary>Splits a text. Characters that the encoding lacks become question marks.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encoding">Its encoding.</param>
    /// <param name="kind">How parts say that they belong together.</param>
    /// <param name="table">The 7 bit tables, which each part then names; null for the default ones.</param>
    /// <param name="own">
    /// A header of the caller's own (length octet first, checked before) that goes with every part and names the tables,
    /// where they are not the default ones; null for none.
    /// </param>
    public static SegmentPlan Of(
        string text, TextEncoding encoding, ConcatenationKind kind, GsmTable? table = null, byte[]? own = null)
    {
        table ??= GsmTable.Default;
        var header = own ?? (encoding == TextEncoding.Gsm ? UserDataHeader.Naming(table) : []);
        var units = Encode(text, encoding, table);
        var unitOctets = encoding == TextEncoding.Ucs2 ? 2 : 1;
        if (units.Length <= UnitsAlone(encoding, header.Length) * unitOctets || kind == ConcatenationKind.Payload)
            return new SegmentPlan(encoding, kind, units, header, [(0, units.Length)]);
        var perPart = UnitsPerPart(encoding, header.Length, kind);
        var parts = new List<(int, int)>();
        int start = 0, at = 0, used = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var size = SizeAt(text, i, encoding, table);
            if (used + size > perPart)
            {
                parts.Add((start, at - start));
                (start, used) = (at, 0);
            }
            used += size;
            at += size * unitOctets;
            if (encoding == TextEncoding.Ucs2 && size == 2) i++;
        }
        parts.Add((start, at - start));
        return new SegmentPlan(encoding, kind, units, header, parts);
    }

    /// <summary>Splits octets; a header of the caller's own (length octet first) goes with every part.</summary>
    /// <param name="data">User data without header.</param>
    /// <param name="header">The caller's header, checked before; empty for none.</param>
    /// <param name="kind">How parts say that they belong together.</param>
    public static SegmentPlan OfBinary(byte[] data, byte[] header, ConcatenationKind kind)
    {
        if (data.Length + header.Length <= 140 || kind == ConcatenationKind.Payload)
            return new SegmentPlan(TextEncoding.Binary, kind, data, header, [(0, data.Length)]);
        var perPart = Math.Max(1, UnitsPerPart(TextEncoding.Binary, header.Length, kind));
        var parts = new List<(int, int)>();
        for (var start = 0; start < data.Length; start += perPart)
            parts.Add((start, Math.Min(perPart, data.Length - start)));
        return new SegmentPlan(TextEncoding.Binary, kind, data, header, parts);
    }

    /// <summary>Writes a part's user data (header included); answers its length. A part is at most 160 octets; a payload as long as it is.</summary>
    /// <param name="part">The part, from 0.</param>
    /// <param name="reference">The message's reference, the same in all parts.</param>
    /// <param name="target">Room for it.</param>
    public int Write(int part, int reference, Span<byte> target)
    {
        var length = WriteHeader(part, reference, target);
        var (start, count) = _parts[part];
        _units.AsSpan(start, count).CopyTo(target[length..]);
        return length + count;
    }

    /// <summary>An upper bound of what <see cref="Write"/> writes for a part.</summary>
    public int LengthOf(int part) => _parts[part].Length + _header.Length + 7;

    private int WriteHeader(int part, int reference, Span<byte> target)
    {
        if (Count == 1 || Kind is ConcatenationKind.Sar or ConcatenationKind.Payload)
        {
            _header.CopyTo(target);
            return _header.Length;
        }
        var length = 1;
        if (_header.Length > 0)
        {
            _header.AsSpan(1).CopyTo(target[1..]);
            length = _header.Length;
        }
        target[length++] = Kind == ConcatenationKind.Udh8
            ? InformationElement.Concatenation8
            : InformationElement.Concatenation16;
        target[length++] = Kind == ConcatenationKind.Udh8 ? (byte)3 : (byte)4;
        if (Kind == ConcatenationKind.Udh16) target[length++] = (byte)(reference >> 8);
        target[length++] = (byte)reference;
        target[length++] = (byte)Count;
        target[length++] = (byte)(part + 1);
        target[0] = (byte)(length - 1);
        return length;
    }

    private static int HeaderOctets(ConcatenationKind kind) => kind == ConcatenationKind.Udh16 ? 7 : 6;

    private static int UnitsAlone(TextEncoding encoding, int header) =>
        header == 0 ? encoding.UnitsAlone() : encoding.UnitsBeside(header);

    // An element in a header that is there already costs its own octets only.
    private static int UnitsPerPart(TextEncoding encoding, int header, ConcatenationKind kind) =>
        encoding.UnitsBeside(header == 0 ? HeaderOctets(kind) : header + HeaderOctets(kind) - 1);

    private static int CountGsm(ReadOnlySpan<char> text, GsmTable table)
    {
        var count = 0;
        foreach (var character in text) count += Math.Max(1, table.SeptetsOf(character));
        return count;
    }

    /// <summary>Units that stay together at a position.</summary>
    private static int SizeAt(ReadOnlySpan<char> text, int i, TextEncoding encoding, GsmTable table) => encoding switch
    {
        TextEncoding.Gsm => Math.Max(1, table.SeptetsOf(text[i])),
        TextEncoding.Ucs2 => IsPairAt(text, i) ? 2 : 1,
        _ => 1,
    };

    private static bool IsPairAt(ReadOnlySpan<char> text, int i) =>
        char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);

    private static byte[] Encode(string text, TextEncoding encoding, GsmTable table)
    {
        switch (encoding)
        {
            case TextEncoding.Gsm:
                var septets = new byte[CountGsm(text, table)];
                table.Encode(text, septets);
                return septets;
            case TextEncoding.Ascii:
                return System.Text.Encoding.ASCII.GetBytes(text);
            case TextEncoding.Latin1:
                return System.Text.Encoding.Latin1.GetBytes(text);
            default:
                var units = new byte[text.Length * 2];
                for (var i = 0; i < text.Length; i++)
                    BinaryPrimitives.WriteUInt16BigEndian(units.AsSpan(i * 2), text[i]);
                return units;
        }
    }
}
