using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// Has the bank hold the buyer's money, within the client's call (contract marketplace §5.10.1, §6.5). The purchase is
/// committed as <see cref="PurchaseState.Reserving"/> before; whoever finds it so later never asks again.
/// </summary>
internal sealed partial class ReserveFunds(
    IPurchaseCommits commits, Database database, Catalogue catalogue, IBank bank, RecordStep record,
    PurchaseMemory memory, TimeProvider time, ILogger<ReserveFunds> log)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private static readonly JsonSerializerOptions Form = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The guard: ends what nobody else has ended.</summary>
    public JobKind Kind => new(
        PurchaseJobs.Reserve, Overdue, 32, new Backoff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)));

    /// <summary>Asks the bank and writes what it said; answers where the purchase stands then.</summary>
    public async Task<Sale> Run(Purchase purchase, string? authCode)
    {
        var source = catalogue.Source((int)purchase.FundingSourceId!.Value)!;
        var answer = await bank.Reserve(source, Body(purchase, authCode), purchase.Reference, CancellationToken.None);
        return await commits.Run(tx => Take(tx, purchase, answer), CancellationToken.None);
    }

    /// <summary>Waits while another call asks the bank for the same purchase.</summary>
    public async Task<Sale> Follow(Sale sale, CancellationToken cancel)
    {
        var most = catalogue.Source((int)(sale.Purchase.FundingSourceId ?? 0))?.TimeoutSeconds ?? 30;
        // The first call may take its time twice (see IBank); then the job decides.
        var since = time.GetTimestamp();
        while (sale.Progress.At == PurchaseState.Reserving && time.GetElapsedTime(since).TotalSeconds < (2 * most) + 15)
        {
            await Task.Delay(LookEvery, time, cancel);
            sale = await database.Read(c => PurchaseStore.With(c, sale.Purchase), cancel);
        }
        return sale;
    }

    private Sale Take(Tx tx, Purchase purchase, ReserveAnswer answer)
    {
        var progress = memory.Progress(tx, purchase.Id);
        // A bank that gives a reference twice has not said what it holds.
        if (answer.Reference is { } held && progress.At == PurchaseState.Reserving
            && !memory.Tie(tx, purchase, held)) answer = new("2090", null, false);
        var (before, step) = memory.Step(
            tx, purchase.Id, p => PurchaseSteps.Reserved(p, answer, time.NowMicros()));
        if (step.Contradiction is not null) Late(log, purchase.Id);
        record.Run(tx, purchase, before, step);
        return new(purchase, step.Next);
    }

    private async Task<JobOutcome> Overdue(Job job, CancellationToken cancel)
    {
        var sale = await database.Read(c => PurchaseStore.ById(c, job.Key), cancel);
        if (sale is not { Progress.At: PurchaseState.Reserving }) return JobOutcome.Done;
        await commits.Run(tx =>
        {
            var progress = PurchaseStore.Progress(tx, job.Key);
            record.Run(tx, sale.Purchase, progress, PurchaseSteps.ReserveOverdue(progress, time.NowMicros()));
            return true;
        }, cancel);
        return JobOutcome.Done;
    }

    private static byte[] Body(Purchase p, string? authCode) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            clientId = p.ClientId,
            clientTxnRef = p.ClientRef,
            raasTxnRef = p.Reference,
            productId = p.ProductId,
            productType = p.TypeId,
            purchaseAmount = p.PurchaseAmount,
            feeAmount = p.FeeAmount,
            reserveAmount = p.Amounts.Reserve,
            currencyCode = p.Currency,
            sourceIdentifier = p.Source,
            targetIdentifier = p.Target,
            accountIdentifier = p.Account,
            authCode,
            channelId = p.ChannelId,
            channelName = p.ChannelName,
            channelSessionId = p.SessionId,
            timestamp = Wire.Time(p.AcceptedAt),
        },
        Form);

    [LoggerMessage(LogLevel.Warning,
        "The bank confirmed the reservation of purchase {Purchase} too late; its release was told")]
    private static partial void Late(ILogger log, string purchase);
}
