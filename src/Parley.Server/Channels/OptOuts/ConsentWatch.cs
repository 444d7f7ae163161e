using Microsoft.Extensions.Logging;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.OptOuts;

/// <summary>
/// Fills the memory at the start, and then follows what other nodes change, every second. SQLite has one node, so there is
/// nobody to follow.
/// </summary>
internal sealed partial class ConsentWatch(
    Database database, ConsentMemory memory, TimeProvider time, ILogger<ConsentWatch> log) : IAsyncDisposable
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Rows of a reading; more than changes that share a number, or it would come to a stop.</summary>
    private const int RowsAtOnce = 5 * ChangeConsent.Most;

    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;

    /// <summary>Reads all of it; before the doors open.</summary>
    public async Task Start(CancellationToken cancel)
    {
        memory.Followed = database.Dialect.SeveralWriters;
        await database.Read(connection =>
        {
            var sequence = OptOutStore.Sequence(connection);
            memory.TakeIn(sequence, OptOutStore.Active(connection), BlockStore.Active(connection));
            return sequence;
        }, cancel);
        if (memory.Count > 0) Loaded(log, memory.Count);
        if (database.Dialect.SeveralWriters) _loop = Task.Run(Loop, CancellationToken.None);
    }

    public async Task Stop()
    {
        await _stopping.CancelAsync();
        await _loop;
    }

    /// <summary>Waits for the loop's end: it must not outlive the database.</summary>
    public async ValueTask DisposeAsync()
    {
        await Stop();
        _stopping.Dispose();
    }

    private async Task Loop()
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stopping.Token)) await Follow(_stopping.Token);
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    private async Task Follow(CancellationToken cancel)
    {
        try
        {
            while (await database.Read(Changes, cancel))
            {
            }
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Failed(log, error.Message);
        }
    }

    /// <summary>Takes in the next changes; answers whether there may be more.</summary>
    private bool Changes(System.Data.Common.DbConnection connection)
    {
        var after = memory.Read;
        // Read first: whatever has a number up to this one is committed, so the two readings below miss nothing of it.
        var upTo = OptOutStore.Sequence(connection);
        if (upTo == after) return false;
        var optOuts = OptOutStore.Changed(connection, after, RowsAtOnce);
        var blocks = BlockStore.Changed(connection, after, RowsAtOnce);
        // Of the last number of a full reading there may be more rows.
        if (optOuts.Count == RowsAtOnce) upTo = Math.Min(upTo, optOuts[^1].Sequence - 1);
        if (blocks.Count == RowsAtOnce) upTo = Math.Min(upTo, blocks[^1].Sequence - 1);
        memory.TakeIn(upTo, optOuts, blocks);
        return optOuts.Count == RowsAtOnce || blocks.Count == RowsAtOnce;
    }

    [LoggerMessage(LogLevel.Information, "{Count} recipients opted out or are blocked")]
    private static partial void Loaded(ILogger log, int count);

    [LoggerMessage(LogLevel.Warning, "Could not look for new opt-outs: {Reason}")]
    private static partial void Failed(ILogger log, string reason);
}
