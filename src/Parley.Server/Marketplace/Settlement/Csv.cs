using System.Text;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>A record of a CSV file as it was read.</summary>
/// <param name="Line">The line that it begins on, from 1.</param>
/// <param name="Fields">Its fields; empty with a problem.</param>
/// <param name="Problem">Why it can't be read; null when it can.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Fields, string? Problem);

/// <summary>Comma-separated values (RFC 4180).</summary>
internal static class Csv
{
    private const int LongestField = 500, MostFields = 50;

    /// <summary>
    /// A field as it is written: quoted where RFC 4180 §2.6 asks for it. A text that a spreadsheet would take for a formula gets an
    /// apostrophe in front.
    /// </summary>
    public static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        if (text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n') text = "'" + text;
        return text.AsSpan().ContainsAny(",\"\r\n")
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    /// <summary>The records of a text; empty lines are left out. After a quote that nobody closes it ends.</summary>
    public static IEnumerable<CsvRecord> Read(TextReader text)
    {
        var next = 1;
        while (text.Peek() >= 0)
        {
            var line = next;
            List<string> fields = [];
            string? problem = null;
            do
            {
                var (field, wrong) = ReadField(text, ref next);
                problem ??= wrong ?? (fields.Count >= MostFields ? $"more than {MostFields} fields" : null);
                if (problem is null) fields.Add(field);
            }
            while (text.Peek() == ',' && text.Read() >= 0);
            if (text.Peek() == '\r') text.Read();
            if (text.Peek() == '\n')
            {
                text.Read();
                next++;
            }
            else if (text.Peek() >= 0) problem ??= "a carriage return stands alone";
            if (problem is not null) yield return new(line, [], problem);
            else if (fields is not [""]) yield return new(line, fields, null);
        }
    }

    private static (string Field, string? Problem) ReadField(TextReader text, ref int line)
    {
        var field = new StringBuilder();
        string? problem = null;
        if (text.Peek() != '"')
        {
            while (text.Peek() is >= 0 and not (',' or '\r' or '\n'))
            {
                var c = (char)text.Read();
                if (c == '"') problem ??= "a quote stands inside a field that does not begin with one";
                Add(c);
            }
            return (field.ToString(), problem);
        }
        text.Read();
        while (true)
        {
            var c = text.Read();
            if (c < 0) return ("", "a quote is not closed");
            if (c == '\n') line++;
            if (c != '"') Add((char)c);
            else if (text.Peek() == '"') Add((char)text.Read());
            else break;
        }
        while (text.Peek() is >= 0 and not (',' or '\r' or '\n'))
        {
            text.Read();
            problem ??= "something stands after a closing quote";
        }
        return (field.ToString(), problem);

        void Add(char c)
        {
            if (field.Length < LongestField) field.Append(c);
            else problem ??= $"a field has more than {LongestField} characters";
        }
    }
}
