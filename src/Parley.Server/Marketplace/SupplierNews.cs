using System.Globalization;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Suppliers;
using Parley.Server.Web;

namespace Parley.Server.Marketplace;

/// <summary>
/// Suppliers call back here. Whoever knows the path's secret can make us ask the supplier sooner, and nothing else: what
/// became of a vend is always the supplier's own answer to our question.
/// </summary>
internal sealed class SupplierNews(
    Catalogue catalogue, Database database, ISupplier suppliers, JobQueue jobs, IPurchaseCommits commits,
    RecordStep record, TimeProvider time)
{
    private const int LargestBody = 64 << 10;

    public async Task Take(HttpContext context)
    {
        var supplier = catalogue.Supplier((string)context.Request.RouteValues["supplier"]!);
        if (supplier is null
            || !SupplierCallbacks.IsOpenedBy(supplier, (string)context.Request.RouteValues["secret"]!))
        {
            // The same as for any address of nobody.
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        var body = await RequestBody.Read(context.Request, LargestBody, context.RequestAborted);
        context.Response.StatusCode = body is null ? StatusCodes.Status413PayloadTooLarge
            : SupplierCallbacks.ReferenceIn(body) is not { } reference ? StatusCodes.Status400BadRequest
            : await Ask(supplier, reference, context.RequestAborted)
                ? StatusCodes.Status204NoContent : StatusCodes.Status503ServiceUnavailable;
    }

    /// <summary>False when the supplier should call again: it could not be asked, or is being asked.</summary>
    private async Task<bool> Ask(Supplier supplier, string reference, CancellationToken cancel)
    {
        if (Split(reference) is not var (id, attempt)) return true;
        if (await database.Read(c => PurchaseStore.ById(c, id), cancel) is not { } sale) return true;
        if (sale.Progress.At is PurchaseState.Vending or PurchaseState.VendPending && sale.Progress.Attempt == attempt)
        {
            // Whoever has the vend in hand right now may have been answered before this became true.
            return await database.Transact(tx => jobs.Hasten(tx, PurchaseJobs.Vend, id), cancel);
        }
        return await AskAfterwards(supplier, sale.Purchase, attempt, cancel);
    }

    /// <summary>Nothing waits for the answer any more: it can only confirm the outcome, or contradict it.</summary>
    private async Task<bool> AskAfterwards(
        Supplier supplier, Purchase purchase, long attempt, CancellationToken cancel)
    {
        var answer = await suppliers.Status(supplier, purchase.AttemptReference(attempt), cancel);
        if (answer.IsLost) return false;
        await commits.Run(tx =>
        {
            var progress = PurchaseStore.Progress(tx, purchase.Id);
            var step = PurchaseSteps.Heard(progress, attempt, answer, 0, time.NowMicros());
            if (step.Contradiction is { } contradiction)
                record.Run(tx, purchase, progress, new Step(progress, null, contradiction));
            return true;
        }, cancel);
        return true;
    }

    private static (string Id, long Attempt)? Split(string reference)
    {
        var end = reference.LastIndexOf('-');
        return end > 0 && Wire.IdOf(reference[..end]) is { } id
            && long.TryParse(
                reference.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? (id, attempt) : null;
    }
}
