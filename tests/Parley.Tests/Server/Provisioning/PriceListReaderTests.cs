using Parley.Server.Channels.Billing;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Provisioning;

public sealed class PriceListReaderTests
{
    [Fact]
    public void Reads_a_list()
    {
        var list = Assert.Single(ProvisioningFile.Parse(
            """
            priceLists:
              - name: usual
                currency: USD
                default: 0.05
                prices:
                  - { country: za, perPart: 0.0225 }
                  - { prefixes: ["+2782", "2783"], operator: "65501", perPart: 0.02, fromParts: 2, channel: whatsApp }
            """,
            "parley.yaml", _ => null).Document!.PriceLists);
        Assert.Equal(("usual", "USD", 50_000), (list.Id, list.Currency, list.DefaultMicros));
        Assert.Equal(("ZA", 22_500L, 1), (list.Prices[0].Country, list.Prices[0].PartMicros, list.Prices[0].FromParts));
        Assert.Equal(["2782", "2783"], list.Prices[1].Prefixes);
        Assert.Equal(
            ("65501", 2, PricedChannel.WhatsApp),
            (list.Prices[1].Operator, list.Prices[1].FromParts, list.Prices[1].Channel));
    }

    [Fact]
    public void Says_what_is_wrong() => Assert.Equal(
        [
            "priceLists[0].default: is missing (line 2)",
            "priceLists[0].prices[0]: must name either a country or prefixes (line 5)",
            "priceLists[0].prices[1].country: 'QQ' is not the two letters of a country (line 6)",
            "priceLists[0].prices[2].operator: must be MCC and MNC, five or six digits (line 7)",
            "priceLists[0].prices[2].operator: needs the prefixes of its numbers, not a country (line 7)",
            "priceLists[0].prices[3].prefixes[0]: must be 1 to 15 digits (line 8)",
            "priceLists[0].prices[4].perPart: is not an amount from 0 to 1000 with at most six digits after the point (line 9)",
            "priceLists[0].prices[4]: the price of 'ZA (Sms, from 1 parts, list a)' is already at priceLists[0].prices[2] on line 7 (line 9)",
        ],
        ProvisioningFile.Parse(
            """
            priceLists:
              - name: a
                currency: USD
                prices:
                  - { perPart: 1 }
                  - { country: QQ, perPart: 1 }
                  - { country: ZA, operator: "655", perPart: 1 }
                  - { prefixes: ["27x"], perPart: 1 }
                  - { country: ZA, perPart: -1 }
            """,
            "parley.yaml", _ => null).Problems);
}
