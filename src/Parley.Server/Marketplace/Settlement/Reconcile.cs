using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>A statement that somebody brought.</summary>
internal sealed record Upload(StatementHead Head, string By, ReadOnlyMemory<byte> Body);

/// <summary>What became of it.</summary>
/// <param name="Report">The answer as JSON; null when it was refused.</param>
/// <param name="Repeated">True when the same statement was compared before: it is that answer.</param>
/// <param name="Refusal">Why nothing was done.</param>
/// <param name="Bad">The lines at fault.</param>
internal sealed record Reconciled(
    string? Report, bool Repeated = false, Refusal? Refusal = null, IReadOnlyList<BadLine>? Bad = null);

/// <summary>
/// Compares a supplier's or a bank's statement with our purchases. Differences become exceptions, each once however often statements name it.
/// All or nothing: what can't be read whole changes nothing.
/// </summary>
internal sealed class Reconcile(
    Database database, Catalogue catalogue, CompareLines compare, MarketExceptions exceptions, Ids ids,
    TimeProvider time)
{
    public const string Malformed = "reconciliation.malformed", Unknown = "reconciliation.unknown-party",
        TooMany = "reconciliation.too-many-differences";

    public const int MostDifferences = 10_000;

    private const int AtOnce = 500;

    /// <summary>
    /// A sale this near to the end of a span may stand on the next statement, because their clock is not ours: the next one is held against it.
    /// </summary>
    private static readonly long Edge = 10 * Micros.PerMinute;

    private readonly SemaphoreSlim _one = new(1);

    public async Task<Reconciled> Run(Upload upload, CancellationToken cancel)
    {
        var head = upload.Head;
        if (Check(upload) is { } refusal) return new(null, Refusal: refusal);
        await _one.WaitAsync(cancel);
        try
        {
            var hash = HashOf(upload);
            if (await Known(hash, cancel) is { } known) return known;
            var statement = Statement.Read(upload.Body);
            if (statement.Bad.Count > 0)
                return new(null, Refusal: new(Malformed, "The statement can't be read."), Bad: statement.Bad);
            var compared = Singles(await Compare(head, statement.Lines, cancel));
            HashSet<string> listed = [.. compared.Select(c => c.Key)];
            List<Finding> findings = [.. compared.Select(c => c.Finding)];
            var decided = await Decided(head, listed, findings, cancel);
            var span = await Missing(head, listed, findings, cancel);
            if (findings.Count(f => f.IsDifference) > MostDifferences)
                return new(null, Refusal: new(
                    TooMany, $"More than {MostDifferences} differences: is it this party's statement of this span?"));
            var id = ids.Next();
            // Lines count with the row that is written last; until then nobody sees them.
            foreach (var some in compared.Chunk(AtOnce))
                await database.Transact(tx => ReconciliationStore.Insert(tx, head, id, some), cancel);
            var report = new ReconciliationReport(id, upload, span, time.NowMicros(), findings, statement.Lines.Count);
            return await database.Transact(tx => Keep(tx, report, decided, hash), CancellationToken.None)
                ?? (await Known(hash, cancel))!;
        }
        finally
        {
            _one.Release();
        }
    }

    private Refusal? Check(Upload upload)
    {
        var (head, by) = (upload.Head, upload.By);
        if (head.Kind is not (StatementHead.Supplier or StatementHead.Bank) || by.Length is 0 or > 100
            || head.From >= head.Until || head.Until - head.From > Micros.From(TimeSpan.FromDays(400)))
            return new(
                Malformed, "kind (supplier, bank), party, from and until (at most 400 days apart) and by are needed");
        if (head.Until > time.NowMicros()) return new(Malformed, "until: the span is not over");
        var isKnown = head.IsBank
            ? int.TryParse(head.Party, out var source) && $"{source}" == head.Party
                && catalogue.Source(source) is not null
            : catalogue.Supplier(head.Party) is not null;
        return isKnown ? null : new(Unknown, $"There is no such {head.Kind}.");
    }

    private static string HashOf(Upload upload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (kind, party, from, until) = upload.Head;
        hash.AppendData(Encoding.UTF8.GetBytes($"{kind}\n{party}\n{from}\n{until}\n"));
        hash.AppendData(upload.Body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<Reconciled?> Known(string hash, CancellationToken cancel) =>
        await database.Read(c => ReconciliationStore.ByHash(c, hash), cancel) is { } row ? new(row.Report, true) : null;

    /// <summary>One finding for each sale: what they list again is a difference of its own.</summary>
    private static List<ComparedLine> Singles(IReadOnlyList<ComparedLine> compared)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        return [.. compared.Select(
            c => seen.Add(c.Key) ? c : c with { Finding = c.Finding with { Match = Match.Twice } })];
    }

    private async Task<List<ComparedLine>> Compare(
        StatementHead head, IReadOnlyList<StatementLine> lines, CancellationToken cancel)
    {
        List<ComparedLine> compared = [];
        foreach (var some in lines.Chunk(AtOnce))
            compared.AddRange(await database.Read(c => compare.Run(c, head, some), cancel));
        return compared;
    }

    /// <summary>
    /// Looks again at lines of earlier statements that nobody could judge when they came; answers those that need not be looked at any more.
    /// </summary>
    private async Task<IReadOnlyList<OpenLine>> Decided(
        StatementHead head, HashSet<string> listed, List<Finding> findings, CancellationToken cancel)
    {
        var open = await database.Read(c => ReconciliationStore.Open(c, head, MostDifferences), cancel);
        var compared = await Compare(head, [.. open.Select(o => o.ToLine())], cancel);
        var again = open.Zip(compared, (line, now) => (Line: line, now.Finding, IsListed: listed.Contains(now.Key)))
            .Where(a => a.IsListed || a.Finding.Match != Match.Open).ToList();
        // What this statement lists again is judged by what it says now.
        findings.AddRange(again.Where(a => !a.IsListed && a.Finding.IsDifference).Select(a => a.Finding with
        {
            Line = null,
            Theirs = a.Finding.Theirs + " (on an earlier statement)",
        }));
        return [.. again.Select(a => a.Line)];
    }

    /// <summary>Adds what we sold and they don't list; answers the span in which that was looked for.</summary>
    private async Task<(long From, long Until)> Missing(
        StatementHead head, HashSet<string> listed, List<Finding> findings, CancellationToken cancel)
    {
        var goesOn = await database.Read(c => ReconciliationStore.Reaches(c, head, head.From), cancel);
        var (from, until) = (goesOn ? head.From - Edge : head.From, head.Until - Edge);
        var (at, after) = (from, "");
        while (findings.Count(f => f.IsDifference) <= MostDifferences)
        {
            var (since, last) = (at, after);
            var sold = await database.Read(
                c => ReconciliationStore.Sold(c, head, since, last, until, AtOnce), cancel);
            if (sold.Count == 0) break;
            (at, after) = (sold[^1].Progress.FinalAt!.Value, sold[^1].Purchase.Id);
            var open = sold.Where(s => !listed.Contains(StatementMatch.ReferenceOf(head, s))).ToList();
            var earlier = await database.Read(c => ReconciliationStore.Listed(
                c, head, [.. open.Select(s => StatementMatch.ReferenceOf(head, s))]), cancel);
            findings.AddRange(open.Where(s => !earlier.Contains(StatementMatch.ReferenceOf(head, s)))
                .Select(s => new Finding(
                    Match.MissingAtThem, StatementMatch.ReferenceOf(head, s), s.Purchase.Id, null,
                    $"Success {StatementMatch.AmountOf(head, s.Purchase)} {s.Purchase.Currency}", "nothing")));
        }
        return (from, until);
    }

    private Reconciled? Keep(
        Tx tx, ReconciliationReport report, IReadOnlyList<OpenLine> decided, string hash)
    {
        foreach (var line in decided) ReconciliationStore.Close(tx, report.Head, line);
        var (head, raised) = (report.Head, 0);
        foreach (var finding in report.Findings.Where(f => f.IsDifference))
        {
            var subject = finding.PurchaseId ?? $"{head.Kind}:{head.Party}:{finding.Reference}";
            var line = finding.Line is { } number ? $" (line {number})" : "";
            var detail = $"{head.Kind} {head.Party}, {finding.Reference}{line}: "
                + $"we have {finding.Ours}, they have {finding.Theirs}";
            if (exceptions.Raise(tx, subject, report.KindOf(finding), detail)) raised++;
        }
        var text = JsonSerializer.Serialize(report.Out(raised));
        return ReconciliationStore.Insert(tx, report.Row(hash, text)) ? new(text) : null;
    }
}
