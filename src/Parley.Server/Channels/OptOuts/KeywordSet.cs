using System.Runtime.CompilerServices;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.OptOuts;

/// <summary>The commands of a number: the words of its languages and its own.</summary>
public sealed class KeywordSet
{
    private static readonly ConditionalWeakTable<OptOutSettings, KeywordSet> Made = [];
    private readonly Dictionary<string, ConsentCommand> _commands = [];

    private KeywordSet(OptOutSettings settings)
    {
        // Without an answer to give, HELP is no command; of what is named twice STOP comes first.
        foreach (var (command, word) in All(settings))
            if (command != ConsentCommand.Help || settings.HelpReply.Length > 0) _commands.TryAdd(word, command);
    }

    /// <summary>Made once for each settings that are in force.</summary>
    public static KeywordSet Of(OptOutSettings settings) => Made.GetValue(settings, static s => new KeywordSet(s));

    /// <summary>Words that stand for two things.</summary>
    public static IEnumerable<string> Ambiguous(OptOutSettings settings) => All(settings).Distinct()
        .GroupBy(w => w.Word).Where(g => g.Count() > 1).Select(g => g.Key);

    /// <summary>What a message asks for.</summary>
    public ConsentCommand In(string message) =>
        Keywords.Fold(message) is { } folded ? _commands.GetValueOrDefault(folded) : ConsentCommand.None;

    private static IEnumerable<(ConsentCommand Command, string Word)> All(OptOutSettings settings) =>
        from family in ((ConsentCommand, IReadOnlyList<string>)[])
            [(ConsentCommand.Stop, settings.Stop), (ConsentCommand.Start, settings.Start),
                (ConsentCommand.Help, settings.Help)]
        from word in settings.Languages.SelectMany(l => Keywords.Of(l, family.Item1)).Concat(family.Item2)
        let folded = Keywords.Fold(word)
        where folded is not null
        select (family.Item1, folded);
}
