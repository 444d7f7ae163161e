using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>Tells the outcome to whoever holds the money until it is acknowledged (contract marketplace §5.11).</summary>
internal sealed class ResultJob(
    IPurchaseCommits commits, Database database, Catalogue catalogue, IBank bank, RecordStep record,
    MarketExceptions exceptions, PurchaseMemory memory, PurchaseJobs jobs, SecretBox box, TimeProvider time)
{
    private static readonly JsonSerializerOptions Form =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public JobKind Kind => new(
        PurchaseJobs.Tell, Run, 32, new Backoff(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(30)));

    private async Task<JobOutcome> Run(Job job, CancellationToken cancel)
    {
        // What is remembered may be old: only what is owed is believed.
        var sale = memory.Find(job.Key) is { Progress.Told: ResultState.Sending } known ? known
            : await database.Read(c => PurchaseStore.ById(c, job.Key), cancel);
        if (sale is null) return JobOutcome.Done;
        var answer = sale.Progress.Told == ResultState.Sending ? await Tell(sale, cancel) : null;
        if (answer is { Acknowledged: false } && cancel.IsCancellationRequested)
            return JobOutcome.Again(time.NowMicros(), "the node stopped");
        // The job ends in the same commit: whoever has it told again after that finds no job that is about to end.
        await commits.Run(tx => Take(tx, job, sale.Purchase, answer), CancellationToken.None);
        return JobOutcome.Ended;
    }

    private async Task<ResultAnswer> Tell(Sale sale, CancellationToken cancel)
    {
        if (To(sale.Purchase) is not { } partner) return new(false, true, "nobody is provisioned who would hear it");
        byte[] body;
        try
        {
            body = Body(sale);
        }
        catch (CryptographicException error)
        {
            // The token's key is not configured: an answer of a kind, so that it is tried on the schedule and then shown.
            return new(false, true, $"the outcome can't be built: {error.Message}");
        }
        return await bank.Tell(partner, body, cancel);
    }

    private Step Take(Tx tx, Job job, Purchase purchase, ResultAnswer? answer)
    {
        var now = time.NowMicros();
        var (before, step) = memory.Step(tx, purchase.Id, p =>
            answer is null ? new Step(p, p.Told == ResultState.Sending ? now : null)
                : PurchaseSteps.Told(p, answer, now));
        record.Run(tx, purchase, before, step);
        if (step.Next.Told == ResultState.Undelivered)
            exceptions.Raise(tx, purchase.Id, MarketException.Undelivered, $"The last answer was: {answer?.Said}");
        jobs.End(tx, job, step.LookAt is { } again ? JobOutcome.Again(again, answer?.Said ?? "") : JobOutcome.Done);
        return step;
    }

    private Partner? To(Purchase purchase) => purchase.IsReserving
        ? catalogue.Source((int)purchase.FundingSourceId!.Value)?.Outcomes
        : catalogue.Client((int)purchase.ClientId)?.Outcomes;

    /// <summary>The same bytes at every attempt: all that is in it is final.</summary>
    private byte[] Body(Sale sale)
    {
        var (purchase, progress) = sale;
        var amounts = purchase.Amounts;
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                timestamp = Wire.Time(progress.FinalAt!.Value),
                clientId = purchase.ClientId,
                productId = purchase.ProductId,
                clientTxnRef = purchase.ClientRef,
                raasTxnRef = purchase.Reference,
                reserveFundsTxnRef = progress.ReserveRef,
                transactionStatus = progress.Status,
                responseCode = progress.Code,
                responseMessage = ResponseCodes.MessageOf(progress.Code!, final: true),
                purchaseAmount = amounts.Purchase,
                feeAmount = amounts.Fee,
                reserveAmount = amounts.Reserve,
                vendAmount = amounts.Vend,
                clientShareAmount = amounts.ClientShare,
                settlementAmount = amounts.Settlement,
                token = progress.Token is { } token ? box.OpenText(token, purchase.Id) : null,
                details = JsonNode.Parse(progress.Details),
            },
            Form);
    }
}
