using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>A statement that was compared. Times in microseconds UTC.</summary>
internal sealed record ReconciliationRow
{
    public string Id { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Party { get; init; } = "";

    public long SpanFrom { get; init; }

    public long SpanUntil { get; init; }

    /// <summary>SHA-256 of the statement and of what was said about it.</summary>
    public string Hash { get; init; } = "";

    public string UploadedBy { get; init; } = "";

    public long At { get; init; }

    /// <summary>What was answered, as JSON.</summary>
    public string Report { get; init; } = "";
}

/// <summary>A line of an earlier statement that could not be judged.</summary>
internal sealed record OpenLine
{
    public string Key { get; init; } = "";

    public string ReconciliationId { get; init; } = "";

    public long Line { get; init; }

    public long Amount { get; init; }

    public string Currency { get; init; } = "";

    public long Outcome { get; init; }

    public long At { get; init; }

    public StatementLine ToLine() => new((int)Line, Key, Amount, Currency, (StatementOutcome)Outcome, At);
}

/// <summary>Every statement of the reconciliation.</summary>
internal static class ReconciliationStore
{
    private const string Columns =
        """
        id AS Id, kind AS Kind, party AS Party, span_from AS SpanFrom, span_until AS SpanUntil, hash AS Hash,
        uploaded_by AS UploadedBy, at AS At, report AS Report
        """;

    private sealed record Written(StatementHead Head, string ReconciliationId, ComparedLine Compared);

    private static readonly BulkInsert<Written> InsertLines = new(
        "market_statement_lines",
        "kind text, party text, reference text, reconciliation_id text, line int, amount int, currency text, " +
        "outcome int, at int, open int",
        static (row, w) =>
        {
            var (key, line, finding) = w.Compared;
            row.Text(w.Head.Kind);
            row.Text(w.Head.Party);
            row.Text(key);
            row.Text(w.ReconciliationId);
            row.Int(line.Number);
            row.Int(line.Amount);
            row.Text(line.Currency);
            row.Int((long)line.Outcome);
            row.Int(line.At);
            row.Int(finding.Match == Match.Open ? 1 : 0);
        });

    public static ReconciliationRow? ByHash(DbConnection connection, string hash) =>
        connection.QueryFirstOrDefault<ReconciliationRow>(
            $"SELECT {Columns} FROM market_reconciliations WHERE hash = @hash", new { hash });

    public static ReconciliationRow? ById(DbConnection connection, string id) =>
        connection.QueryFirstOrDefault<ReconciliationRow>(
            $"SELECT {Columns} FROM market_reconciliations WHERE id = @id", new { id });

    /// <summary>The newest, without their reports.</summary>
    public static IReadOnlyList<ReconciliationRow> List(DbConnection connection, int most) =>
    [
        .. connection.Query<ReconciliationRow>(
            $"""
            SELECT {Columns.Replace("report AS Report", "'' AS Report", StringComparison.Ordinal)}
            FROM market_reconciliations ORDER BY id DESC LIMIT @most
            """,
            new { most }),
    ];

    /// <summary>True when a statement that reaches up to this moment, and from before it, was compared.</summary>
    public static bool Reaches(DbConnection connection, StatementHead head, long moment) =>
        connection.ExecuteScalar<long>(
            """
            SELECT count(*) FROM market_reconciliations
            WHERE kind = @Kind AND party = @Party AND span_until >= @moment AND span_from < @moment
            """,
            new { head.Kind, head.Party, moment }) > 0;

    /// <summary>False when the same statement was written meanwhile.</summary>
    public static bool Insert(Tx tx, ReconciliationRow row) => tx.Execute(
        """
        INSERT INTO market_reconciliations (id, kind, party, span_from, span_until, hash, uploaded_by, at, report)
        VALUES (@Id, @Kind, @Party, @SpanFrom, @SpanUntil, @Hash, @UploadedBy, @At, @Report) ON CONFLICT (hash) DO NOTHING
        """,
        row) > 0;

    /// <summary>Writes lines under the name that we give what they are about.</summary>
    public static void Insert(
        Tx tx, StatementHead head, string reconciliationId, IEnumerable<ComparedLine> lines) =>
        tx.Insert(InsertLines, [.. lines.Select(l => new Written(head, reconciliationId, l))]);

