using Parley.Platform;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// Looks for rows that clients bound here can have, ends what is too old, and closes the sessions of accounts that are no
/// more.
/// </summary>
internal sealed partial class DeliveryLoop(
    Database database,
    Clients clients,
    Deliveries deliveries,
    TenantDirectory tenants,
    Node node,
    TimeProvider time,
    SmppMeter meter,
    ILogger<DeliveryLoop> log) : IAsyncDisposable
{
    private const int AtOnce = 500;
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SlowAfter = TimeSpan.FromSeconds(10);

    /// <summary>How long a delivery is kept (contract channels §5).</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(3);

    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;
    private long _sweptAt;
    private HashSet<string> _loose = [];

    public void Start()
    {
        deliveries.Wake = () => Volatile.Read(ref _woken).TrySetResult();
        _loop = Task.Run(Loop);
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
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Volatile.Write(ref _woken, new(TaskCreationOptions.RunContinuationsAsynchronously));
                while (await Claim(_stopping.Token) == AtOnce)
                {
                }
                foreach (var client in clients.All) deliveries.Return(client.Outbox.TakeStale(SlowAfter), SlowAfter);
                await Sweep(_stopping.Token);
                await Task.WhenAny(_woken.Task, Task.Delay(Every, time, _stopping.Token));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                RoundFailed(log, error.Message);
                await Task.WhenAny(Task.Delay(Every, time, _stopping.Token));
            }
        }
    }

    private async Task<int> Claim(CancellationToken cancel)
    {
        var open = clients.All.Where(c => c.Outbox.Room > 0).Select(c => c.IntegrationId).ToList();
        var now = time.NowMicros();
        if (open.Count == 0 || !await database.Read(c => SmppDeliveryStore.AnyDue(c, open, now), cancel)) return 0;
        var claimed = await database.Transact(tx => SmppDeliveryStore.Claim(tx, node.Id, open, now, AtOnce), cancel);
        foreach (var delivery in claimed) deliveries.Add(clients.Of(delivery.IntegrationId).Outbox, delivery);
        return claimed.Count;
    }

    private async Task Sweep(CancellationToken cancel)
    {
        if (time.NowMicros() - _sweptAt < Micros.From(SweepEvery)) return;
        _sweptAt = time.NowMicros();
        CloseStrangers();
        await ReleaseOrphans(cancel);
        int dropped;
        do
        {
            dropped = await database.Transact(DropOld, cancel);
            if (dropped > 0) Dropped(log, dropped);
            meter.Dropped(dropped);
        }
        while (dropped == AtOnce);
        meter.Waiting = await database.Read(SmppDeliveryStore.Count, cancel);
    }

    /// <summary>
    /// A commit whose answer was lost leaves rows that are this node's and that nobody has in hand. Those seen so at two looks are
    /// let go.
    /// </summary>
    private async Task ReleaseOrphans(CancellationToken cancel)
    {
        var owned = await database.Read(c => SmppDeliveryStore.Owned(c, node.Id), cancel);
        var loose = owned.Where(id => !deliveries.HasRow(id)).ToHashSet(StringComparer.Ordinal);
        var orphans = loose.Where(_loose.Contains).ToList();
        _loose = loose;
        if (orphans.Count == 0) return;
        await database.Transact(tx => orphans.ForEach(id => SmppDeliveryStore.Release(tx, id, node.Id)), cancel);
        LetGo(log, orphans.Count);
    }

    private int DropOld(Tx tx)
    {
        var now = time.NowMicros();
        var before = now - Micros.From(KeptFor);
        ReplaceableStore.DropOld(tx, now - Micros.From(TimeSpan.FromDays(8)));
        var old = SmppDeliveryStore.DropOld(tx, before, AtOnce);
        foreach (var delivery in old.Where(d => d.Kind == Delivery.Receipt))
            MessageNotes.Write(
                tx, delivery.MessageId, now, "receipt-dropped",
                $"{delivery.Id}: not acknowledged within 3 days, {delivery.Attempts} tries: " +
                (delivery.Error ?? "nobody was bound"));
        return old.Count;
    }

    /// <summary>Provisioning has taken an account away, or given it another password: who is bound by it leaves.</summary>
    private void CloseStrangers()
    {
        foreach (var client in clients.All)
            foreach (var session in client.Sessions)
                if (tenants.ById(client.IntegrationId) is not { Active: true, Tenant.Active: true } integration
                    || integration.Account != session.Account)
                    _ = session.Leave(SlowAfter);
    }

    [LoggerMessage(LogLevel.Warning, "Looking for what SMPP clients are owed failed: {Reason}")]
    private static partial void RoundFailed(ILogger log, string reason);

    [LoggerMessage(
        LogLevel.Warning,
        "{Count} deliveries were this node's and nobody's: the answer to a commit was lost. They go now")]
    private static partial void LetGo(ILogger log, int count);

    [LoggerMessage(LogLevel.Warning, "{Count} deliveries that no SMPP client took within 3 days were dropped")]
    private static partial void Dropped(ILogger log, int count);
}
