using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Marketplace.Operators;
using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Server.Marketplace.Operators;

public sealed class AskResolverTests
{
    [Fact]
    public async Task Remembers_answers_for_a_while_and_rests_after_silence()
    {
        await using var service = await NumberBook.Start();
        using var http = new PartnerHttp(TimeProvider.System);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var (ask, settings) = (new AskResolver(http, clock), Settings(service.Url));

        service.Answers["2348030000111"] = (200, """{"mnoCode":"62120","mnoName":"Airtel"}""");
        foreach (var _ in (int[])[1, 2])
            Assert.Equal(new("62120", "Airtel"), await ask.Ask(settings, "2348030000111", "NG", default));
        Assert.Equal("""{"msisdn":"2348030000111","countryCode":"NG"}""", Assert.Single(service.Asked));
        clock.Advance(TimeSpan.FromSeconds(61));
        service.Answers["2348030000111"] = (404, "");
        Assert.Equal(new(null, null), await ask.Ask(settings, "2348030000111", "NG", default));

        service.Answers["2348030000112"] = (500, "");
        Assert.Null(await ask.Ask(settings, "2348030000112", "NG", default));
        service.Answers["2348030000112"] = (200, """{"mnoName":"MTN"}""");
        Assert.Null(await ask.Ask(settings, "2348030000112", "NG", default));
        Assert.Equal(3, service.Asked.Count);
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(new(null, "MTN"), await ask.Ask(settings, "2348030000112", "NG", default));
    }

    [Fact]
    public async Task Waits_no_longer_than_its_time_limit()
    {
        await using var service = await NumberBook.Start();
        using var http = new PartnerHttp(TimeProvider.System);
        service.Answers["2348030000111"] = (0, "");
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var (ask, settings) = (new AskResolver(http, clock), Settings(service.Url) with { TimeoutSeconds = 1 });
        var asked = ask.Ask(settings, "2348030000111", "NG", default);
        await Eventually.Holds(() => service.Asked.Count == 1, "it is asked");
        clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await asked);
        // It rests from then on, not from when it was asked.
        Assert.Null(await ask.Ask(settings, "2348030000112", "NG", default));
        Assert.Single(service.Asked);
    }

    [Theory]
    [InlineData(200, "{}", " ")]
    [InlineData(200, """{"mnoCode":"62120"}""", "62120 ")]
    [InlineData(404, "no such number", " ")]
    [InlineData(200, """{"mnoCode":"1234567"}""", null)]
    [InlineData(200, """{"mnoCode":"6212x"}""", null)]
    [InlineData(200, "[]", null)]
    [InlineData(200, "no", null)]
    [InlineData(204, "", null)]
    [InlineData(302, "", null)]
    public void Takes_only_what_it_can_read(int status, string body, string? said)
    {
        var read = AskResolver.Read(new(CallOutcome.Answered, status, Encoding.UTF8.GetBytes(body), ""));
        Assert.Equal(said, read is null ? null : $"{read.Code} {read.Name}");
    }

    private static NumberResolver Settings(string url) =>
        new() { Partner = new Partner { Url = url }, RememberSeconds = 60 };
}

/// <summary>A service that knows operators of numbers, by what a test says; status 0 never answers.</summary>
internal sealed class NumberBook : IAsyncDisposable
{
    private readonly WebApplication _app;

    private NumberBook()
    {
        Url = $"http://127.0.0.1:{Ports.Free()}";
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(Url);
        _app = builder.Build();
        _app.MapPost("/", (Delegate)Answer);
    }

    public string Url { get; }

    public ConcurrentDictionary<string, (int Status, string Body)> Answers { get; } = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<NumberBook> Start()
    {
        var service = new NumberBook();
        await service._app.StartAsync();
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> Answer(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var asked = await reader.ReadToEndAsync();
        Asked.Enqueue(asked);
        var (status, body) = Answers[(string)JsonNode.Parse(asked)!["msisdn"]!];
        if (status > 0) return Results.Text(body, "application/json", statusCode: status);
        var gone = new TaskCompletionSource();
        await using (context.RequestAborted.Register(gone.SetResult)) await gone.Task;
        return Results.Empty;
    }
}
