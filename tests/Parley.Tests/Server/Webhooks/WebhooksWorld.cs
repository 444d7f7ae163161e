using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Parley.Platform;
using Parley.Platform.Events;
using Parley.Platform.Jobs;
using Parley.Platform.Nodes;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Webhooks;

namespace Parley.Tests.Server.Webhooks;

/// <summary>
/// The webhooks of one node over a real database. In place of the messages stands a hand that settles changes as they
/// do: what is written beside shares a transaction.
/// </summary>
internal sealed class WebhooksWorld : IAsyncDisposable
{
    public static readonly DateTimeOffset Birth = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Channel<(StatusChange Change, bool Told)> _settled =
        Channel.CreateUnbounded<(StatusChange, bool)>();
    private readonly ServiceProvider _services;
    private readonly TestEngine _engine;
    private bool _keep;
    private bool _stopped;

    private WebhooksWorld(
        TestEngine engine, FakeTimeProvider time, WebhooksOptions options, IReadOnlyList<Integration> integrations)
    {
        (_engine, Time) = (engine, time);
        Database = Database.Open(engine.Storage);
        var ids = new Ids(time, null);
        Node = new Node(Database, ids, time, NullLogger<Node>.Instance);
        Jobs = new JobQueue(Database, time, Random.Shared, Node, NullLogger<JobQueue>.Instance);
        Provision([.. integrations]);
        Feed.Connect(Settle);
        _services = new ServiceCollection()
            .AddSingleton(options).AddSingleton<TimeProvider>(time).AddSingleton(Random.Shared).AddSingleton(Database)
            .AddSingleton(Jobs)
            .AddSingleton(Events).AddSingleton(Tenants).AddSingleton(Feed).AddLogging().AddWebhooks()
            .BuildServiceProvider();
    }

    public FakeTimeProvider Time { get; }

    public Database Database { get; }

    public Node Node { get; }

    public JobQueue Jobs { get; }

    public EventBus Events { get; } = new();

    public TenantDirectory Tenants { get; } = new();

    public StatusFeed Feed { get; } = new();

    public WebhookDeliveries Deliveries => _services.GetRequiredService<WebhookDeliveries>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public static Task<WebhooksWorld> Start(string engine, params Integration[] integrations) =>
        Start(engine, new WebhooksOptions { Timeout = TimeSpan.FromSeconds(60) }, integrations);

    public static async Task<WebhooksWorld> Start(
        string engine, WebhooksOptions options, params Integration[] integrations) =>
        await Start(await TestEngine.Create(engine), new FakeTimeProvider(Birth), options, integrations);

    private static async Task<WebhooksWorld> Start(
        TestEngine engine, FakeTimeProvider time, WebhooksOptions options, IReadOnlyList<Integration> integrations)
    {
        var world = new WebhooksWorld(engine, time, options, integrations);
        await Migrations.Run(world.Database, [typeof(Database).Assembly, typeof(WebhooksModule).Assembly],
            CancellationToken.None);
        await WebhooksModule.Start(world._services, CancellationToken.None);
        world.Jobs.Watch();
        world.Jobs.Start();
        await world.Node.Join(CancellationToken.None);
        return world;
    }

    /// <summary>The same database in a new process, as after a stop.</summary>
    public async Task<WebhooksWorld> Restart(WebhooksOptions options)
    {
        _keep = true;
        var integrations = Tenants.All.ToList();
        await DisposeAsync();
        return await Start(_engine, Time, options, integrations);
    }

    /// <summary>Another node on the same database, with the same clock; the first one is to be disposed last.</summary>
    public async Task<WebhooksWorld> AnotherNode(WebhooksOptions options)
    {
        var other = await Start(_engine, Time, options, [.. Tenants.All]);
        other._keep = true;
        return other;
    }

    public void Provision(params Integration[] integrations) =>
        Tenants.Replace([.. integrations.Select(i => (i, (IReadOnlyList<string>)[]))]);

    public static Integration To(string url, string id = "int-1") => new()
    {
        Id = id,
        Name = "Shop " + id,
        Tenant = new Tenant("t", "T", true, 0, "USD"),
        Status = new CallbackTarget(url, "", ""),
        Inbound = new CallbackTarget(url, "", ""),
        AllowPrivateTargets = true,
    };

    private static Message MessageOf(string id, string integration, string clientId) => new()
    {
        Id = id,
        TenantId = "t",
        IntegrationId = integration,
        From = "27820000000",
        To = "27831234567",
        ClientMessageId = clientId,
        Content = new SmsContent("text", null, null, null, false),
        AcceptedAt = 0,
        DeadlineAt = long.MaxValue,
        Parts = 1,
    };

    public StatusChange Change(
        string message,
        MessageStatus status = MessageStatus.DeviceAck,
        int sequence = 2,
        bool behind = false,
        string integration = "int-1",
        string clientId = "c-1",
        string? error = null,
        long? charged = null) => new()
        {
            MessageId = message,
            IntegrationId = integration,
            ClientMessageId = clientId,
            From = "27820000000",
            To = "27831234567",
            Status = status,
            At = Time.NowMicros(),
            Parts = 1,
            Message = MessageOf(message, integration, clientId) with { Charged = charged },
            Sequence = sequence,
            Behind = behind,
            Error = error,
        };

    public void Hand(StatusChange change) => Feed.Hand(change);

    public async Task<(StatusChange Change, bool Told)> Settled() =>
        await Deadline.For(_settled.Reader.ReadAsync().AsTask(), "a settlement");

    public bool NothingSettled => !_settled.Reader.TryPeek(out _);

    public Task Receive(InboundReceived message) =>
        Database.Transact(tx => Events.Publish(tx, message), CancellationToken.None);

    /// <summary>
    /// Lets time pass; then, in small steps because whoever polls does so by the same clock, until the thing has come.
    /// </summary>
    public async Task<T> After<T>(TimeSpan span, Task<T> thing, string what)
    {
        Time.Advance(span);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Deadline.Longest;)
        {
            try
            {
                return await thing.WaitAsync(TimeSpan.FromMilliseconds(50));
            }
            catch (TimeoutException) when (!thing.IsCompleted)
            {
                Time.Advance(TimeSpan.FromMilliseconds(400));
            }
        }
        throw new TimeoutException($"{what} did not come");
    }

    /// <summary>The delivery once the condition holds.</summary>
    public async Task<WebhookDelivery> Delivery(string id, Func<WebhookDelivery, bool> condition, string what)
    {
        WebhookDelivery? last = null;
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < Deadline.Longest;)
        {
            last = await Deliveries.Show(id, CancellationToken.None);
            if (last is not null && condition(last)) return last;
            await Database.Drain(CancellationToken.None);
            await Task.Yield();
        }
        throw new TimeoutException($"{id} did not become {what}; it is {last}");
    }

    public async Task Stop()
    {
        if (_stopped) return;
        _stopped = true;
        await WebhooksModule.Stop(_services, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await Jobs.DisposeAsync();
        await Node.DisposeAsync();
        await Database.DisposeAsync();
        await _services.DisposeAsync();
        if (!_keep) await _engine.DisposeAsync();
    }

    private void Settle(StatusChange change, Action<Tx>? beside, Action? committed) =>
        _ = Settled(change, beside, committed);

    private async Task Settled(StatusChange change, Action<Tx>? beside, Action? committed)
    {
        await Database.Transact(tx => beside?.Invoke(tx), CancellationToken.None);
        committed?.Invoke();
        _settled.Writer.TryWrite((change, beside is null));
    }
}
