using System.Globalization;

namespace Parley.Bench.Market;

/// <summary>What both sides of the marketplace agree on in a measured run.</summary>
static class MarketSettings
{
    public const int Client = 7;
    public const int Product = 501;
    public const int Source = 3;
    public const string Supplier = "bench";
    public const string Currency = "ZAR";
    public const string Key = "bench-market-key-0000000000000001";
    public const string ClientSecret = "bench-market-secret-0000000000001";
    public const string SignatureSecret = "bench-signature-secret-0000000001";
    public const string BankSecret = "bench-bank-secret-0000000000000001";
    public const string SupplierSecret = "bench-supplier-secret-000000000001";
    public const string Purchases = "/apiman-gateway/PaydServices/reserve-and-transact/1.0";
    public const string Tokens = "/auth/realms/UAT-API/protocol/openid-connect/token";

    /// <summary>A purchase's amount, the fee on it, and what of it goes to whom, in minor units.</summary>
    public const long Amount = 10_000, Fee = 100, ToSupplier = 9_500, Settlement = 9_900;

    /// <summary>Each buyer is known to every side by his number.</summary>
    public const long FirstBuyer = 27_820_000_000;

    /// <summary>The provisioning of the measured server: one client, one bank, one supplier, one product.</summary>
    public static string Provisioning(int port) => string.Create(CultureInfo.InvariantCulture, $"""
        tenants:
          - name: bench
            integrations:
              - name: bench-sms
                keys: [bench-key-000000000000000000000001]
        marketplace:
          types:
            - {"{"} id: 17, name: ElecBillpayment {"}"}
          vendors:
            - {"{"} id: 1, name: Bench power {"}"}
          suppliers:
            - {"{"} id: {Supplier}, url: "http://127.0.0.1:{port}/supplier", bearer: bench, signatureSecret: {SupplierSecret} {"}"}
          fundingSources:
            - id: {Source}
              name: Bench bank
              reserve: {"{"} url: "http://127.0.0.1:{port}/bank/reserveFunds", signatureSecret: {BankSecret} {"}"}
              result: {"{"} url: "http://127.0.0.1:{port}/bank/transactResult", signatureSecret: {BankSecret} {"}"}
          products:
            - id: {Product}
              type: 17
              vendor: 1
              description: Prepaid power
              shortDescription: Prepaid power
              country: ZA
              currency: {Currency}
              min: 500
              max: 100000
              step: 100
              target: meter
              tokenBased: true
              suppliers: [{"{"} id: {Supplier}, sku: power {"}"}]
          clients:
            - id: {Client}
              name: Bench client
              secrets: [{ClientSecret}]
              keys: [{Key}]
              signatureSecrets: [{SignatureSecret}]
              fundingSources: [{Source}]
              terms:
                - {"{"} id: power, type: 17, feeBasisPoints: 100, discountBasisPoints: 500, shareBasisPoints: 4000 {"}"}
        """);
}
