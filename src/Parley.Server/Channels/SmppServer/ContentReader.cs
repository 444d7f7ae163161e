using Parley.Server.Channels.Carriers;
using Parley.Smpp;
using Parley.Smpp.Text;

namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// Reads user data as clients submit it. Text becomes text, so that it is known and can go in whatever encoding the carrier
/// has; a part of a long message keeps its header and its encoding, because its siblings have the same; octets stay octets.
/// </summary>
internal static class ContentReader
{
    private const byte HasHeader = 0x40;

    /// <summary>Ok and the content, or what is wrong.</summary>
    public static CommandStatus Read(
        byte esmClass, byte dataCoding, ReadOnlySpan<byte> userData, Tlvs tlvs, out SmsContent content)
    {
        content = new SmsContent(null, null, null, null, false);
        byte[]? header = null;
        GsmTable? table = null;
        if ((esmClass & HasHeader) != 0)
        {
            if (!UserDataHeader.TrySplit(userData, out var read, out userData)) return CommandStatus.InvalidEsmClass;
            table = read.Table;
            header = read.Octets.ToArray();
        }
        else
        {
            header = Sar(tlvs);
        }
        var encoding = TextEncodings.OfDataCoding(dataCoding, TextEncoding.Gsm);
        var flash = IsFlash(dataCoding);
        if (UserData.Text(userData, encoding, table) is not { } text)
        {
            content = new SmsContent(null, userData.ToArray(), header, null, flash);
            return CommandStatus.Ok;
        }
        // A header that only names alphabets has done its work: the carrier's own rules choose again.
        if (header is not null && OnlyTables(header)) header = null;
        var asked = header is not null ? NameOf(encoding) : encoding == TextEncoding.Ucs2 ? "ucs2" : null;
        content = new SmsContent(text, null, header, asked, flash);
        return CommandStatus.Ok;
    }

    /// <summary>Class 0 (3GPP TS 23.038 §4).</summary>
    private static bool IsFlash(byte dataCoding) =>
        (dataCoding & 0x03) == 0
        && ((dataCoding & 0xF0) == 0xF0 || ((dataCoding & 0xC0) == 0 && (dataCoding & 0x10) != 0));

    private static string NameOf(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Ucs2 => "ucs2",
        TextEncoding.Latin1 => "latin1",
        TextEncoding.Ascii => "ascii",
        _ => "gsm7",
    };

    /// <summary>The header that says what the SAR TLVs say (SMPP 3.4 §5.3.2.22 to 24); null without them.</summary>
    private static byte[]? Sar(Tlvs tlvs)
    {
        if (!tlvs.TryGet(TlvTag.SarMessageReference, out uint reference)
            || !tlvs.TryGet(TlvTag.SarTotalSegments, out uint total)
            || !tlvs.TryGet(TlvTag.SarSegmentSequence, out uint sequence)
            || total is < 2 or > 255 || sequence < 1 || sequence > total) return null;
        // Parts are cut for the shorter header, so that one is used; its reference has one octet.
        return [5, InformationElement.Concatenation8, 3, (byte)reference, (byte)total, (byte)sequence];
    }

    private static bool OnlyTables(ReadOnlySpan<byte> header)
    {
        var left = header[1..];
        while (left.Length >= 2)
        {
            if (left[0] is not (InformationElement.NationalSingleShift or InformationElement.NationalLockingShift))
                return false;
            left = left[(2 + left[1])..];
        }
        return true;
    }
}
