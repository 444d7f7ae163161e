using System.Buffers;
using System.Globalization;
using System.Text;

namespace Parley.Platform.Storage;

/// <summary>
/// Text from outside as both engines keep it. UTF-16 may hold what UTF-8 can't, a half of a surrogate pair (texts are cut
/// between the halves), and PostgreSQL keeps no U+0000. Both are written as U+FDD0 (a code point that stands for nothing)
/// and four hexadecimal digits, so that nothing is lost on the way back.
/// </summary>
public static class StoredText
{
    private const char Mark = '\uFDD0';
    private const char Unknown = '\uFFFD';

    private static readonly SearchValues<char> Never = SearchValues.Create(['\0', Mark]);

    /// <summary>What is to be stored for a text; null for null. Nearly every text is itself.</summary>
    public static string? Of(string? text) => text is null || IsSound(text) ? text : Replace(text, static (to, odd) =>
        to.Append(Mark).Append(((int)odd).ToString("X4", CultureInfo.InvariantCulture)));

    /// <summary>The text that was stored; null for null.</summary>
    public static string? Back(string? stored)
    {
        if (stored is null || !stored.Contains(Mark)) return stored;
        var text = new StringBuilder(stored.Length);
        for (var i = 0; i < stored.Length; i++)
        {
            var digits = stored[i] == Mark && i + 4 < stored.Length ? stored.AsSpan(i + 1, 4) : default;
            if (!ushort.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var odd))
            {
                text.Append(stored[i]);
                continue;
            }
            text.Append((char)odd);
            i += 4;
        }
        return text.ToString();
    }

    /// <summary>The text with U+FFFD in place of what can't be stored, for where it only is read.</summary>
    public static string Sound(string text) =>
        IsSound(text) ? text : Replace(text, static (to, _) => to.Append(Unknown));

    private static bool IsSound(string text)
    {
        if (text.AsSpan().ContainsAny(Never)) return false;
        var at = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF');
        if (at < 0) return true;
        for (; at < text.Length; at++)
        {
            if (!char.IsSurrogate(text[at])) continue;
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1])) return false;
            at++;
        }
        return true;
    }

    private static string Replace(string text, Action<StringBuilder, char> odd)
    {
        var replaced = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                replaced.Append(text[i++]).Append(text[i]);
            }
            else if (text[i] is '\0' or Mark || char.IsSurrogate(text[i]))
            {
                odd(replaced, text[i]);
            }
            else
            {
                replaced.Append(text[i]);
            }
        }
        return replaced.ToString();
    }
}
