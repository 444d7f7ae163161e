using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Ledger;

/// <summary>Every statement about the books.</summary>
internal static class LedgerStore
{
    private const int AtOnce = 1_000;

    /// <summary>Who reads all of the books waits longer than anybody else: two hours.</summary>
    private const int WholeBooksSeconds = 7_200;

    private const string AccountColumns =
        """
        id AS Id, currency AS Currency, side AS Side, overdraft AS Overdraft, name AS Name, version AS Version, debits AS Debits,
        credits AS Credits, held_debits AS HeldDebits, held_credits AS HeldCredits, last_at AS LastAt, chain AS Chain
        """;

    public const string EntryColumns =
        """
        id AS Id, kind AS Kind, debit_account AS Debit, credit_account AS Credit, amount AS Amount, hold_id AS HoldId, expires_at AS ExpiresAt,
        reason AS Reason, reference AS Reference, at AS At, debit_posted AS DebitPosted, debit_held AS DebitHeld, credit_posted AS CreditPosted,
        credit_held AS CreditHeld, chain AS Chain
        """;

    private const string HoldColumns =
        "id AS Id, debit_account AS Debit, credit_account AS Credit, amount AS Amount, expires_at AS ExpiresAt, state AS State";

    // A balance that builds on a version which another writer has left behind breaks the check named …_contention, and with it
    // the whole transaction: the platform then runs it again.
    private static readonly BulkUpdate<Balance> UpdateBalances = new(
        "ledger_accounts",
        "id text, version int, debits int, credits int, held_debits int, held_credits int, last_at int, chain blob",
        """
        version = CASE WHEN ledger_accounts.version = v.version - 1 THEN v.version ELSE -1 END, debits = v.debits, credits = v.credits,
        held_debits = v.held_debits, held_credits = v.held_credits, last_at = v.last_at, chain = v.chain
        """,
        "ledger_accounts.id = v.id",
        static (row, b) =>
        {
            row.Text(b.Account.Id);
            row.Int(b.Version);
            row.Int(b.Debits);
            row.Int(b.Credits);
            row.Int(b.HeldDebits);
            row.Int(b.HeldCredits);
            row.Int(b.LastAt);
            row.Blob(b.Chain);
        });

    private static readonly BulkInsert<(Account Account, long At)> InsertAccounts = new(
        "ledger_accounts",
        "id text, currency text, side int, overdraft int, name text, opened_at int, version int, debits int, credits int, " +
        "held_debits int, held_credits int, last_at int, chain blob",
        static (row, opened) =>
        {
            row.Text(opened.Account.Id);
            row.Text(opened.Account.Currency);
            row.Int((long)opened.Account.Side);
            row.Int(opened.Account.Overdraft);
            row.Text(opened.Account.Name);
            row.Int(opened.At);
            for (var zero = 0; zero < 6; zero++) row.Int(0);
            row.Blob(Chain.Origin);
        },
        "ON CONFLICT (id) DO NOTHING");

    private static readonly BulkInsert<Entry> InsertEntries = new(
        "ledger_transfers",
        "id text, kind int, debit_account text, credit_account text, amount int, hold_id text, expires_at int, reason text, reference text, " +
        "at int, debit_posted int, debit_held int, credit_posted int, credit_held int, chain blob",
        static (row, e) =>
        {
            row.Text(e.Id);
            row.Int((long)e.Kind);
            row.Text(e.Debit);
            row.Text(e.Credit);
            row.Int(e.Amount);
            row.Text(e.HoldId);
            row.Int(e.ExpiresAt);
            row.Text(e.Reason);
            row.Text(e.Reference);
            row.Int(e.At);
            row.Int(e.DebitPosted);
            row.Int(e.DebitHeld);
            row.Int(e.CreditPosted);
            row.Int(e.CreditHeld);
            row.Blob(e.Chain);
        },
        "ON CONFLICT (id) DO UPDATE SET kind = -1");

    private static readonly BulkInsert<Hold> InsertHolds = new(
        "ledger_holds", "id text, debit_account text, credit_account text, amount int, expires_at int, state int",
        static (row, h) =>
        {
            row.Text(h.Id);
            row.Text(h.Debit);
            row.Text(h.Credit);
            row.Int(h.Amount);
            row.Int(h.ExpiresAt);
            row.Int((long)h.State);
        },
        "ON CONFLICT (id) DO UPDATE SET state = -1");

    private static readonly BulkUpdate<Hold> EndHolds = new(
        "ledger_holds", "id text, state int", "state = CASE WHEN ledger_holds.state = 1 THEN v.state ELSE -1 END",
        "ledger_holds.id = v.id",
        static (row, h) =>
        {
            row.Text(h.Id);
            row.Int((long)h.State);
        });

