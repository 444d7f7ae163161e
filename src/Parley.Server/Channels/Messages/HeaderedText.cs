using Parley.Smpp.Text;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// What stands behind a user data header that a client gave. Clients that cut long texts themselves put the parts there as
/// texts; others put octets there, in hexadecimal, and not all of them say so.
/// </summary>
public static class HeaderedText
{
    /// <summary>
    /// True when the text is octets in hexadecimal: it can be read as that, and the header is more than that of a part of a
    /// text.
    /// </summary>
    public static bool IsHex(ReadOnlySpan<byte> header, string text) =>
        text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit) && !IsOfPart(header);

    private static bool IsOfPart(ReadOnlySpan<byte> header)
    {
        if (!UserDataHeader.TrySplit(header, out var read, out _) || read.Concatenation is null) return false;
        for (var left = header[1..]; left.Length >= 2; left = left[(2 + left[1])..])
        {
            if (left[0] is not (InformationElement.Concatenation8 or InformationElement.Concatenation16
                or InformationElement.NationalSingleShift or InformationElement.NationalLockingShift)) return false;
        }
        return true;
    }
}
