using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Parley.Server.Channels.OptOuts;

/// <summary>What a message from a phone asks for, when it is one of the commands.</summary>
public enum ConsentCommand
{
    None,
    Stop,
    Start,
    Help,
}

/// <summary>
/// The words, and how a message is compared with them: whole, without blanks and signs around it, blanks within as one,
/// without regard to case and accents. Nothing shorter, longer or similar is a command.
/// </summary>
public static class Keywords
{
    /// <summary>Characters of a command, and of a message that can be one with all that stands around it.</summary>
    public const int Longest = 30;

    private const int LongestMessage = 60;

    // Letters with accents and those without, place by place. (The runtime has no normalisation without ICU.)
    private const string Accented = "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ"
        + "ĀĂĄĆĈĊČĎĒĔĖĘĚĜĞĠĢĤĨĪĬĮİĴĶĹĻĽŃŅŇŌŎŐŔŖŘŚŜŞŠŢŤŨŪŬŮŰŲŴŶŸŹŻŽȘȚ"
        + "ΆΈΉΊΌΎΏΪΫЁЙأإآ";

    private const string Plain = "AAAAAACEEEEIIIINOOOOOUUUUYAAACCCCDEEEEEGGGGHIIIIIJKLLLNNNOOORRRSSSSTTUUUUUUWYYZZZST"
        + "ΑΕΗΙΟΥΩΙΥЕИااا";

    private static readonly FrozenDictionary<char, char> Bare =
        Accented.Zip(Plain).ToFrozenDictionary(pair => pair.First, pair => pair.Second);

    private static readonly FrozenDictionary<(string Language, ConsentCommand Command), string[]> Words = Read();

    /// <summary>The languages whose words are known, by their two letters.</summary>
    public static IReadOnlyList<string> Languages { get; } =
        [.. Words.Keys.Select(k => k.Language).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The words of a language; empty when the language is not known.</summary>
    public static IReadOnlyList<string> Of(string language, ConsentCommand command) =>
        Words.GetValueOrDefault((language, command)) ?? [];

    /// <summary>A message as it is compared; null when it is too long, or nothing, to be a command.</summary>
    public static string? Fold(string message)
    {
        if (message.Length > LongestMessage) return null;
        var folded = new StringBuilder(message.Length);
        var (blank, letters) = (false, 0);
        foreach (var c in message)
        {
            if (char.IsWhiteSpace(c))
            {
                blank = true;
                continue;
            }
            // Combining accents, and what nobody sees: joiners, marks of direction, variation selectors.
            if (c is >= '\u0300' and <= '\u036F' or >= '\uFE00' and <= '\uFE0F'
                || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.Control) continue;
            var significant = char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark;
            // Signs before the first letter are left out; those after the last are cut off below.
            if (!significant && letters == 0) continue;
            if (blank && letters > 0) folded.Append(' ');
            blank = false;
            var upper = char.ToUpperInvariant(c);
            folded.Append(Bare.GetValueOrDefault(upper, upper));
            if (significant) letters = folded.Length;
        }
        folded.Length = letters;
        return letters is > 0 and <= Longest ? folded.ToString() : null;
    }

    private static FrozenDictionary<(string, ConsentCommand), string[]> Read()
    {
        using var stream = typeof(Keywords).Assembly.GetManifestResourceStream(typeof(Keywords), "keywords.txt")!;
        using var reader = new StreamReader(stream);
        var words = new Dictionary<(string, ConsentCommand), string[]>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var head = line[..colon].Split(' ');
            words.Add(
                (head[0], Enum.Parse<ConsentCommand>(head[1], ignoreCase: true)),
                line[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries));
        }
        return words.ToFrozenDictionary();
    }
}
