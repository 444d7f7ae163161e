using Parley.Server.Channels.OptOuts;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads <c>optOut</c> of an integration or of a sender.</summary>
internal static class OptOutReader
{
    private const int MostWords = 100;
    private const int LongestReply = 1_000;

    public static OptOutSettings? Read(Section? section)
    {
        if (section is null) return null;
        var settings = new OptOutSettings
        {
            Enabled = section.Flag("enabled", true),
            Languages = section.Has("languages") ? Languages(section) : OptOutSettings.Usual.Languages,
            Stop = Words(section, "stop"),
            Start = Words(section, "start"),
            Help = Words(section, "help"),
            StopReply = section.Text("stopReply", LongestReply, OptOutSettings.UsualStopReply),
            StartReply = section.Text("startReply", LongestReply, OptOutSettings.UsualStartReply),
            HelpReply = section.Text("helpReply", LongestReply),
        };
        section.End();
        foreach (var twice in KeywordSet.Ambiguous(settings))
            section.Findings.Add(section.Path, section.Line, $"'{twice}' stands for two things");
        return settings;
    }

    private static List<string> Languages(Section section)
    {
        var languages = new List<string>();
        foreach (var (node, path) in section.List("languages", Keywords.Languages.Count))
        {
            if (section.Findings.Text(node, path, 10) is not { } text) continue;
            if (Keywords.Languages.Contains(text)) languages.Add(text);
            else
                section.Findings.Add(
                    path, node.Line, $"'{text}' is not one of {string.Join(", ", Keywords.Languages)}");
        }
        return languages;
    }

    private static List<string> Words(Section section, string key)
    {
        var words = new List<string>();
        foreach (var (node, path) in section.List(key, MostWords))
        {
            if (section.Findings.Text(node, path, Keywords.Longest) is not { } text) continue;
            if (Keywords.Fold(text) is null) section.Findings.Add(path, node.Line, "has no letter or digit");
            else words.Add(text);
        }
        return words;
    }
}
