using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Sandbox;

/// <summary>A call that the webhook receiver got.</summary>
public sealed record WebhookCall(
    DateTimeOffset At, string Path, IReadOnlyDictionary<string, string> Headers, JsonNode? Body);

/// <summary>Shows what was called: the newest five hundred calls.</summary>
public sealed class WebhookReceiver(TimeProvider time)
{
    private const int Kept = 500;
    private readonly Queue<WebhookCall> _calls = new();

    /// <summary>The calls, the newest last.</summary>
    public IReadOnlyList<WebhookCall> Calls
    {
        get
        {
            lock (_calls) return [.. _calls];
        }
    }

    internal async Task Take(Microsoft.AspNetCore.Http.HttpContext context)
    {
        JsonNode? body;
        try
        {
            body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        }
        catch (JsonException)
        {
            body = null;
        }
        var headers = context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString());
        lock (_calls)
        {
            _calls.Enqueue(new WebhookCall(time.GetUtcNow(), context.Request.Path, headers, body));
            if (_calls.Count > Kept) _calls.Dequeue();
        }
    }
}