    /// <summary>Lines of earlier statements of the party that could not be judged.</summary>
    public static IReadOnlyList<OpenLine> Open(DbConnection connection, StatementHead head, int most) =>
    [
        .. connection.Query<OpenLine>(
            """
            SELECT l.reference AS Key, l.reconciliation_id AS ReconciliationId, l.line AS Line, l.amount AS Amount,
              l.currency AS Currency, l.outcome AS Outcome, l.at AS At
            FROM market_statement_lines l JOIN market_reconciliations r ON r.id = l.reconciliation_id
            WHERE l.kind = @Kind AND l.party = @Party AND l.open = 1 LIMIT @most
            """,
            new { head.Kind, head.Party, most }),
    ];

    public static void Close(Tx tx, StatementHead head, OpenLine line) => tx.Execute(
        """
        UPDATE market_statement_lines SET open = 0
        WHERE kind = @Kind AND party = @Party AND reference = @Key AND reconciliation_id = @ReconciliationId AND line = @Line
        """,
        new { head.Kind, head.Party, line.Key, line.ReconciliationId, line.Line });

    /// <summary>Those of the names that an earlier statement of the party listed.</summary>
    public static IReadOnlySet<string> Listed(
        DbConnection connection, StatementHead head, IReadOnlyCollection<string> keys) =>
        connection.Query<string>(
            $"""
            SELECT DISTINCT l.reference FROM market_statement_lines l
            JOIN market_reconciliations r ON r.id = l.reconciliation_id
            WHERE l.kind = @Kind AND l.party = @Party AND {Dialect.Among(connection, "l.reference", "@keys")}
            """,
            new { head.Kind, head.Party, keys = keys.ToArray() }).ToHashSet(StringComparer.Ordinal);

    public static IReadOnlyList<Sale> Sales(DbConnection connection, IReadOnlyCollection<string> ids) => ids.Count == 0
        ? []
        : Sales(
            connection,
            $"""
            SELECT {PurchaseStore.PurchaseColumns}, {PurchaseStore.ProgressColumns}
            FROM market_purchases p JOIN market_progress s ON s.id = p.id
            WHERE {Dialect.Among(connection, "p.id", "@ids")}
            """,
            new { ids = ids.ToArray() });

    /// <summary>Purchases by the reservations of a bank's clients.</summary>
    public static IReadOnlyList<(string Reference, string PurchaseId)> Reservations(
        DbConnection connection, IReadOnlyCollection<long> clients, IReadOnlyCollection<string> references) =>
        clients.Count == 0 || references.Count == 0
            ? []
            : [.. connection.Query<(string, string)>(
                $"""
                SELECT reserve_ref, purchase_id FROM market_reservations
                WHERE {Dialect.Among(connection, "client_id", "@clients")}
                  AND {Dialect.Among(connection, "reserve_ref", "@references")}
                """,
                new { clients = clients.ToArray(), references = references.ToArray() })];

    /// <summary>The party's next sales after one of them that became final before a moment.</summary>
    public static IReadOnlyList<Sale> Sold(
        DbConnection connection, StatementHead head, long from, string after, long until, int most) =>
        Sales(
            connection,
            $"""
            SELECT {PurchaseStore.PurchaseColumns}, {PurchaseStore.ProgressColumns}
            FROM market_progress s JOIN market_purchases p ON p.id = s.id
            WHERE s.final_at >= @from AND s.final_at < @until AND (s.final_at > @from OR s.id > @after) AND s.state = 10
              AND {(head.IsBank ? "+p.funding_source_id = @party" : "s.supplier_id = @party")}
            ORDER BY s.final_at, s.id LIMIT @most
            """,
            new { from, after, until, most, party = head.IsBank ? long.Parse(head.Party, null) : (object)head.Party });

    private static IReadOnlyList<Sale> Sales(DbConnection connection, string sql, object args) =>
    [
        .. connection.Query<Purchase, Progress, Sale>(
            sql, (purchase, progress) => new Sale(purchase, progress), args, splitOn: "Id"),
    ];
}
