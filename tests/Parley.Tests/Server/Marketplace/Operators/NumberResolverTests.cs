using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Server.Marketplace.Operators;
using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Server.Marketplace.Operators;

public sealed class NumberResolverTests
{
    [Fact]
    public async Task Remembers_answers_for_a_while_and_rests_after_silence()
    {
        await using var service = await NumberBook.Start();
        using var http = new PartnerHttp(TimeProvider.System);
        var (clock, catalogue) = (new JumpingClock(), new Catalogue());
        var resolver = new NumberResolver(http, catalogue, clock);
        Assert.Equal(Resolved.NotAsked, (await resolver.Ask("2348030000111", "NG", default)).Outcome);
        catalogue.Replace([Entry(service.Url, remember: 60)]);

        service.Answers["2348030000111"] = (200, """{"mnoCode":"62120","mnoName":"Airtel"}""");
        foreach (var _ in (int[])[1, 2])
            Assert.Equal(new(Resolved.Found, "62120", "Airtel"), await resolver.Ask("2348030000111", "NG", default));
        Assert.Equal("?msisdn=2348030000111&countryCode=NG", Assert.Single(service.Asked));
        clock.Jump(TimeSpan.FromSeconds(61));
        service.Answers["2348030000111"] = (404, "");
        Assert.Equal(Resolved.Unknown, (await resolver.Ask("2348030000111", "NG", default)).Outcome);

        service.Answers["2348030000112"] = (500, "");
        Assert.Equal(Resolved.NoAnswer, (await resolver.Ask("2348030000112", "NG", default)).Outcome);
        service.Answers["2348030000112"] = (200, """{"mnoName":"MTN"}""");
        Assert.Equal(Resolved.NoAnswer, (await resolver.Ask("2348030000112", "NG", default)).Outcome);
        Assert.Equal(3, service.Asked.Count);
        clock.Jump(TimeSpan.FromSeconds(6));
        Assert.Equal(new(Resolved.Found, null, "MTN"), await resolver.Ask("2348030000112", "NG", default));
    }

    [Fact]
    public async Task Waits_no_longer_than_its_time_limit()
    {
        await using var service = await NumberBook.Start();
        using var http = new PartnerHttp(TimeProvider.System);
        var catalogue = new Catalogue();
        catalogue.Replace([Entry(service.Url, remember: 60, timeout: 100)]);
        service.Answers["2348030000111"] = (0, "");
        var resolver = new NumberResolver(http, catalogue, TimeProvider.System);
        Assert.Equal(Resolved.NoAnswer, (await resolver.Ask("2348030000111", "NG", default)).Outcome);
    }

    [Theory]
    [InlineData(200, "{}", "Unknown")]
    [InlineData(200, """{"mnoCode":"1234567"}""", "Unknown")]
    [InlineData(200, "[]", "NoAnswer")]
    [InlineData(200, "no", "NoAnswer")]
    [InlineData(204, "", "NoAnswer")]
    [InlineData(302, "", "NoAnswer")]
    public void Takes_only_what_it_can_read(int status, string body, string outcome) => Assert.Equal(
        outcome, NumberResolver.Read(
            new(CallOutcome.Answered, status, System.Text.Encoding.UTF8.GetBytes(body), "")).Outcome.ToString());

    private static MarketEntry Entry(string url, int remember, int timeout = 5_000) => MarketEntry.Of(
        MarketEntry.Resolver, "number",
        new NumberResolution
        {
            Partner = new Partner { Url = url },
            RememberSeconds = remember,
            TimeoutMs = timeout,
        },
        demo: false);
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
        _app.MapGet("/", Answer);
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

    private async Task<IResult> Answer(HttpContext context, string msisdn)
    {
        Asked.Enqueue($"{context.Request.QueryString}");
        var (status, body) = Answers[msisdn];
        if (status > 0) return Results.Text(body, "application/json", statusCode: status);
        var gone = new TaskCompletionSource();
        await using (context.RequestAborted.Register(gone.SetResult)) await gone.Task;
        return Results.Empty;
    }
}
