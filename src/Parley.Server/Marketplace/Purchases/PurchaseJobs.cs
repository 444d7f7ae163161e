using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>What is owed for purchases, as durable jobs; each is keyed by the purchase.</summary>
internal sealed class PurchaseJobs(JobQueue jobs, Catalogue catalogue, TimeProvider time)
{
    public const string Reserve = "purchase.reserve", Vend = "purchase.vend", Tell = "purchase.result",
        Sms = "purchase.sms";

    private static readonly long AfterTimeout = 10 * Micros.PerSecond;
    private static readonly long Days = Micros.From(TimeSpan.FromDays(1));

    /// <summary>Ends the reservation when whoever asks the bank does not.</summary>
    public void GuardReserve(Tx tx, Purchase purchase, FundingSource source)
    {
        var due = time.NowMicros() + (2 * source.TimeoutSeconds * Micros.PerSecond) + AfterTimeout;
        jobs.Enqueue(tx, GuardOf(purchase, due));
    }

    /// <summary>The reservation has ended: nobody need look.</summary>
    public void Unguard(Tx tx, Purchase purchase) => jobs.End(tx, GuardOf(purchase, 0), JobOutcome.Done);

    public void StartVend(Tx tx, Purchase purchase)
    {
        var supplier = catalogue.Product((int)purchase.ProductId) is { Routes: [var first, ..] } ? first.SupplierId
            : "none";
        var now = time.NowMicros();
        jobs.Enqueue(tx, new Job(Vend, purchase.Id, supplier, "", now, now + (30 * Days)));
    }

    public void StartResult(Tx tx, Purchase purchase)
    {
        var now = time.NowMicros();
        var to = purchase.IsReserving ? $"source-{purchase.FundingSourceId}" : $"client-{purchase.ClientId}";
        jobs.Enqueue(tx, new Job(Tell, purchase.Id, to, "", now, now + (14 * Days)));
    }

    /// <summary>Ends a job with what it did, in one commit.</summary>
    public void End(Tx tx, Job job, JobOutcome outcome) => jobs.End(tx, job, outcome);

    /// <summary>Has told by SMS how it ended, where the client wants that.</summary>
    public void StartSms(Tx tx, Purchase purchase, Progress ended)
    {
        if (catalogue.Client((int)purchase.ClientId) is not { } client
            || !Notifications.Notices.MayBeDue(client, ended.At, ended.Token is not null)) return;
        var now = time.NowMicros();
        jobs.Enqueue(tx, new Job(Sms, purchase.Id, $"client-{purchase.ClientId}", "", now, now + Days));
    }

    private static Job GuardOf(Purchase purchase, long due) =>
        new(Reserve, purchase.Id, $"source-{purchase.FundingSourceId}", "", due, due + (30 * Days));
}
