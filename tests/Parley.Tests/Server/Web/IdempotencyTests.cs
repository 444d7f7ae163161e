using System.Net;
using System.Text.Json.Nodes;
using Parley.Tests.Server.Channels.OneApi;

namespace Parley.Tests.Server.Web;

/// <summary>The header that makes a send repeatable, beyond the contract.</summary>
public sealed class IdempotencyTests(OneApiWorld world) : IClassFixture<OneApiWorld>
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_same_idempotency_key_and_body_get_the_first_answer_again(string engine)
    {
        var key = Unique();
        const string json = """{"messages":[{"to":"27999000123","content":"x"},{"to":"1","content":"x"}]}""";
        var first = await world.Post(engine, json, key);
        var second = await world.Post(engine, json, key);
        Assert.Equal((207, 207), (first.Status, second.Status));
        Assert.Equal(first.Body, second.Body);
        Assert.False(first.Response.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal(["true"], second.Response.Headers.GetValues("Idempotent-Replayed"));
        var other = await world.Post(engine, json, key, OneApiWorld.TwoWayKey);
        Assert.NotEqual(first.Body, other.Body);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task The_same_idempotency_key_with_another_body_is_refused(string engine)
    {
        var key = Unique();
        var first = await world.Post(engine, OneApiDoorTests.OneValid, key);
        var second = await world.Post(
            engine, OneApiDoorTests.OneValid.Replace("27999000123", "27999000124", StringComparison.Ordinal), key);
        Assert.Equal((202, 400), (first.Status, second.Status));
        Assert.Equal(21, (int)JsonNode.Parse(second.Body)!["error"]!["code"]!);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task Of_many_at_once_with_one_idempotency_key_one_is_accepted(string engine)
    {
        var key = Unique();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(_ => world.Post(engine, OneApiDoorTests.OneValid, key)));
        Assert.All(answers, a => Assert.True(a.Status is 202 or 503, a.Body));
        var busy = answers.Where(a => a.Status == 503).Select(a => JsonNode.Parse(a.Body)!);
        Assert.All(busy, answer => Assert.Equal(19, (int)answer["error"]!["code"]!));
        Assert.Single(answers.Where(a => a.Status == 202).Select(a => a.Body).Distinct());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_idempotency_key_that_is_none_is_refused(string engine)
    {
        foreach (var key in (string[])[" ", "with blank", new('k', 201)])
        {
            var (status, body, _) = await world.Post(engine, OneApiDoorTests.OneValid, key);
            Assert.Equal(HttpStatusCode.BadRequest, (HttpStatusCode)status);
            Assert.Equal(21, (int)JsonNode.Parse(body)!["error"]!["code"]!);
        }
    }

    private static string Unique() => "key-" + Guid.NewGuid().ToString("n");
}
