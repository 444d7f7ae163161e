namespace Parley.Tests.Server.Marketplace;

/// <summary>A client that sells DT One's airtime and vouchers, with a supplier of our own protocol as second choice.</summary>
internal sealed class DtOneMarket : IAsyncDisposable
{
    public const string Secret = "0123456789abcdefghijklmn";

    private readonly PartnersHost _partners;

    private DtOneMarket(PartnersHost partners, DtOnePreprod preprod, MarketWorld world) =>
        (_partners, Preprod, World) = (partners, preprod, world);

    public DtOnePreprod Preprod { get; }

    public MarketWorld World { get; }

    public static async Task<DtOneMarket> Start(string engine)
    {
        var partners = await PartnersHost.Start();
        var clock = new Relay();
        var preprod = await DtOnePreprod.Start(clock);
        var (file, port) = (
            Path.Combine(Directory.CreateTempSubdirectory("parley-market-").FullName, "market.yaml"), Ports.Free());
        await File.WriteAllTextAsync(file, Provisioning(partners, preprod, port));
        var server = await RunningServer.Start(engine, "--Provision", file, "--urls", $"http://127.0.0.1:{port}");
        clock.Of = server.Clock;
        return new(partners, preprod, MarketWorld.Of(server, 9, "dtone-client-key-0001", "dtone-secret"));
    }

    /// <summary>Buys airtime for 500.00 naira; answers our reference and DT One's name of the first attempt.</summary>
    public async Task<(string Reference, string Vend)> Buys(string clientRef, string target, int product = 1)
    {
        var order = World.Order(clientRef, target, product: product, amount: "50000", fee: "0");
        var reference = await World.Buys(MarketWorld.Reserve, order, 200, "0000");
        return (reference, reference + "-1");
    }

    /// <summary>DT One calls back, again when it is told to.</summary>
    public Task Tells(string vend) =>
        Eventually.Holds(async () => await Preprod.CallBack(vend) == 204, $"the callback of {vend} is taken");

    public async ValueTask DisposeAsync()
    {
        await World.DisposeAsync();
        await Preprod.DisposeAsync();
        await _partners.DisposeAsync();
    }

    private static string Provisioning(PartnersHost partners, DtOnePreprod preprod, int port) =>
        $$"""
        marketplace:
          types: [ { id: 101, name: Airtime } ]
          vendors: [ { id: 12, name: Riverside } ]
          suppliers:
            - id: dtone
              protocol: dtone
              url: "{{preprod.Url}}"
              user: {{DtOnePreprod.Key}}
              password: {{DtOnePreprod.Secret}}
              callback: { url: "http://127.0.0.1:{{port}}/", secret: {{Secret}} }
              quarantine: { unanswered: 3, firstSeconds: 600 }
            - { id: river, url: "{{partners.Url}}/suppliers/river", bearer: sandbox, signatureSecret: sandbox }
          fundingSources:
            - id: 3
              reserve: { url: "{{partners.Url}}/bank/reserveFunds", signatureSecret: sandbox }
              result: { url: "{{partners.Url}}/bank/transactResult", signatureSecret: sandbox }
          products:
            - {{Product(1, false, "{ id: dtone, sku: '1001' }")}}
            - {{Product(2, true, "{ id: dtone, sku: '1003' }")}}
            - {{Product(3, false, "{ id: dtone, sku: '1001' }, { id: river, sku: sku-1701 }")}}
          clients:
            - id: 9
              secrets: [ dtone-secret ]
              keys: [ dtone-client-key-0001 ]
              fundingSources: [ 3 ]
              terms: [ { id: airtime, type: 101, discountBasisPoints: 500 } ]
        """;

    private static string Product(int id, bool token, string suppliers) =>
        $"{{ id: {id}, type: 101, vendor: 12, description: Airtime, shortDescription: Airtime, country: NG, " +
        $"currency: NGN, min: 1000, max: 1000000, tokenBased: {(token ? "true" : "false")}, " +
        $"suppliers: [ {suppliers} ] }}";

    /// <summary>The clock of a server that is not there yet.</summary>
    private sealed class Relay : TimeProvider
    {
        public TimeProvider Of { get; set; } = System;

        public override DateTimeOffset GetUtcNow() => Of.GetUtcNow();
    }
}
