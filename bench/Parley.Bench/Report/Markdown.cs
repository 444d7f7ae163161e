using System.Text;

namespace Parley.Bench.Report;

/// <summary>A table that reads well in a terminal and in Markdown alike.</summary>
sealed class Markdown(params string[] columns)
{
    readonly List<string[]> rows = [];

    public void Row(params string[] cells) => rows.Add(cells);

    public override string ToString()
    {
        var widths = columns.Select((c, i) => rows.Select(r => r[i].Length).Append(c.Length).Max()).ToArray();
        var text = new StringBuilder();
        void Line(IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).AppendLine(" |");
        Line(columns.Select((c, i) => i == 0 ? c.PadRight(widths[i]) : c.PadLeft(widths[i])));
        Line(widths.Select((w, i) => i == 0 ? new string('-', w) : new string('-', w - 1) + ":"));
        foreach (var row in rows) Line(row.Select((c, i) => i == 0 ? c.PadRight(widths[i]) : c.PadLeft(widths[i])));
        return text.ToString();
    }
}
