using Parley.Platform.Storage;

namespace Parley.Platform.Batching;

/// <summary>
/// Work brought to a flush. It hears exactly once how it ended: <see cref="Committed"/> after the commit, or <see cref="Failed"/>.
/// Both run on the flushing thread and must not block.
/// </summary>
public abstract class BatchWork
{
    /// <summary>
    /// Work of the same lane is written in the order in which it came, patient work among itself and the rest among itself;
    /// name the same lane for the same thing.
    /// </summary>
    public virtual int Lane => 0;

    /// <summary>
    /// Patient work stays until it is written, however long the database is away: a fact about the world that can't be taken back (a carrier's
    /// answer, a receipt). Impatient work fails at once, because its caller can be told, and goes first, because he waits.
    /// </summary>
    public virtual bool Patient => false;

    /// <summary>
    /// Somebody may be standing still until this patient work is written (a carrier whose window is used up): then patient work
    /// does not rest.
    /// </summary>
    public virtual bool Pressing => false;

    /// <summary>The commit stands.</summary>
    public abstract void Committed();

    /// <summary>Nothing of it was written.</summary>
    public abstract void Failed(Exception error);
}

/// <summary>
/// An operation over many pieces of work: a handful of set-based statements. Within a flush operations run in ascending
/// <paramref name="order"/>.
/// </summary>
/// <param name="order">The place within a flush.</param>
/// <param name="write">Writes the work; it may run again, after a failure, over part of it.</param>
/// <typeparam name="T">The kind of work.</typeparam>
public sealed class BatchOperation<T>(int order, Action<Tx, IReadOnlyList<T>> write) : IBatchOperation where T : BatchWork
{
    int IBatchOperation.Order => order;

    void IBatchOperation.Write(Tx tx, IReadOnlyList<BatchWork> work)
    {
        var typed = new List<T>(work.Count);
        foreach (var one in work) typed.Add((T)one);
        write(tx, typed);
    }
}

internal interface IBatchOperation
{
    int Order { get; }

    void Write(Tx tx, IReadOnlyList<BatchWork> work);
}

/// <summary>Too many writes wait for a flush; the caller is told to try later.</summary>
public sealed class StorageOverloaded() : Exception("Too many writes wait for the database.");

/// <summary>A whole transaction as one piece of work (the way in for SQLite, whose one writer is the batcher).</summary>
internal sealed class LoneWork<T>(Func<Tx, T> work) : BatchWork
{
    public static readonly BatchOperation<LoneWork<T>> Operation = new(int.MaxValue, (tx, all) =>
    {
        foreach (var one in all) one.Run(tx);
    });

    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;
    private Exception? _error;

    public Task<T> Done => _done.Task;

    public override void Committed()
    {
        if (_error is null) _done.SetResult(_result!);
        else _done.SetException(_error);
    }

    public override void Failed(Exception error) => _done.TrySetException(_error ?? error);

    private void Run(Tx tx)
    {
        _error = null;
        // What others of the flush have left to be written is theirs, and so is its failure.
        tx.WriteOut();
        try
        {
            _result = work(tx);
        }
        catch (Exception error) when (tx.Dialect.Classify(error) != StorageFault.Unavailable)
        {
            _error = error;
        }
    }
}