    private static readonly BulkInsert<Hold> InsertExpiries = new(
        "ledger_hold_expiries", "expires_at int, hold_id text",
        static (row, h) =>
        {
            row.Int(h.ExpiresAt);
            row.Text(h.Id);
        },
        "ON CONFLICT DO NOTHING");

    private static readonly BulkDelete<Hold> DeleteExpiries = new(
        "ledger_hold_expiries", "expires_at int, hold_id text",
        "ledger_hold_expiries.expires_at = v.expires_at AND ledger_hold_expiries.hold_id = v.hold_id",
        static (row, h) =>
        {
            row.Int(h.ExpiresAt);
            row.Text(h.Id);
        });

    /// <summary>Accounts first and in the order of their ids: whoever writes the same ones waits here, and nobody in a circle.</summary>
    public static void Write(
        Tx tx, IReadOnlyList<Balance> balances, IReadOnlyList<Entry> entries, IReadOnlyList<Hold> made,
        IReadOnlyList<Hold> ended)
    {
        tx.Update(UpdateBalances, balances);
        tx.Insert(InsertEntries, entries);
        tx.Insert(InsertHolds, made);
        tx.Update(EndHolds, ended);
        tx.Insert(InsertExpiries, [.. made.Where(h => h is { ExpiresAt: not null, State: HoldState.Open })]);
    }

    public static void Open(Tx tx, IReadOnlyList<(Account Account, long At)> accounts) =>
        tx.Insert(InsertAccounts, accounts);

    public static void SetOverdraft(Tx tx, string id, long? overdraft) => tx.Execute(
        "UPDATE ledger_accounts SET overdraft = @overdraft, version = version + 1 WHERE id = @id",
        new { id, overdraft });

    public static void Forget(Tx tx, IReadOnlyList<Hold> expiries) => tx.Delete(DeleteExpiries, expiries);

    public static IEnumerable<Balance> Accounts(Tx tx, IEnumerable<string> ids, bool locked)
    {
        foreach (var some in ids.Order(StringComparer.Ordinal).Chunk(AtOnce))
        {
            var rows = tx.Query<AccountRow>(
                $"SELECT {AccountColumns} FROM ledger_accounts WHERE {tx.Dialect.Among("id", "@some")} ORDER BY id {(locked ? tx.Dialect.ForUpdate : "")}",
                new { some });
            foreach (var row in rows) yield return row.ToBalance();
        }
    }

    public static IEnumerable<Entry> Entries(Tx tx, IEnumerable<string> ids)
    {
        foreach (var some in ids.Chunk(AtOnce))
        {
            var rows = tx.Query<EntryRow>(
                $"SELECT {EntryColumns} FROM ledger_transfers WHERE {tx.Dialect.Among("id", "@some")}", new { some });
            foreach (var row in rows) yield return row.ToEntry();
        }
    }

    public static IEnumerable<Entry> Entries(DbConnection connection, IEnumerable<string> ids)
    {
        foreach (var some in ids.Chunk(AtOnce))
        {
            var rows = connection.Query<EntryRow>(
                $"SELECT {EntryColumns} FROM ledger_transfers WHERE {Dialect.Among(connection, "id", "@some")}",
                new { some });
            foreach (var row in rows) yield return row.ToEntry();
        }
    }

    public static IEnumerable<Hold> Holds(Tx tx, IEnumerable<string> ids)
    {
        foreach (var some in ids.Chunk(AtOnce))
        {
            var rows = tx.Query<HoldRow>(
                $"SELECT {HoldColumns} FROM ledger_holds WHERE {tx.Dialect.Among("id", "@some")}", new { some });
            foreach (var row in rows) yield return row.ToHold();
        }
    }

    public static IReadOnlyList<Hold> Due(DbConnection connection, long now, int most) => [.. connection.Query<HoldRow>(
        """
        SELECT hold_id AS Id, expires_at AS ExpiresAt, '' AS Debit, '' AS Credit, 0 AS Amount, 1 AS State
        FROM ledger_hold_expiries WHERE expires_at <= @now ORDER BY expires_at, hold_id LIMIT @most
        """,
        new { now, most }).Select(r => r.ToHold())];

    public static Balance? Account(DbConnection connection, string id) => connection
        .QueryFirstOrDefault<AccountRow>(
            $"SELECT {AccountColumns} FROM ledger_accounts WHERE id = @id", new { id })?.ToBalance();

    public static IReadOnlyList<Balance> Accounts(DbConnection connection, string after, int most) =>
        [.. connection.Query<AccountRow>(
        $"SELECT {AccountColumns} FROM ledger_accounts WHERE id > @after ORDER BY id LIMIT @most",
        new { after, most }).Select(r => r.ToBalance())];

