using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Server.Provisioning;

namespace Parley.Tests.Journeys;

/// <summary>Software that nobody here wrote, unmodified.</summary>
public sealed class PublicClientTests
{
    [Theory, MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task Clickatell_node_speaks_both_legacy_families(string engine)
    {
        NodeClient.Needed();
        await using var server = await RunningServer.Start(engine);
        var said = await NodeClient.Run(
            "clickatell-node.cjs", server.Http.BaseAddress!.ToString(), DemoKey.ReadOrMake(server.Folder),
            DemoProvisioning.User, DemoKey.ReadOrMakePassword(server.Folder), DemoProvisioning.ApiId);
        var calls = said.Select(line => JsonNode.Parse(line)!.AsArray()).ToList();
        foreach (var family in (string[])["http", "rest"])
        {
            var tour = new Queue<JsonArray>(calls.Where(c => (string)c[0]! == family));
            JsonNode Next(string name)
            {
                var call = tour.Dequeue();
                Assert.Equal(name, (string)call[1]!);
                Assert.True(call[2] is null, $"{family}: {call.ToJsonString()}");
                return call[3]!;
            }
            var sent = Next("sendMessage").AsArray();
            Assert.All(sent, m => Assert.Matches("^[0-9a-f]{32}$", (string)m!["id"]!));
            Assert.Equal(["27999000123", "27999000124"], sent.Select(m => (string)m!["destination"]!));
            foreach (var (query, index) in ((string, int)[])[("queryMessage", 0), ("getMessageCharge", 1)])
            {
                var status = Next(query);
                Assert.Equal((string)sent[index]!["id"]!, (string)status["id"]!);
                Assert.Matches("^00[234]$", (string)status["status"]!);
                Assert.Equal(1, (double)status["charge"]!);
            }
            Assert.False((bool)Next("sendMessage")[0]!["error"]!);
            Refused(Next("sendMessage")[0]!, "12");
            var mixed = Next("sendMessage");
            Assert.Matches("^[0-9a-f]{32}$", (string)mixed[0]!["id"]!);
            Refused(mixed[1]!, "12");
            var kept = (string)Next("sendMessage")[0]!["id"]!;
            var stopped = Next("stopMessage");
            Assert.Equal((kept, "006"), ((string)stopped["id"]!, (string)stopped["status"]!));
            Assert.Equal("103", (string)tour.Dequeue()[2]!["code"]!);
            Assert.Equal("100000", Next("getBalance")["balance"]!.ToString().Split('.')[0]);
            var coverage = Next("routeCoverage");
            Assert.Equal((true, "1"), ((bool)coverage["routable"]!, coverage["charge"]!.ToString()));
            await Eventually.Holds(
                () => server.Phones.On("27999000124").Any(
                    m => m.Text == $"Hello from {family}"), $"the text of {family} on the phone");
        }
        foreach (var family in (string[])["http-wrong", "rest-wrong"])
            Assert.Equal("001", (string)calls.Single(c => (string)c[0]! == family)[2]!["code"]!);
    }

    private static void Refused(JsonNode message, string destination)
    {
        Assert.Equal(JsonValueKind.False, message["id"]!.GetValueKind());
        Assert.Equal((destination, "105"), ((string)message["destination"]!, (string)message["code"]!));
    }
}
