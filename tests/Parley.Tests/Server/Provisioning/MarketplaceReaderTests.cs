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
}
