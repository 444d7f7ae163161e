using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Parley.Sandbox;

namespace Parley.Tests.Server.Marketplace;

/// <summary>The sandbox's bank and suppliers in a server of their own, so that they outlive a restart of ours.</summary>
internal sealed class PartnersHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _port = Ports.Free();

    private PartnersHost()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        builder.Services.AddSingleton(TimeProvider.System).AddSandbox(new SandboxOptions());
        _app = builder.Build();
        _app.MapGroup("").MapPartners();
    }

    public string Url => $"http://127.0.0.1:{_port}";

    public SandboxBank Bank => _app.Services.GetRequiredService<SandboxBank>();

    public SandboxSuppliers Suppliers => _app.Services.GetRequiredService<SandboxSuppliers>();

    public static async Task<PartnersHost> Start()
    {
        var host = new PartnersHost();
        await host._app.StartAsync();
        return host;
    }

    /// <summary>Two clients over one bank, a supplier that is down, one whose float is small, and one that works.</summary>
    public string Provisioning() =>
        $$"""
        marketplace:
          types: [ { id: 17, name: ElecBillpayment } ]
          vendors: [ { id: 12, name: Riverside } ]
          suppliers:
            - { id: river, url: "http://127.0.0.1:{{_port}}/suppliers/river", bearer: sandbox, signatureSecret: sandbox, timeoutSeconds: 30 }
            - { id: small, url: "http://127.0.0.1:{{_port}}/suppliers/small", bearer: sandbox, signatureSecret: sandbox, floatLimit: 200000 }
            - { id: down, url: "http://127.0.0.1:{{Ports.Free()}}" }
          fundingSources:
            - id: 3
              reserve: { url: "http://127.0.0.1:{{_port}}/bank/reserveFunds", signatureSecret: sandbox }
              result: { url: "http://127.0.0.1:{{_port}}/bank/transactResult", signatureSecret: sandbox }
          products:
            - {{Product(1, "river")}}
            - {{Product(2, "small")}}
            - {{Product(3, "down")}}
          clients:
            - id: 7
              secrets: [ first-secret, second-secret ]
              keys: [ first-client-key-0001 ]
              signatureSecrets: [ newer, older ]
              fundingSources: [ 3 ]
              refuseSimilar: true
              terms: [ { id: power, type: 17, feeFlat: 100, discountBasisPoints: 500 } ]
            - id: 8
              secrets: [ other-secret ]
              keys: [ other-client-key-0001 ]
              fundingSources: [ 3 ]
              terms: [ { id: power, type: 17, feeTiers: [ { upTo: 1000000, fee: 100 } ], shareBasis: purchase, shareBasisPoints: 800 } ]
        """;

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string Product(int id, string supplier) =>
        $"{{ id: {id}, type: 17, vendor: 12, description: Power, shortDescription: Power, country: NG, " +
        "currency: NGN, min: 1000, max: 1000000, target: meter, tokenBased: true, " +
        $"suppliers: [ {{ id: {supplier}, sku: sku-1701 }} ] }}";
}