    // Not by a range of the index: what lies between two texts is a matter of the database's collation.
    public static IReadOnlyList<Balance> AccountsOf(DbConnection connection, string prefix, int most) =>
        [.. connection.Query<AccountRow>(
            $"""
            SELECT {AccountColumns} FROM ledger_accounts WHERE substr(id, 1, @length) = @prefix ORDER BY id LIMIT @most
            """,
            new { prefix, length = prefix.Length, most }).Select(r => r.ToBalance())];

    public static IReadOnlyList<Balance> AllAccounts(DbConnection connection) => [.. connection.Query<AccountRow>(
        $"SELECT {AccountColumns} FROM ledger_accounts ORDER BY id").Select(r => r.ToBalance())];

    public static Hold? Hold(DbConnection connection, string id) => connection
        .QueryFirstOrDefault<HoldRow>($"SELECT {HoldColumns} FROM ledger_holds WHERE id = @id", new { id })?.ToHold();

    public static Entry? Entry(DbConnection connection, string id) => connection
        .QueryFirstOrDefault<EntryRow>(
            $"SELECT {EntryColumns} FROM ledger_transfers WHERE id = @id", new { id })?.ToEntry();

    /// <summary>The entries of an account from the moment after <paramref name="after"/> on, in order.</summary>
    public static IReadOnlyList<Entry> Statement(
        DbConnection connection, string account, long after, long until, int most) =>
        [.. connection.Query<EntryRow>(
            $"""
            SELECT * FROM (
              SELECT {EntryColumns} FROM ledger_transfers WHERE debit_account = @account AND at > @after AND at <= @until
              UNION ALL
              SELECT {EntryColumns} FROM ledger_transfers WHERE credit_account = @account AND at > @after AND at <= @until) e
            ORDER BY At LIMIT @most
            """,
            new { account, after, until, most }).Select(r => r.ToEntry())];

    /// <summary>The last entry of an account at or before a moment.</summary>
    public static Entry? LastEntry(DbConnection connection, string account, long at)
    {
        EntryRow? One(string side) => connection.QueryFirstOrDefault<EntryRow>(
            $"SELECT {EntryColumns} FROM ledger_transfers WHERE {side} = @account AND at <= @at ORDER BY at DESC LIMIT 1", new { account, at });

        var (debited, credited) = (One("debit_account"), One("credit_account"));
        return (debited?.At ?? -1) > (credited?.At ?? -1) ? debited!.ToEntry() : credited?.ToEntry();
    }

    /// <summary>What moved on an account, on its debit side, by reason.</summary>
    public static IReadOnlyList<MovedRow> Moved(DbConnection connection, string account, long from, long until) =>
        [.. connection.Query<MovedRow>(
            """
            SELECT reason AS Reason, count(*) AS Entries, CAST(sum(amount) AS bigint) AS Amount FROM (
              SELECT reason, amount FROM ledger_transfers
              WHERE debit_account = @account AND at >= @from AND at < @until AND kind IN (1, 3)
              UNION ALL
              SELECT reason, -amount AS amount FROM ledger_transfers
              WHERE credit_account = @account AND at >= @from AND at < @until AND kind IN (1, 3)) m
            GROUP BY reason ORDER BY reason
            """,
            new { account, from, until })];

    /// <summary>
    /// All entries in the order of their moments, which is their order within each account, each with the row of the hold that it made or
    /// ended; one at a time.
    /// </summary>
    public static IEnumerable<(Entry Entry, Hold? Hold)> All(DbConnection connection) => connection
        .Query<CheckedRow>(
            $"""
            SELECT e.*, h.id AS StoredId, h.debit_account AS StoredDebit, h.credit_account AS StoredCredit, h.amount AS StoredAmount,
              h.expires_at AS StoredExpiresAt, h.state AS StoredState
            FROM (SELECT {EntryColumns} FROM ledger_transfers) e
            LEFT JOIN ledger_holds h ON h.id = CASE e.Kind WHEN 1 THEN NULL WHEN 2 THEN e.Id ELSE e.HoldId END
            ORDER BY e.At, e.Id
            """,
            buffered: false, commandTimeout: WholeBooksSeconds)
        .Select(r => (r.ToEntry(), r.ToHold()));

    /// <summary>Holds that no transfer made, at most 100.</summary>
    public static IReadOnlyList<string> HoldsOfNobody(DbConnection connection) => [.. connection.Query<string>(
        """
        SELECT h.id FROM ledger_holds h LEFT JOIN ledger_transfers t ON t.id = h.id AND t.kind = 2
        WHERE t.id IS NULL ORDER BY h.id LIMIT 100
        """,
        commandTimeout: WholeBooksSeconds)];
}
