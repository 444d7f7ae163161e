using System.Globalization;
using System.Text;
using Parley.Platform;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>What became of a sale, in somebody's words. The numbers are stored.</summary>
internal enum StatementOutcome
{
    /// <summary>The supplier has not decided; the bank holds.</summary>
    Pending = 1,

    /// <summary>The supplier sold; the bank debited.</summary>
    Success = 2,

    /// <summary>The supplier did not sell; the bank released.</summary>
    Failed = 3,
}

/// <summary>A line of a supplier's or a bank's statement.</summary>
/// <param name="Number">The line in the file, from 1.</param>
/// <param name="Reference">Whose sale it is, as they call it.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="At">Their moment, in microseconds UTC.</param>
internal sealed record StatementLine(
    int Number, string Reference, long Amount, string Currency, StatementOutcome Outcome, long At);

/// <summary>A line that can't be read, and why.</summary>
internal sealed record BadLine(int Line, string Problem);

/// <summary>
/// A statement: CSV in UTF-8 whose header names <c>reference</c>, <c>amount</c>, <c>currency</c>, <c>outcome</c> and <c>time</c> in any order;
/// other columns are ignored (docs/operating.md).
/// </summary>
internal sealed class Statement
{
    public const int LargestBody = 16 << 20, MostLines = 100_000, MostBad = 100;

    private static readonly string[] Columns = ["reference", "amount", "currency", "outcome", "time"];

    private readonly List<StatementLine> _lines = [];
    private readonly List<BadLine> _bad = [];

    public IReadOnlyList<StatementLine> Lines => _lines;

    /// <summary>What can't be read, at most 100; with one of them nothing of the statement counts.</summary>
    public IReadOnlyList<BadLine> Bad => _bad;

    public static Statement Read(ReadOnlyMemory<byte> body)
    {
        var statement = new Statement();
        using var text = new StreamReader(
            new MemoryStream(body.ToArray(), writable: false), new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            statement.Take(text);
        }
        catch (DecoderFallbackException)
        {
            statement._bad.Add(new(statement._lines.Count + 1, "the file is not UTF-8"));
        }
        return statement;
    }

    private void Take(TextReader text)
    {
        int[]? places = null;
        foreach (var record in Csv.Read(text))
        {
            if (_bad.Count >= MostBad) return;
            if (record.Problem is { } problem) _bad.Add(new(record.Line, problem));
            else if (places is not null) Take(record, places);
            else if (Places(record) is { } found) places = found;
            if (places is null)
            {
                if (_bad.Count == 0)
                    _bad.Add(new(record.Line, $"the header must name {string.Join(", ", Columns)}"));
                return;
            }
            if (_lines.Count <= MostLines) continue;
            _bad.Add(new(record.Line, $"more than {MostLines} lines"));
            return;
        }
        if (places is null) _bad.Add(new(1, "the file is empty"));
    }

    private static int[]? Places(CsvRecord header)
    {
        var names = header.Fields.Select(f => f.Trim().ToLowerInvariant()).ToList();
        var places = Columns.Select(c => names.IndexOf(c)).ToArray();
        return places.Contains(-1) ? null : places;
    }

    private void Take(CsvRecord record, int[] places)
    {
        if (places.Max() >= record.Fields.Count)
        {
            _bad.Add(new(record.Line, $"has {record.Fields.Count} fields; the header names more"));
            return;
        }
        var values = places.Select(p => record.Fields[p].Trim()).ToArray();
        var (reference, amount, currency, outcome, time) = (values[0], values[1], values[2], values[3], values[4]);
        DateTimeOffset at = default;
        var problem =
            reference.Length is 0 or > 64 || !reference.All(c => c is > ' ' and <= '~')
                ? "reference: must be 1 to 64 visible ASCII characters"
            : amount.Length is 0 or > 15 || !amount.All(char.IsAsciiDigit) ? "amount: must be whole minor units"
            : Currency.Digits(currency) is null ? "currency: must be an ISO 4217 code"
            : OutcomeOf(outcome) is null ? "outcome: must be SUCCESS, FAILED or PENDING"
            : !time.Contains('T', StringComparison.Ordinal) || !DateTimeOffset.TryParse(
                time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at)
                ? "time: must be an ISO 8601 date-time"
            : null;
        if (problem is not null) _bad.Add(new(record.Line, problem));
        else
            _lines.Add(new(
                record.Line, reference, long.Parse(amount, CultureInfo.InvariantCulture), currency,
                OutcomeOf(outcome)!.Value, Micros.FromTime(at)));
    }

    private static StatementOutcome? OutcomeOf(string text) => text.ToUpperInvariant() switch
    {
        "SUCCESS" => StatementOutcome.Success,
        "FAILED" => StatementOutcome.Failed,
        "PENDING" => StatementOutcome.Pending,
        _ => null,
    };
}
