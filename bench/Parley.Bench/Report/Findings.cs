using System.Text;
using Parley.Bench.Measure;
using Parley.Bench.Scenarios;
using Parley.Bench.Wire;

namespace Parley.Bench.Report;

/// <summary>What a run found, collected as it goes and written as Markdown and JSON beside each other.</summary>
sealed class Findings(string title)
{
    readonly StringBuilder text = new StringBuilder($"# {title}\n\n{Machine.Describe()}\n\n");
    readonly List<TurnResult> turns = [];
    readonly List<string> failed = [];

    public IReadOnlyList<string> Failures =>
        [.. failed, .. turns.Where(t => t.Failure is not null).Select(t => $"{t.Peer}: {t.Failure}")];

    public void Add(string heading, IReadOnlyList<TurnResult> results, params string[] ours)
    {
        turns.AddRange(results);
        Section(heading, [
            TurnTables.Figures(results),
            .. ours.Where(name => results.Any(r => r.Peer == name)).Select(name => TurnTables.Ratios(results, name)),
            "CPU seconds per 1,000 messages, by process:\n\n" + TurnTables.Processes(results)]);
    }

    /// <summary>Something that makes the run worthless, or a goal missed.</summary>
    public void Fail(string why) => failed.Add(why);

    public void Section(string heading, params string[] parts)
    {
        var section = $"## {heading}\n\n{string.Join('\n', parts)}\n";
        Console.WriteLine("\n" + section);
        text.Append(section);
    }

    public void Write(string folder, string name)
    {
        Directory.CreateDirectory(folder);
        if (Failures.Count > 0) Section("Failed turns", string.Join('\n', Failures.Select(f => "- " + f)));
        File.WriteAllText(Path.Combine(folder, name + ".md"), text.ToString());
        File.WriteAllText(Path.Combine(folder, name + ".json"), Json.Document(turns));
        Console.WriteLine($"Written to {Path.Combine(folder, name)}.md and .json");
    }
}
