using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// The one way in which purchases are written: a step, its books and the jobs it owes are one commit, and whoever waits is
/// answered after it. A place of its own, so that a simulation may end a node before or after any commit.
/// </summary>
internal interface IPurchaseCommits
{
    /// <summary>Runs the work in a transaction; what it throws is thrown here, and nothing of it stays.</summary>
    Task<T> Run<T>(Func<Tx, T> work, CancellationToken cancel);
}
