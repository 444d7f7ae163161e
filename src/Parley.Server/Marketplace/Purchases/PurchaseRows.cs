using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>The statements over many purchases at once.</summary>
internal static class PurchaseRows
{
    private const string ProgressColumns =
        "version int, state int, changed_at int, reserve_ref text, reserve_code text, code text, final_at int, " +
        "supplier_id text, attempt int, first_vend_at int, vend_at int, asked int, token blob, details text, " +
        "result int, result_attempts int, result_at int";

    private const string Assignments =
        """
        state = v.state, changed_at = v.changed_at, reserve_ref = v.reserve_ref, reserve_code = v.reserve_code, code = v.code,
        final_at = v.final_at, supplier_id = v.supplier_id, attempt = v.attempt, first_vend_at = v.first_vend_at, vend_at = v.vend_at,
        asked = v.asked, token = v.token, details = v.details, result = v.result, result_attempts = v.result_attempts,
        result_at = v.result_at
        """;

    public static readonly BulkInsert<Purchase> Made = new(
        "market_purchases",
        "id text, client_id int, client_ref text, kind int, product_id int, type_id int, product_name text, " +
        "currency text, purchase_amount int, fee_amount int, discount_amount int, share_amount int, channel_id int, " +
        "channel_name text, session_id text, source text, target text, account text, funding_source_id int, " +
        "given_reserve_ref text, sent_at int, accepted_at int",
        static (row, p) =>
        {
            row.Text(p.Id);
            row.Int(p.ClientId);
            row.Text(p.ClientRef);
            row.Int(p.Kind);
            row.Int(p.ProductId);
            row.Int(p.TypeId);
            row.Text(p.ProductName);
            row.Text(p.Currency);
            row.Int(p.PurchaseAmount);
            row.Int(p.FeeAmount);
            row.Int(p.DiscountAmount);
            row.Int(p.ShareAmount);
            row.Int(p.ChannelId);
            row.Text(p.ChannelName);
            row.Text(p.SessionId);
            row.Text(p.Source);
            row.Text(p.Target);
            row.Text(p.Account);
            row.Int(p.FundingSourceId);
            row.Text(p.GivenReserveRef);
            row.Int(p.SentAt);
            row.Int(p.AcceptedAt);
        });

    public static readonly BulkInsert<Progress> Born = new(
        "market_progress", "id text, " + ProgressColumns, static (row, p) =>
        {
            row.Text(p.Id);
            Write(row, p);
        });

    public static readonly BulkUpdate<ProgressChange> Changed = new(
        "market_progress", "id text, was int, " + ProgressColumns,
        "version = CASE WHEN market_progress.version = v.was THEN v.version ELSE -1 END, " + Assignments,
        "market_progress.id = v.id",
        static (row, change) =>
        {
            row.Text(change.Progress.Id);
            row.Int(change.From);
            Write(row, change.Progress);
        });

    /// <summary>The change that makes a reservation its own: nobody else may have it.</summary>
    public static readonly BulkUpdate<(ProgressChange Change, ReservationTie Tie)> Tied = new(
        "market_progress", "id text, was int, client_id int, held text, " + ProgressColumns,
        """
        version = CASE WHEN market_progress.version = v.was AND EXISTS (SELECT 1 FROM market_reservations r
          WHERE r.client_id = v.client_id AND r.reserve_ref = v.held AND r.purchase_id = v.id) THEN v.version ELSE -1 END,
        """ + Assignments,
        "market_progress.id = v.id",
        static (row, tied) =>
        {
            row.Text(tied.Change.Progress.Id);
            row.Int(tied.Change.From);
            row.Int(tied.Tie.ClientId);
            row.Text(tied.Tie.ReserveRef);
            Write(row, tied.Change.Progress);
        });

    public static readonly BulkInsert<ReservationTie> Ties = new(
        "market_reservations", "client_id int, reserve_ref text, purchase_id text", static (row, tie) =>
        {
            row.Int(tie.ClientId);
            row.Text(tie.ReserveRef);
            row.Text(tie.PurchaseId);
        },
        "ON CONFLICT DO NOTHING");

    private static void Write(RowWriter row, Progress p)
    {
        row.Int(p.Version);
        row.Int(p.State);
        row.Int(p.ChangedAt);
        row.Text(p.ReserveRef);
        row.Text(p.ReserveCode);
        row.Text(p.Code);
        row.Int(p.FinalAt);
        row.Text(p.SupplierId);
        row.Int(p.Attempt);
        row.Int(p.FirstVendAt);
        row.Int(p.VendAt);
        row.Int(p.Asked);
        row.Blob(p.Token);
        row.Text(p.Details);
        row.Int(p.ToldState);
        row.Int(p.ResultAttempts);
        row.Int(p.ResultAt);
    }
}
