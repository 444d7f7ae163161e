using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Banks;

/// <summary>
/// A bank that holds and settles buyers' money (contract marketplace §5.10). Both calls carry our reference, on which the
/// bank is idempotent.
/// </summary>
public interface IBank
{
    /// <summary>Asks to hold money. It is never asked twice once it may have been asked.</summary>
    Task<ReserveAnswer> Reserve(FundingSource source, byte[] request, string reference, CancellationToken cancel);

    /// <summary>Tells an outcome; true when it was acknowledged.</summary>
    Task<ResultAnswer> Tell(Partner to, byte[] result, CancellationToken cancel);
}

/// <summary>What the bank said of a reservation.</summary>
/// <param name="Code">0000 or why not (§5.10.1).</param>
/// <param name="Reference">The bank's reference, with 0000.</param>
/// <param name="Known">False when a hold may or may not exist.</param>
public sealed record ReserveAnswer(string Code, string? Reference, bool Known);

/// <summary>What became of telling an outcome.</summary>
/// <param name="Acknowledged">It was taken.</param>
/// <param name="Hourly">The answer won't change by itself: try every hour.</param>
/// <param name="Said">The status, or why there is none.</param>
public sealed record ResultAnswer(bool Acknowledged, bool Hourly, string Said);
