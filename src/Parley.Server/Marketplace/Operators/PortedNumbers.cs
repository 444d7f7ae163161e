using System.Text;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Operators;

/// <summary>Numbers that have another operator than their range says, as somebody has imported them. They win over all else.</summary>
internal sealed class PortedNumbers(Database database, Catalogue catalogue, TimeProvider time)
{
    public const string Malformed = "market.malformed";

    /// <summary>Octets of an import.</summary>
    public const int LargestImport = 5 << 20;

    private const int MostProblems = 20;

    private static readonly BulkInsert<Row> Upsert = new(
        "market_ported_numbers", "number text, operator text, changed_at int",
        static (row, ported) =>
        {
            row.Text(ported.Number);
            row.Text(ported.Operator);
            row.Int(ported.At);
        },
        "ON CONFLICT (number) DO UPDATE SET operator = excluded.operator, changed_at = excluded.changed_at");

    private static readonly BulkDelete<Row> Delete = new(
        "market_ported_numbers", "number text", "market_ported_numbers.number = v.number",
        static (row, ported) => row.Text(ported.Number));

    /// <summary>The operator's code; null when nothing is known.</summary>
    public Task<string?> Find(string digits, CancellationToken cancel) => database.Read(
        connection => connection.QueryFirstOrDefault<string>(
            "SELECT operator FROM market_ported_numbers WHERE number = @digits", new { digits }),
        cancel);

    /// <summary>
    /// Takes lines of number and operator's code with a comma between; without a code the number is forgotten. All lines
    /// or none.
    /// </summary>
    public async Task<Result<Imported>> Import(byte[] text, CancellationToken cancel)
    {
        var (rows, problems) = Read(text);
        if (problems.Count > 0) return new Refusal(Malformed, string.Join("; ", problems));
        // The last line about a number holds.
        var last = rows.GroupBy(r => r.Number).Select(g => g.Last()).ToList();
        var written = last.Where(r => r.Operator.Length > 0).ToList();
        var gone = last.Where(r => r.Operator.Length == 0).ToList();
        var forgotten = 0;
        await database.Transact(tx =>
        {
            forgotten = 0;
            tx.Insert(Upsert, written);
            tx.Delete(Delete, gone, _ => forgotten++);
        }, cancel);
        return new Imported(written.Count, forgotten);
    }

    private (List<Row> Rows, List<string> Problems) Read(byte[] text)
    {
        var known = catalogue.Operators.Select(o => o.Code).ToHashSet();
        List<Row> rows = [];
        List<string> problems = [];
        var (number, now) = (0, time.NowMicros());
        foreach (var line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            number++;
            var parts = line.Trim().Split(',', StringSplitOptions.TrimEntries);
            if (parts is [""]) continue;
            var digits = parts[0].TrimStart('+');
            if (parts.Length != 2 || digits.Length is < 7 or > 15 || !digits.All(char.IsAsciiDigit))
                problems.Add($"line {number}: is not a number, a comma and an operator's code");
            else if (parts[1].Length > 0 && !known.Contains(parts[1]))
                problems.Add($"line {number}: there is no such operator");
            else rows.Add(new(digits, parts[1], now));
            if (problems.Count == MostProblems) break;
        }
        return (rows, problems);
    }

    private sealed record Row(string Number, string Operator, long At);
}

/// <summary>What an import did.</summary>
internal sealed record Imported(int Written, int Forgotten);
