using Parley.Platform.Batching;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>
/// Writes to the database of the node. The steps of all purchases that wait share a commit and its statements, so that the
/// accounts which all of them change are written once. When one fails, the platform takes all of it back and finds it out
/// by halves: it stands alone in the end, and nothing of it stays.
/// </summary>
internal sealed class PurchaseCommits(Database database) : IPurchaseCommits
{
    private static readonly BatchOperation<StepWork> Steps = new(60, static (tx, all) =>
    {
        foreach (var one in all) one.Run(tx);
    });

    /// <exception cref="StorageOverloaded">Too many writes wait: nothing was done.</exception>
    public Task<T> Run<T>(Func<Tx, T> work, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var step = new StepWork<T>(work);
        return database.Add(Steps, step) ? step.Done : throw new StorageOverloaded();
    }

    private abstract class StepWork : BatchWork
    {
        public abstract void Run(Tx tx);
    }

    private sealed class StepWork<T>(Func<Tx, T> work) : StepWork
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Done => _done.Task;

        public override void Run(Tx tx) => _result = work(tx);

        public override void Committed() => _done.SetResult(_result!);

        public override void Failed(Exception error) => _done.SetException(error);
    }
}
