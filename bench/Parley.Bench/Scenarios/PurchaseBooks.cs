using System.Globalization;
using Npgsql;
using Parley.Bench.Market;
using Parley.Bench.Peers;
using Parley.Ledger;
using Parley.Platform.Storage;

namespace Parley.Bench.Scenarios;

/// <summary>The database of a server that has ended: filled beforehand, checked afterwards.</summary>
sealed class PurchaseBooks(bool onPostgres, ParleyPeer peer, string data)
{
    const int AtOnce = 5_000;

    static string Client => $"market:client:{MarketSettings.Client}:{MarketSettings.Currency}";

    static string Supplier => $"market:supplier:{MarketSettings.Supplier}:{MarketSettings.Currency}";

    static string Bank => $"market:bank:{MarketSettings.Source}:{MarketSettings.Currency}";

    static string Buyers => $"market:buyers:{MarketSettings.Currency}";

    static string Income => $"market:income:{MarketSettings.Currency}";

    /// <summary>
    /// Finished purchases, rows as a measured one left them under ids below all that the server will make, and in the
    /// books for real, so that the check of the books can be made afterwards.
    /// </summary>
    public async Task Fill(int count, CancellationToken stop)
    {
        Console.WriteLine($"  Filling {count} finished purchases");
        await using var database = Open();
        var books = new Books(database, TimeProvider.System);
        for (var from = 1; from <= count; from += AtOnce)
        {
            var until = Math.Min(count, from + AtOnce - 1);
            await database.Transact(tx =>
            {
                foreach (var table in (string[])["market_purchases", "market_progress", "market_reservations"])
                    Multiply(tx, table, from, until);
                books.Post(tx, [.. Enumerable.Range(from, until - from + 1).SelectMany(Sale)]);
            }, stop);
        }
        if (onPostgres) await Analyze(stop);
    }

    // What autovacuum would have done by the time that many were sold.
    async Task Analyze(CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(peer.PostgresConnection);
        await connection.OpenAsync(stop);
        await using var command = new NpgsqlCommand("ANALYZE", connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Null when the books are sound and say the same as the purchases.</summary>
    public async Task<string?> Drift(CancellationToken stop)
    {
        await using var database = Open();
        var check = await new BookCheck(database).Run(stop);
        if (!check.Sound) return check.Findings[0];
        var lines = await new BookReports(database).TrialBalance(stop);
        if (lines.FirstOrDefault(l => l.Debits != l.Credits) is { } line) return $"{line.Currency} does not balance";
        return await database.Transact(tx =>
        {
            long Count(string condition) => tx.First<long>($"SELECT count(*) FROM market_progress WHERE {condition}");
            var sold = Count("state = 10");
            if (Count("state <> 10") is > 0 and var open) return $"{open} purchases were not sold";
            if (Count("result <> 2") is > 0 and var untold) return $"{untold} outcomes were not acknowledged";
            if (tx.First<long>("SELECT count(*) FROM market_exceptions") is > 0 and var raised)
                return $"{raised} exceptions";
            (string Account, long Posted)[] expected =
            [
                (Client, sold * MarketSettings.Settlement), (Supplier, -sold * MarketSettings.ToSupplier),
                (Bank, sold * (MarketSettings.Amount + MarketSettings.Fee)),
            ];
            var wrong = expected.FirstOrDefault(
                e => Books.Find(tx, e.Account) is not { Held: 0 } stands || stands.Posted != e.Posted).Account;
            return wrong is null ? null
                : string.Create(CultureInfo.InvariantCulture, $"{sold} were sold, and {wrong} says otherwise");
        }, stop);
    }

    static Transfer[] Sale(int number)
    {
        var id = $"market:{Id(number)}:1";
        Transfer[] sale =
        [
            Transfer.Hold($"market:{Id(number)}:bank", Bank, Buyers, MarketSettings.Amount + MarketSettings.Fee),
            Transfer.Hold(id, Client, Supplier, MarketSettings.ToSupplier),
            Transfer.Capture($"{id}:sold", id),
            Transfer.Move($"{id}:gross", Client, Income, MarketSettings.Settlement - MarketSettings.ToSupplier),
            Transfer.Capture($"market:{Id(number)}:bank:debited", $"market:{Id(number)}:bank"),
        ];
        return [.. sale.Select(t => t with { Reason = "purchase", Reference = Id(number) })];
    }

    static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"00000000000070008000{number:d12}");

    void Multiply(Tx tx, string table, int from, int until)
    {
        var columns = Columns(tx, table);
        // Digits alone are hexadecimal too; both engines can pad with this.
        const string Digits = "substr('000000000000' || n.i, length('000000000000' || n.i) - 11)";
        var values = columns.Select(c => c switch
        {
            "id" or "purchase_id" => $"'00000000000070008000' || {Digits}",
            "client_ref" or "reserve_ref" or "session_id" => $"'old-' || {Digits}",
            _ => "t." + c,
        });
        tx.Execute($"""
            WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {until})
            INSERT INTO {table} ({string.Join(", ", columns)})
            SELECT {string.Join(", ", values)} FROM n, (SELECT * FROM {table} ORDER BY {columns[0]} DESC LIMIT 1) t
            """);
    }

    IReadOnlyList<string> Columns(Tx tx, string table) => tx.Query<string>(onPostgres
        ? $"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}' ORDER BY ordinal_position"
        : $"SELECT name FROM pragma_table_info('{table}') ORDER BY cid");

    Database Open() => Database.Open(
        onPostgres ? new StorageOptions { Postgres = peer.PostgresConnection! } : new StorageOptions { Folder = data });
}
