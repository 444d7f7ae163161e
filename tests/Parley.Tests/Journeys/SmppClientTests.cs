using System.Text.Json.Nodes;
using Parley.Tests.Server.Channels.SmppServer;

namespace Parley.Tests.Journeys;

/// <summary>The smpp package of Node.js, which nobody here wrote, as a client of the SMPP server.</summary>
public sealed class SmppClientTests
{
    [Fact]
    public async Task A_public_client_binds_submits_is_told_and_unbinds()
    {
        NodeClient.Needed();
        await using var world = await SmppWorld.Start("sqlite");
        using var client = NodeClient.Start("smpp.cjs", $"{world.Port}", "gate", "secret12", "3001");
        try
        {
            var said = new Said(client.StandardOutput);
            await said.Until(s => s.Any("ready"));
            await said.Until(s => s.All("deliver").Count() == 2);
            Assert.Equal([0x0E, 0x0F, 0x53], said.All("refused").Select(v => (int)v!));
            Assert.Equal("[0,\"Parley\"]", said.One("bound"));
            Assert.Equal("0", said.One("link"));
            Assert.Equal("[50,50]", said.One("window"));
            Assert.Equal("0", said.One("payload"));
            Assert.Equal("11", said.One("nowhere"));
            Assert.Equal(("1", "0", "12"), (said.One("query"), said.One("cancel"), said.One("again")));
            Receipts(said);
            await Arrived(world);
            Assert.True(world.Server.Smsc.SendFromPhone("27999000770", SmppWorld.Number, new string('r', 200)));
            await said.Until(s => s.All("deliver").Count() == 4);
            var reply = said.All("deliver").Skip(2).OrderBy(d => (string)d!["parts"]![0]!).ToList();
            Assert.Equal(new string('r', 200), string.Concat(reply.Select(d => (string)d!["text"]!)));
            await Eventually.Holds(async () => await world.Waiting() == 0, "everything is acknowledged");
            await client.StandardInput.WriteLineAsync("unbind");
            await said.Until(s => s.Any("unbound"));
            Assert.Equal("0", said.One("unbound"));
            await Deadline.For(client.WaitForExitAsync(), "the client's end");
            Assert.Equal(0, client.ExitCode);
        }
        finally
        {
            if (!client.HasExited) client.Kill();
        }
    }

    private static void Receipts(Said said)
    {
        var one = JsonNode.Parse(said.One("one"))!;
        var good = said.All("deliver").Single(d => (string)d!["from"]! == "27999000770")!;
        Assert.Equal((4, 2, (string)one[1]!), ((int)good["esm"]!, (int)good["state"]!, (string)good["id"]!));
        Assert.StartsWith($"id:{one[1]} sub:001 dlvrd:001 ", (string)good["text"]!, StringComparison.Ordinal);
        var bad = said.All("deliver").Single(d => (string)d!["from"]! == "27999000001")!;
        Assert.Equal((5, "030001"), ((int)bad["state"]!, (string)bad["error"]!));
    }

    private static async Task Arrived(SmppWorld world)
    {
        (string Phone, string Text)[] expected =
        [
            ("27999000770", "Hello from a client"), ("27999000772", "part 1;part 2;"),
            ("27999000773", "Добрый день"), ("27999000774", new string('p', 400)),
        ];
        foreach (var (phone, text) in expected)
        {
            await Eventually.Holds(() => world.Server.Phones.On(phone).Count == 1, $"the message to {phone}");
            Assert.Equal(text, world.Server.Phones.On(phone)[0].Text);
        }
        Assert.Empty(world.Server.Phones.On("27999000775"));
    }

    /// <summary>The client's lines so far.</summary>
    private sealed class Said(StreamReader output)
    {
        private readonly List<(string What, JsonNode? Value)> _lines = [];

        public bool Any(string what) => _lines.Exists(l => l.What == what);

        public IEnumerable<JsonNode?> All(string what) => _lines.Where(l => l.What == what).Select(l => l.Value);

        public string One(string what) => Assert.Single(All(what))!.ToJsonString();

        public async Task Until(Func<Said, bool> enough)
        {
            while (!enough(this))
            {
                var line = await Deadline.For(output.ReadLineAsync(), "the client's next line");
                Assert.True(line is not null, "The client ended: " + string.Join('\n', _lines.Select(l => l.What)));
                var read = JsonNode.Parse(line)!;
                _lines.Add(((string)read[0]!, read[1]));
            }
        }
    }
}
