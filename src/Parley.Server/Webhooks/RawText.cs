using System.Text;

namespace Parley.Server.Webhooks;

/// <summary>
/// A text in the octets that old clients expect (contract channels §3.6, §8): ISO-8859-1 where that has every character,
/// else UTF-16BE.
/// </summary>
internal sealed record RawText(byte[] Octets, string Charset)
{
    public static RawText Of(string text) => text.All(c => c <= '\u00FF')
        ? new(Encoding.Latin1.GetBytes(text), "ISO-8859-1")
        : new(Encoding.BigEndianUnicode.GetBytes(text), "UTF-16BE");
}
