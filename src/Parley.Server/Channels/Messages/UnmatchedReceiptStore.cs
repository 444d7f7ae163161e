using System.Data.Common;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>A receipt that matched no message, as an operator sees it.</summary>
public sealed class UnmatchedReceipt
{
    public string CarrierId { get; init; } = "";

    public string CarrierMessageId { get; init; } = "";

    public long State { get; init; }

    public long At { get; init; }

    public string? Error { get; init; }

    public string Raw { get; init; } = "";
}

/// <summary>Receipts that match nothing (yet), kept for seven days.</summary>
public static class UnmatchedReceiptStore
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private static readonly BulkInsert<(ReceiptArrival Receipt, long At)> InsertReceipts = new(
        "unmatched_receipts",
        "carrier_id text, carrier_message_id text, state int, at int, error text, raw text",
        static (row, entry) =>
        {
            row.Text(entry.Receipt.CarrierId);
            row.Text(entry.Receipt.CarrierMessageId);
            row.Int((long)entry.Receipt.State);
            row.Int(entry.At);
            row.Text(entry.Receipt.Error);
            row.Text(entry.Receipt.Raw);
        },
        "ON CONFLICT DO NOTHING");

    internal static void Insert(Tx tx, IReadOnlyList<ReceiptArrival> receipts, long now) => tx.Insert(InsertReceipts, [.. receipts.Select(r => (r, now))]);

    internal static void Delete(Tx tx, string carrierId, string carrierMessageId) => tx.Execute(
        "DELETE FROM unmatched_receipts WHERE carrier_id = @carrierId AND carrier_message_id = @carrierMessageId", new { carrierId, carrierMessageId });

    internal static int DeleteOld(Tx tx, long now) => tx.Execute(
        "DELETE FROM unmatched_receipts WHERE at < @before", new { before = now - Micros.From(Kept) });

    /// <summary>
    /// Those that have their message by now: it got the carrier's id after the receipt had come. A receipt older than the
    /// message is another's, of a carrier that counts its ids anew.
    /// </summary>
    internal static IReadOnlyList<UnmatchedReceipt> Matched(DbConnection connection, long since, int most) =>
        [.. connection.Query<UnmatchedReceipt>(
            """
            SELECT r.carrier_id AS CarrierId, r.carrier_message_id AS CarrierMessageId, r.state AS State, r.at AS At,
              r.error AS Error, r.raw AS Raw
            FROM unmatched_receipts r
            JOIN message_parts p ON p.carrier_id = r.carrier_id AND p.carrier_message_id = r.carrier_message_id
            JOIN messages m ON m.id = p.message_id
            WHERE r.at >= @since AND r.at >= m.accepted_at ORDER BY r.at LIMIT @most
            """,
            new { since, most })];

    public static IReadOnlyList<UnmatchedReceipt> Newest(DbConnection connection, int most) => [.. connection.Query<UnmatchedReceipt>(
        """
        SELECT carrier_id AS CarrierId, carrier_message_id AS CarrierMessageId, state AS State, at AS At, error AS Error, raw AS Raw
        FROM unmatched_receipts ORDER BY at DESC LIMIT @most
        """,
        new { most })];
}
