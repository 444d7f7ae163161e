using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Parley.Tests.Server.Webhooks;

/// <summary>One request that the receiver got.</summary>
public sealed record ReceivedCallback(string Method, string Path, IReadOnlyDictionary<string, string> Headers,
    byte[] Body)
{
    public string Id => Headers["webhook-id"];

    /// <summary>The query as it came, without its question mark.</summary>
    public string Query { get; init; } = "";

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public JsonElement Items(string name) => Json.GetProperty("event").GetProperty(name);

    public string Text => Encoding.UTF8.GetString(Body);
}

/// <summary>A customer's callback address on a real socket, doing what its script says.</summary>
public sealed class CallbackReceiver : IAsyncDisposable
{
    private readonly Channel<ReceivedCallback> _received = Channel.CreateUnbounded<ReceivedCallback>();
    private readonly WebApplication _app;
    private int _underWay;
    private int _mostUnderWay;

    private CallbackReceiver()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(Answer);
    }

    /// <summary>Answers a request; the default is 200 without a body.</summary>
    public Func<ReceivedCallback, HttpContext, Task> Script { get; set; } = static (_, _) => Task.CompletedTask;

    public string Url { get; private set; } = "";

    public int Port => new Uri(Url).Port;

    public int MostUnderWay => _mostUnderWay;

    public static async Task<CallbackReceiver> Start()
    {
        var receiver = new CallbackReceiver();
        await receiver._app.StartAsync();
        var addresses =
            receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        receiver.Url = addresses.Single() + "/hook";
        return receiver;
    }

    /// <summary>Answers with these statuses in turn, and with the last of them from then on.</summary>
    public void Answers(params int[] statuses)
    {
        var next = 0;
        Script = (_, http) =>
        {
            http.Response.StatusCode = statuses[Math.Min(Interlocked.Increment(ref next), statuses.Length) - 1];
            return Task.CompletedTask;
        };
    }

    /// <summary>A script that never answers.</summary>
    public static Task Hang(ReceivedCallback received, HttpContext http) => Until(http.RequestAborted);

    /// <summary>Ends when the token falls.</summary>
    public static async Task Until(CancellationToken release)
    {
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = release.Register(() => released.TrySetResult());
        await released.Task;
    }

    public async Task<ReceivedCallback> Next() =>
        await Deadline.For(_received.Reader.ReadAsync().AsTask(), "a callback");

    public bool Nothing => !_received.Reader.TryPeek(out _);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext http)
    {
        var now = Interlocked.Increment(ref _underWay);
        InterlockedMax(ref _mostUnderWay, now);
        try
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            var headers = http.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
            var received = new ReceivedCallback(http.Request.Method, http.Request.Path, headers, body.ToArray())
            {
                Query = http.Request.QueryString.Value is { Length: > 1 } query ? query[1..] : "",
            };
            _received.Writer.TryWrite(received);
            await Script(received, http);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
