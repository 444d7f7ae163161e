using Parley.Platform;

namespace Parley.Server.Channels.OptOuts;

/// <summary>What became of an import.</summary>
/// <param name="Lines">Lines with something in them.</param>
/// <param name="Changed">Those that changed something.</param>
/// <param name="Bad">Those that were left out.</param>
/// <param name="Problems">The first of the bad ones, each with its line.</param>
internal sealed record Imported(int Lines, int Changed, int Bad, IReadOnlyList<string> Problems);

/// <summary>
/// Reads a list line by line and writes it so many at a time, each time a commit: one that breaks off has kept what came
/// before, and is sent again whole. Empty lines and those that begin with # are passed over.
/// </summary>
internal sealed class ImportRun<T>(
    string text, int atOnce, Func<List<string>, Result<T>> read, Func<IReadOnlyList<T>, Task<int>> write)
{
    private readonly List<T> _waiting = [];
    private readonly List<string> _problems = [];
    private int _lines;
    private int _changed;
    private int _bad;

    public async Task<Imported> Run()
    {
        var number = 0;
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line)
        {
            number++;
            if (string.IsNullOrWhiteSpace(line) || line[0] == '#') continue;
            _lines++;
            Take(number, line);
            if (_waiting.Count == atOnce) await Write();
        }
        if (_waiting.Count > 0) await Write();
        return new(_lines, _changed, _bad, _problems);
    }

    private void Take(int number, string line)
    {
        var made = ConsentCsv.Split(line) is { } values
            ? read(values) : new Refusal("opt-out.line-bad", "is too long, or its quotes do not fit");
        if (made.Ok)
        {
            _waiting.Add(made.Value);
            return;
        }
        _bad++;
        if (_problems.Count < ConsentCsv.MostProblems) _problems.Add($"line {number} {made.Refusal.Reason}");
    }

    private async Task Write()
    {
        _changed += await write([.. _waiting]);
        _waiting.Clear();
    }
}
