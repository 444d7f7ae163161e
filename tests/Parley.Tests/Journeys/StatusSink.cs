using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Tests.Journeys;

/// <summary>A merchant's callback address that remembers the latest status of each message, and how often it was told.</summary>
internal sealed class StatusSink : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StatusSink(WebApplication app)
    {
        _app = app;
        app.MapPost("/status", async (HttpContext context) =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body);
            foreach (var change in body!["event"]!["messageStatusUpdate"]!.AsArray())
            {
                var (id, status) = ((string)change!["messageId"]!, (string)change["status"]!);
                Times.AddOrUpdate((id, status), 1, static (_, times) => times + 1);
                Latest[id] = status;
            }
        });
        app.MapPost("/inbound", async (HttpContext context) =>
        {
            var body = await JsonNode.ParseAsync(context.Request.Body);
            foreach (var text in body!["event"]!["moText"]!.AsArray()) Inbound.Enqueue(text!);
        });
    }

    /// <summary>Messages from phones, in the order of their callbacks.</summary>
    public ConcurrentQueue<JsonNode> Inbound { get; } = new();

    public ConcurrentDictionary<string, string> Latest { get; } = new();

    public ConcurrentDictionary<(string Id, string Status), int> Times { get; } = new();

    public string Url => _app.Urls.First() + "/status";

    public static async Task<StatusSink> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var sink = new StatusSink(builder.Build());
        await sink._app.StartAsync();
        return sink;
    }

    /// <summary>Waits until each of the messages was last told as this.</summary>
    /// <param name="ids">The messages.</param>
    /// <param name="status">The status.</param>
    /// <param name="story">Tells of one that was not, for the failure's text.</param>
    /// <param name="longest">If other than usual.</param>
    public async Task AllAre(
        IReadOnlyCollection<string> ids, string status, Func<string, Task<string>>? story = null,
        TimeSpan? longest = null)
    {
        List<string> Open() => [.. ids.Where(id => Latest.GetValueOrDefault(id) != status)];
        try
        {
            await Eventually.Holds(
                () => Open().Count == 0, "every accepted message is final and called back",
                longest ?? Deadline.Longest);
        }
        catch (Xunit.Sdk.XunitException)
        {
            var one = Open().FirstOrDefault() ?? "";
            Assert.Fail(
                $"Not {status} and called back: {Open().Count} of {ids.Count}, such as {one}, told " +
                $"{Latest.GetValueOrDefault(one)}: {(story is null ? "" : await story(one))}");
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
