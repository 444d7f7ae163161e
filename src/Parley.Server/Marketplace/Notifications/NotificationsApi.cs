using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Security;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Notifications;

/// <summary>Notifications (contract marketplace §5.14): an SMS of the client's integration, once for each reference within a day.</summary>
internal sealed class NotificationsApi(
    AcceptMessages accept, TenantDirectory tenants, Database database, Ids ids, TimeProvider time)
{
    private const int Sms = 6, LongestText = 1_530;
    private static readonly long Kept = Micros.From(TimeSpan.FromHours(24));

    public async Task<MarketAnswer> Notify(MarketCall call)
    {
        var channel = call.Fields.Number("channelId", 3, true);
        var reference = call.Fields.Text("clientNotificationRef", 64, required: true);
        var target = call.Fields.Text("targetIdentifier", 32, required: true);
        var text = call.Fields.Message("notificationText", LongestText);
        call.Fields.Text("raasTxnRef", 64);
        if (call.Problem is { } problem) return problem;
        if (channel != Sms || tenants.ById(call.Client.IntegrationId) is not { Active: true } integration)
            return MarketError.Invalid("channelId: not configured");
        var since = time.NowMicros() - Kept;
        var known = await database.Transact(tx => Find(tx, call.Client, reference!, since), call.Cancel);
        if (known is not null) return Answer(reference!, known);
        var made = ids.Next();
        var message = new NewMessage
        {
            To = target!,
            From = call.Client.SmsFrom,
            Content = new SmsContent(text, null, null, null, false),
            // Banks send tokens in texts of their own, too.
            Confidential = true,
        };
        try
        {
            var accepted = await accept.Run(
                integration, [message], _ => tx => Keep(tx, call.Client, reference!, made, since),
                CancellationToken.None);
            return accepted[0].Refusal is { } refusal ? MarketError.Invalid(refusal.Reason) : Answer(reference!, made);
        }
        catch (RepeatRaced)
        {
            // The other call is committed: now it is found.
            known = await database.Transact(tx => Find(tx, call.Client, reference!, since), call.Cancel);
            return known is null ? MarketError.Unexpected : Answer(reference!, known);
        }
    }

    private static MarketAnswer Answer(string reference, string id) => new(202, new
    {
        responseCode = "0000",
        responseMessage = "Accepted",
        clientNotificationRef = reference,
        notificationRef = Wire.Reference(id),
    });

    private static string? Find(Tx tx, Client client, string reference, long since) => tx.First<string>(
        "SELECT id FROM market_notifications WHERE client_id = @Id AND client_ref = @reference AND at > @since",
        new { client.Id, reference, since });

    private void Keep(Tx tx, Client client, string reference, string id, long since)
    {
        var kept = tx.Execute(
            """
            INSERT INTO market_notifications (client_id, client_ref, id, at) VALUES (@client, @reference, @id, @at)
            ON CONFLICT (client_id, client_ref) DO UPDATE SET id = excluded.id, at = excluded.at
              WHERE market_notifications.at <= @since
            """,
            new { client = client.Id, reference, id, at = time.NowMicros(), since });
        if (kept == 0) throw new RepeatRaced();
    }
}
