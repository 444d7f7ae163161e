using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Notifications;

/// <summary>
/// Tells by SMS what became of a purchase (contract marketplace §11), once: the messages, the mark that they are there, and the
/// job's end are one commit.
/// </summary>
internal sealed partial class NoticeJob(
    Database database, JobQueue jobs, AcceptMessages accept, TenantDirectory tenants, Catalogue catalogue,
    SecretBox box, Ids ids, TimeProvider time, ILogger<NoticeJob> log)
{
    private static readonly long Wait = 5 * Micros.PerMinute;

    public JobKind Kind => new(PurchaseJobs.Sms, Run, 16,
        new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(30)));

    private async Task<JobOutcome> Run(Job job, CancellationToken cancel)
    {
        var sale = await database.Read(c => PurchaseStore.ById(c, job.Key), cancel);
        if (sale is null) return JobOutcome.Done;
        var (purchase, progress) = sale;
        var client = catalogue.Client((int)purchase.ClientId);
        // Also at the start, before the tenants are loaded.
        if (client is null || tenants.ById(client.IntegrationId) is not { Active: true } integration)
            return JobOutcome.Again(
                time.NowMicros() + (5 * Micros.PerSecond), "the client's integration is not active");
        var token = progress.Token is { } stored ? box.OpenText(stored, purchase.Id) : null;
        var due = Notices.Of(
            client, catalogue.Product((int)purchase.ProductId), purchase, progress.At, token);
        if (due.Count == 0) return JobOutcome.Done;
        var messages = due.Select(n => new NewMessage
        {
            To = n.To,
            From = client.SmsFrom,
            Content = new SmsContent(n.Text, null, null, null, false),
            Confidential = token is not null,
        }).ToList();
        try
        {
            var answers = await accept.Run(
                integration, messages, made => tx => End(tx, job, purchase, token is not null, made),
                CancellationToken.None);
            return Outcome(purchase, answers);
        }
        catch (AlreadyTold)
        {
            return JobOutcome.Done;
        }
    }

    private JobOutcome Outcome(Purchase purchase, IReadOnlyList<AcceptedOrNot> answers)
    {
        var refused = answers.Where(a => a.Refusal is not null).Select(a => a.Refusal!.Code).ToList();
        if (refused.Count < answers.Count)
        {
            foreach (var code in refused) NotTold(log, purchase.Id, code);
            return JobOutcome.Ended;
        }
        // Parked, so that somebody sees why it can't be sent; a token can be looked up.
        return refused.Contains(MessageRefusals.BalanceTooLow)
            ? JobOutcome.Again(time.NowMicros() + Wait, refused[0]) : JobOutcome.Park(refused[0]);
    }

    private void End(Tx tx, Job job, Purchase purchase, bool hasToken, IReadOnlyList<AcceptedOrNot> made)
    {
        var now = time.NowMicros();
        var marked = tx.Execute(
            """
            INSERT INTO market_notices (purchase_id, messages, at) VALUES (@id, @messages, @now) ON CONFLICT DO NOTHING
            """,
            new { id = purchase.Id, messages = made.Count(m => m.Refusal is null), now });
        if (marked == 0) throw new AlreadyTold();
        // The token leaves for the buyer's phone.
        if (hasToken) PurchaseQueries.Viewed(tx, [(ids.Next(), purchase)], "sms", now);
        jobs.End(tx, job, JobOutcome.Done);
    }

    [LoggerMessage(LogLevel.Warning, "An SMS about purchase {Purchase} was refused: {Code}")]
    private static partial void NotTold(ILogger log, string purchase, string code);

    /// <summary>Another node ran the job, too, and was first: this commit must not be.</summary>
    private sealed class AlreadyTold() : Exception("The purchase was told of already.");
}
