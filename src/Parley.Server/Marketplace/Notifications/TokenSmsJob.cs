using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Tokens;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Notifications;

/// <summary>Sends a sold token to whoever is to have it (contract marketplace §11). The message and the job's end are one commit.</summary>
internal sealed class TokenSmsJob(
    Database database, JobQueue jobs, AcceptMessages accept, TenantDirectory tenants, Catalogue catalogue,
    SecretBox box, TimeProvider time)
{
    public JobKind Kind => new(PurchaseJobs.Sms, Run, 16,
        new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(30)));

    private async Task<JobOutcome> Run(Job job, CancellationToken cancel)
    {
        var sale = await database.Read(c => PurchaseStore.ById(c, job.Key), cancel);
        if (sale is not { Progress: { At: PurchaseState.Succeeded, Token: { } token } }) return JobOutcome.Done;
        var purchase = sale.Purchase;
        var client = catalogue.Client((int)purchase.ClientId);
        // Also at the start, before the tenants are loaded.
        if (client is null || tenants.ById(client.IntegrationId) is not { Active: true } integration)
            return JobOutcome.Again(time.NowMicros() + (5 * Micros.PerSecond), "the client's integration is not active");
        var text = $"{purchase.ProductName}: {box.OpenText(token, purchase.Id)} ({purchase.Currency} " +
            $"{Currency.Format(purchase.PurchaseAmount, purchase.Currency)} for {purchase.Target})";
        var message = new NewMessage
        {
            To = catalogue.Product((int)purchase.ProductId)?.Target == TargetKind.Msisdn ? purchase.Target
                : purchase.Source,
            From = client.SmsFrom,
            Content = new SmsContent(text, null, null, null, false),
        };
        var answers = await accept.Run(
            integration, [message], _ => tx => jobs.End(tx, job, JobOutcome.Done), CancellationToken.None);
        // Parked, so that somebody sees why it can't be sent; the token can be looked up.
        return answers[0].Refusal is { } refusal ? JobOutcome.Park(refusal.Code) : JobOutcome.Ended;
    }
}
