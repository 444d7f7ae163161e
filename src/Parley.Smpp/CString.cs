using System.Text;

namespace Parley.Smpp;

/// <summary>C-octet strings are Latin-1 here: every octet has a character, so nothing that a peer sends is lost or throws.</summary>
public static class CString
{
    /// <summary>The octets; characters beyond Latin-1 become a question mark.</summary>
    public static byte[] Of(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>The text.</summary>
    public static string Text(ReadOnlySpan<byte> octets) => Encoding.Latin1.GetString(octets);
}
