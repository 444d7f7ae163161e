using System.Collections.Concurrent;
using System.Diagnostics;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class MessageTraceTests
{
    [Fact]
    public async Task One_trace_follows_a_message_from_its_request_to_its_callbacks()
    {
        ConcurrentQueue<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name.StartsWith("Parley.", StringComparison.Ordinal),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await RunningServer.Start("sqlite");
        var id = await server.SendOne("27999000940", new string('x', 200));
        await server.Becomes(id, "DEVICE_ACK");
        List<Activity> Mine() => [.. spans.Where(s => s.TraceId.ToHexString() == id)];
        string[] expected = ["accept", "callback", "callback", "receipt", "receipt", "submit", "submit"];
        await Eventually.Holds(() => Mine().Count == expected.Length, "every span ended");
        Assert.Equal(expected, Mine().Select(s => s.OperationName).Order(StringComparer.Ordinal));
        Assert.All(
            Mine().Where(s => s.OperationName == "submit"),
            s => Assert.Equal("parley-sandbox", s.GetTagItem("parley.carrier")));
    }

    [Fact]
    public async Task A_refusal_is_an_error_in_the_trace()
    {
        ConcurrentQueue<Activity> spans = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == "Parley.Messages",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await RunningServer.Start("sqlite");
        var id = await server.SendOne("27999000004", "refused");
        await server.Becomes(id, "RECIPIENT_DOES_NOT_EXIST");
        var submit = Assert.Single(spans, s => s.TraceId.ToHexString() == id && s.OperationName == "submit");
        Assert.Equal(ActivityStatusCode.Error, submit.Status);
        Assert.Equal("command_status 0x0000000B", submit.StatusDescription);
    }
}
