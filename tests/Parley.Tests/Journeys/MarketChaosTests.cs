using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Parley.Sandbox;
using Parley.Tests.Server.Marketplace;

namespace Parley.Tests.Journeys;

/// <summary>
/// Kills the server's process (SIGKILL) while it sells, several times, over a bank and a supplier that live on. Then every
/// purchase, answered or not, must be final, told as it is recorded, and the same at the bank and the supplier.
/// </summary>
public sealed class MarketChaosTests
{
    private const int Rounds = 3;
    private const int Buyers = 8;
    private const string Buyer = "2348030000111";
    private const long Opening = 10_000_000_000, Reserved = 200_100, Settled = 200_100 - 16_000;

    private static readonly string[] FirstAnswer = ["raasTxnRef", "reserveFundsTxnRef", "responseCode"];

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task What_was_bought_while_the_server_was_killed_ends_once_and_as_it_was_answered(string engineName)
    {
        await using var engine = await TestEngine.Create(engineName);
        await using var partners = await PartnersHost.Start();
        await using var smsc = new SandboxSmsc(
            new SandboxOptions(), new Phones(TimeProvider.System), TimeProvider.System);
        var folder = Directory.CreateTempSubdirectory("parley-market-chaos-").FullName;
        var provisioning = Path.Combine(folder, "chaos.yaml");
        await File.WriteAllTextAsync(provisioning, partners.Provisioning() + Carrier(smsc.Port));
        string[] storage =
            ["--Storage:Folder", Path.Combine(folder, "data"), "--Storage:Postgres", engine.Storage.Postgres];
        var load = new Load();
        for (var round = 0; round < Rounds; round++) await load.UntilKilled(provisioning, storage, 20 + (15 * round));

        await using (var server = await RunningServer.Start(
            engineName, ["--Provision", provisioning, "--Sandbox:Enabled", "false", .. storage]))
        {
            var world = MarketWorld.Of(server, 8, "other-client-key-0001", "other-secret");
            await Judge(world, partners, load);
        }
        Directory.Delete(folder, recursive: true);
    }

    private static async Task Judge(MarketWorld world, PartnersHost partners, Load load)
    {
        // The guards of reservations that a kill left open are due (70 s), and the first questions about vends.
        world.Jump(TimeSpan.FromSeconds(90));
        Dictionary<int, string> references = [];
        foreach (var number in load.Sent.Order())
        {
            var (status, body) = await world.Post(MarketWorld.Reserve, Load.Order(number));
            Assert.Equal(200, status);
            references[number] = (string)body!["raasTxnRef"]!;
            if (load.Answered.TryGetValue(number, out var first))
                Assert.All(FirstAnswer, name => Assert.Equal((string?)first[name], (string?)body[name]));
        }
        // A vend that was committed and not sent is unknown to the supplier, which is believed after two minutes.
        world.Jump(TimeSpan.FromMinutes(3));
        var sold = 0;
        foreach (var (number, reference) in references)
            if (await IsSold(world, partners, number, reference)) sold++;
        Assert.Equal(Opening - (sold * Reserved), partners.Bank.BalanceOf(Buyer, "NGN"));
        Assert.Equal(sold * Settled, await world.Posted("market:client:8:NGN"));
        Assert.InRange(sold, load.Answered.Count / 2, references.Count);
        await world.BooksBalance();
        TestContext.Current.SendDiagnosticMessage(
            $"market chaos: {Rounds} kills, {references.Count} bought, {load.Answered.Count} answered, {sold} sold");
    }

    private static async Task<bool> IsSold(MarketWorld world, PartnersHost partners, int number, string reference)
    {
        JsonNode found = await world.Lookup(reference);
        await Eventually.Holds(
            async () => (string?)(found = await world.Lookup(reference))["transactionStatus"] != "PENDING",
            $"purchase {number} ends", Deadline.TakenOver);
        await Eventually.Holds(() => partners.Bank.ResultsOf(reference).Count > 0, $"purchase {number} is told");
        var sold = (string?)found["transactionStatus"] == "SUCCESS";
        var told = partners.Bank.ResultsOf(reference).Select(r => r.ToJsonString()).Distinct().ToList();
        var outcome = JsonNode.Parse(Assert.Single(told))!;
        Assert.Equal((string?)found["transactResultResponseCode"], (string?)outcome["responseCode"]);
        Assert.Equal((string?)found["reserveFundsTxnRef"], (string?)outcome["reserveFundsTxnRef"]);
        await Eventually.Holds(
            () => partners.Bank.HoldOf(reference)?.State is null or "debited" or "released", "the bank has settled");
        if (sold) Assert.Equal("debited", partners.Bank.HoldOf(reference)?.State);
        else Assert.NotEqual("debited", partners.Bank.HoldOf(reference)?.State);
        Assert.Equal(sold ? 1 : 0, partners.Suppliers.VendsFor("river", Load.Target(number)).Count);
        return sold;
    }

    private static string Carrier(int port) =>
        $$"""

        carriers:
          - { name: sandbox, host: 127.0.0.1, port: {{port}}, systemId: sandbox, password: sandbox, defaultSender: Parley }
        """;

    /// <summary>Buyers that buy for as long as they are answered.</summary>
    private sealed class Load
    {
        private int _sent;

        public ConcurrentBag<int> Sent { get; } = [];

        public ConcurrentDictionary<int, JsonNode> Answered { get; } = [];

        /// <summary>No digits at its end that mean something to the sandbox.</summary>
        public static string Target(int number) => $"457{number:D6}7";

        public static string Order(int number) =>
            $$"""
            {"clientId":8,"clientTxnRef":"K-{{number}}","productId":1,"purchaseAmount":200000,"feeAmount":100,"channelId":7,
             "channelName":"USSD","channelSessionId":"1","sourceIdentifier":"{{Buyer}}","targetIdentifier":"{{Target(number)}}"}
            """;

        public async Task UntilKilled(string provisioning, string[] storage, int answers)
        {
            var port = Ports.Free();
            using var server = await ServerProcess.Start(port, provisioning, "", storage);
            using var http = new HttpClient
            {
                BaseAddress = new Uri($"http://127.0.0.1:{port}"),
                Timeout = Deadline.Longest,
            };
            await Enter(http);
            var before = Answered.Count;
            var buyers = Enumerable.Range(0, Buyers).Select(_ => Buy(http)).ToArray();
            await Eventually.Holds(() => Answered.Count - before >= answers, $"{answers} purchases are answered");
            server.Dispose();
            await Task.WhenAll(buyers);
        }

        private static async Task Enter(HttpClient http)
        {
            using var form = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["client_id"] = "8",
                ["client_secret"] = "other-secret",
                ["grant_type"] = "client_credentials",
            });
            using var response = await http.PostAsync(MarketWorld.TokenPath, form);
            var token = (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"];
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            http.DefaultRequestHeaders.Add("X-API-Key", "other-client-key-0001");
        }

        private async Task Buy(HttpClient http)
        {
            while (true)
            {
                var number = Interlocked.Increment(ref _sent);
                Sent.Add(number);
                try
                {
                    using var order = new StringContent(Order(number), null, "application/json");
                    using var response = await http.PostAsync(MarketWorld.Base + MarketWorld.Reserve, order);
                    var body = await response.Content.ReadAsStringAsync();
                    Assert.True(response.IsSuccessStatusCode, body);
                    Answered[number] = JsonNode.Parse(body)!;
                }
                catch (Exception error) when (error is HttpRequestException or IOException)
                {
                    // It was killed: whether this was bought is open, and found out by buying it again.
                    return;
                }
            }
        }
    }
}
