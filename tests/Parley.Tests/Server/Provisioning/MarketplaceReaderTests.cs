using Parley.Server.Marketplace.Products;
using Parley.Server.Provisioning;
using Parley.Tests.Server.Marketplace;

namespace Parley.Tests.Server.Provisioning;

public sealed class MarketplaceReaderTests
{
    [Fact]
    public async Task Reads_a_marketplace_whose_secrets_are_hashed_or_needed()
    {
        await using var partners = await PartnersHost.Start();
        var read = ProvisioningFile.Parse(partners.Provisioning(), "m.yaml", _ => null);
        Assert.Empty(read.Problems);
        var catalogue = new Catalogue();
        catalogue.Replace(read.Document!.Marketplace);
        var client = catalogue.Client(7)!;
        Assert.Equal(2, client.SecretHashes.Count);
        Assert.DoesNotContain(read.Document.Marketplace, e =>
            e.Body.Contains("first-secret", StringComparison.Ordinal));
        Assert.Equal(["newer", "older"], client.SignatureSecrets);
        var product = catalogue.Product(2)!;
        Assert.Equal((1_000, 1_000_000, TargetKind.Meter), (product.Least, product.Most, product.Target));
        Assert.Equal(100, catalogue.Terms(7, product, 1)!.FeeFlat);
        Assert.Equal(200_000, catalogue.Supplier("small")!.FloatLimit);
        Assert.Null(catalogue.Supplier("river")!.FloatLimit);
    }

    [Fact]
    public void Names_every_problem_with_its_line()
    {
        const string text =
            """
            marketplace:
              types: [ { id: 17, name: Power } ]
              suppliers: [ { id: river, url: "ftp://example.com" } ]
              products:
                - { id: 100000, type: 18, vendor: 1, description: a, shortDescription: b, country: NG, currency: XXX, min: 5, max: 4, suppliers: [ { id: nobody, sku: x } ] }
              clients:
                - { id: 7, keys: [ short ], fundingSources: [ 9 ], terms: [ { id: a } ], colour: red }
            """;
        var problems = ProvisioningFile.Parse(text, "m.yaml", _ => null).Problems;
        foreach (var part in (string[])
            ["suppliers[0].url", "100000", "no such type", "no such vendor", "XXX", "larger than max",
                "no supplier 'nobody'",
                "secrets: is missing", "fewer than 16", "no funding source 9", "either a product or a type", "colour"])
            Assert.Contains(problems, p => p.Contains(part, StringComparison.Ordinal));
        Assert.All(problems, p => Assert.Matches("\\(line \\d\\)$", p));
    }

    [Fact]
    public void Reads_suppliers_of_DT_One_their_policies_and_every_way_to_prove_ourselves()
    {
        const string text =
            """
            marketplace:
              suppliers:
                - id: dtone
                  protocol: dtone
                  url: https://preprod-dvs-api.dtone.com/v1
                  user: key
                  password: secret
                  synchronous: true
                  active: false
                  callback: { url: "https://pay.example.com/", secret: 0123456789abcdefghijklmn }
                  quarantine: { unanswered: 0, failedPercent: 0, firstSeconds: 10, longestSeconds: 60 }
              fundingSources:
                - id: 1
                  reserve:
                    url: https://bank.example.com/reserve
                    oauth: { tokenUrl: "https://bank.example.com/token", clientId: us, clientSecret: s, scope: reserve, secretInForm: true }
                    apiKey: { header: X-Bank-Key, value: k }
                  result: { url: "https://bank.example.com/result" }
              numberResolver: { url: "https://numbers.example.com", fallback: true }
            """;
        var read = ProvisioningFile.Parse(text, "m.yaml", _ => null);
        Assert.Empty(read.Problems);
        var catalogue = new Catalogue();
        catalogue.Replace(read.Document!.Marketplace);
        var supplier = Assert.Single(catalogue.Suppliers);
        Assert.Equal((SupplierProtocol.DtOne, true, false, false),
            (supplier.Protocol, supplier.Synchronous, supplier.TwoSteps, supplier.Active));
        Assert.Equal("https://pay.example.com", supplier.CallbackUrl);
        Assert.Equal(
            new QuarantinePolicy { Strikes = 0, SharePercent = 0, FirstSeconds = 10, LongestSeconds = 60 },
            supplier.Quarantine);
        var bank = catalogue.Source(1)!.Reserve;
        Assert.Equal(("reserve", true), (bank.OAuth!.Scope, bank.OAuth.SecretInForm));
        Assert.Equal(new PartnerApiKey("X-Bank-Key", "k"), bank.ApiKey);
        Assert.Equal((true, 5, 300),
            (catalogue.Resolver!.Fallback, catalogue.Resolver.TimeoutSeconds, catalogue.Resolver.RememberSeconds));
    }

    [Fact]
    public void Names_what_is_wrong_with_suppliers_and_proofs()
    {
        const string text =
            """
            marketplace:
              types: [ { id: 1, name: Airtime } ]
              vendors: [ { id: 1, name: Riverside } ]
              suppliers:
                - { id: dtone, protocol: dtone, url: "https://x.example.com", callback: { url: "nowhere", secret: short } }
                - { id: river, url: "https://x.example.com", user: a, bearer: b, synchronous: true }
                - { id: delta, url: "https://x.example.com", tls: { certificate: /nowhere/at/all.pem }, quarantine: { firstSeconds: 9, longestSeconds: 8 } }
                - { id: creek, url: "https://x.example.com", tls: { key: a }, oauth: { tokenUrl: x }, apiKey: { header: "a b" } }
              products:
                - { id: 1, type: 1, vendor: 1, description: a, shortDescription: b, country: NG, currency: NGN, price: 1, suppliers: [ { id: dtone, sku: x } ] }
            """;
        var problems = ProvisioningFile.Parse(text, "m.yaml", _ => null).Problems;
        foreach (var part in (string[])
            ["suppliers[0].callback.url", "suppliers[0].callback.secret: must be 24", "more than one of user",
                "synchronous: is not known", "suppliers[2].tls.certificate: can't be used",
                "is more than longestSeconds",
                "suppliers[3].tls.certificate: is missing", "oauth.tokenUrl: must be", "oauth.clientSecret: is missing",
                "apiKey.header", "apiKey.value: is missing", "products[0].suppliers[0].sku: must be DT One's"])
            Assert.Contains(problems, p => p.Contains(part, StringComparison.Ordinal));
    }
}
