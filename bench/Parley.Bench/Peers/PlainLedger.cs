using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Parley.Bench.Peers;

/// <summary>
/// The same rows as our books, written as one would without them: two functions, a transaction each, rows locked in the
/// order of their ids. pgbench calls them over prepared statements.
/// </summary>
sealed class PlainLedger(PostgresCluster cluster, string database, DirectoryInfo scripts)
{
    const string Functions = """
        CREATE FUNCTION plain_hold(n bigint, debit text, credit text, amount bigint) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE d ledger_accounts; c ledger_accounts; now_at bigint; hash bytea;
        BEGIN
          PERFORM 1 FROM ledger_accounts WHERE id IN (debit, credit) ORDER BY id FOR UPDATE;
          SELECT * INTO d FROM ledger_accounts WHERE id = debit;
          SELECT * INTO c FROM ledger_accounts WHERE id = credit;
          IF d.overdraft IS NOT NULL AND d.credits - d.debits - d.held_debits + d.overdraft < amount THEN
            RAISE EXCEPTION 'funds';
          END IF;
          now_at := greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, d.last_at + 1, c.last_at + 1);
          hash := sha256(d.chain || c.chain || convert_to('h' || n || debit || credit || amount || now_at, 'UTF8'));
          INSERT INTO ledger_transfers VALUES ('h' || n, 2, debit, credit, amount, NULL, NULL, '', '', now_at,
            d.credits - d.debits, d.held_debits + amount, c.credits - c.debits, c.held_debits, hash);
          INSERT INTO ledger_holds VALUES ('h' || n, debit, credit, amount, NULL, 1);
          UPDATE ledger_accounts SET held_debits = held_debits + amount, version = version + 1, last_at = now_at, chain = hash WHERE id = debit;
          UPDATE ledger_accounts SET held_credits = held_credits + amount, version = version + 1, last_at = now_at, chain = hash WHERE id = credit;
        END $$;
        CREATE FUNCTION plain_capture(n bigint) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE h ledger_holds; d ledger_accounts; c ledger_accounts; now_at bigint; hash bytea;
        BEGIN
          SELECT * INTO h FROM ledger_holds WHERE id = 'h' || n FOR UPDATE;
          IF h.state <> 1 THEN RAISE EXCEPTION 'ended'; END IF;
          PERFORM 1 FROM ledger_accounts WHERE id IN (h.debit_account, h.credit_account) ORDER BY id FOR UPDATE;
          SELECT * INTO d FROM ledger_accounts WHERE id = h.debit_account;
          SELECT * INTO c FROM ledger_accounts WHERE id = h.credit_account;
          now_at := greatest((extract(epoch FROM clock_timestamp()) * 1000000)::bigint, d.last_at + 1, c.last_at + 1);
          hash := sha256(d.chain || c.chain || convert_to('c' || n || h.debit_account || h.credit_account || h.amount || now_at, 'UTF8'));
          INSERT INTO ledger_transfers VALUES ('c' || n, 3, h.debit_account, h.credit_account, h.amount, h.id, NULL, '', '', now_at,
            d.credits - d.debits - h.amount, d.held_debits - h.amount, c.credits - c.debits + h.amount, c.held_debits, hash);
          UPDATE ledger_holds SET state = 2 WHERE id = h.id;
          UPDATE ledger_accounts SET debits = debits + h.amount, held_debits = held_debits - h.amount, version = version + 1, last_at = now_at,
            chain = hash WHERE id = h.debit_account;
          UPDATE ledger_accounts SET credits = credits + h.amount, held_credits = held_credits - h.amount, version = version + 1, last_at = now_at,
            chain = hash WHERE id = h.credit_account;
        END $$;
        """;

    const string Sums = """
        SELECT (SELECT sum(debits) - sum(credits) FROM ledger_accounts)
          + abs((SELECT sum(debits) FROM ledger_accounts) - (SELECT coalesce(sum(amount), 0) FROM ledger_transfers WHERE kind = 3))
          + abs((SELECT sum(held_debits) FROM ledger_accounts) - (SELECT coalesce(sum(amount), 0) FROM ledger_holds WHERE state = 1))
        """;

    public string Connection =>
        new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = database }.ToString();

    public async Task Prepare(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync(stop);
        await using var command = new NpgsqlCommand(Functions, connection);
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Holds with their captures per second.</summary>
    public async Task<double> Run(bool hot, int callers, int accounts, int seconds, CancellationToken stop)
    {
        var script = Path.Combine(scripts.FullName, hot ? "hot.sql" : "spread.sql");
        var credit = hot ? "'hot'" : "'shop-' || :c::bigint";
        await File.WriteAllTextAsync(script, string.Create(CultureInfo.InvariantCulture, $"""
            \set n random(1, 9000000000000000000)
            \set d random(1, {accounts})
            \set c random(1, {accounts})
            SELECT plain_hold(:n, 'wallet-' || :d::bigint, {credit}, 5);
            SELECT plain_capture(:n);

            """), stop);
        var start = new ProcessStartInfo(Path.Combine(Installation.OfPostgres(), "pgbench"),
            [
                "-n", "-M", "prepared", "-c", $"{callers}", "-j", "2", "-T", $"{seconds}", "-f", script,
                "-h", "127.0.0.1", "-p", $"{cluster.Port}", "-U", "postgres", database,
            ])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var complaint = process.StandardError.ReadToEndAsync(stop);
        var text = await process.StandardOutput.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        var tps = text.Split('\n').FirstOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal));
        if (process.ExitCode != 0 || tps is null) throw new IOException($"pgbench failed: {await complaint}");
        return double.Parse(tps.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    /// <summary>Null when the sums hold.</summary>
    public async Task<string?> Drift(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(Connection);
        await connection.OpenAsync(stop);
        await using var command = new NpgsqlCommand(Sums, connection) { CommandTimeout = 300 };
        var drift = Convert.ToDecimal(await command.ExecuteScalarAsync(stop), CultureInfo.InvariantCulture);
        return drift == 0 ? null : $"plain functions: the sums drifted by {drift}";
    }
}
