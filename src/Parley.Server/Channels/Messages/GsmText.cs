using Parley.Smpp.Text;

namespace Parley.Server.Channels.Messages;

/// <summary>For doors whose texts are GSM 7 bit unless they say otherwise (contract channels §4).</summary>
public static class GsmText
{
    /// <summary>The text with a question mark for each character that the default alphabet and its extension lack.</summary>
    public static string Only(string text)
    {
        if (GsmAlphabet.Count(text) >= 0) return text;
        var kept = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            kept.Append(GsmAlphabet.SeptetsOf(text[i]) > 0 ? text[i] : '?');
            if (char.IsSurrogatePair(text, i)) i++;
        }
        return kept.ToString();
    }
}
