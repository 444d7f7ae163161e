using System.Text;
using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Settlement;

namespace Parley.Tests.Server.Marketplace.Settlement;

/// <summary>The sale of the contract's worked example (marketplace §8), and one that failed.</summary>
public sealed class SettlementFileTests
{
    private static readonly SettlementDay Day = SettlementDay.Parse("2026-03-04")!.Value;

    [Fact]
    public void Lists_sales_then_totals_as_csv()
    {
        var lines = Written(SettlementForm.Csv).Split("\r\n");
        Assert.Equal(6, lines.Length);
        Assert.Equal("", lines[^1]);
        var columns = lines[0].Split(',');
        Assert.All(lines[..^1], l => Assert.Equal(columns.Length, l.Split(',').Length));
        Assert.Equal(
            "transaction,2026-03-04,412,NGN,SUCCESS,1,200000,10000,210000,200000,4000,206000,"
            + "5b1e8a4e-1f0b-4a53-9a0e-2c1b7f0c9d11,'=1+1,hold-1,2026-03-04T00:00:01.000Z,2026-03-04T00:00:00.000Z,"
            + "1701,17,7,0000",
            lines[1]);
        Assert.StartsWith(
            "transaction,2026-03-04,412,NGN,FAILED,1,200000,10000,210000,200000,4000,0,", lines[2],
            StringComparison.Ordinal);
        Assert.Equal(
            "total,2026-03-04,412,NGN,SUCCESS,1,200000,10000,210000,200000,4000,206000,,,,,,,,,", lines[3]);
        Assert.Equal("total,2026-03-04,412,NGN,FAILED,1,200000,10000,210000,200000,4000,0,,,,,,,,,", lines[4]);
    }

    [Fact]
    public void Says_the_same_as_json_and_nothing_of_what_a_supplier_costs()
    {
        var file = JsonNode.Parse(Written(SettlementForm.Json))!;
        Assert.Equal(
            ("2026-03-04", "UTC", 412), ((string)file["date"]!, (string)file["timeZone"]!, (int)file["clientId"]!));
        Assert.Equal("=1+1", (string)file["transactions"]![0]!["clientTxnRef"]!);
        Assert.Equal([206_000, 0], file["transactions"]!.AsArray().Select(t => (long)t!["settlementAmount"]!));
        Assert.Equal([206_000, 0], file["totals"]!.AsArray().Select(t => (long)t!["settlementAmount"]!));
        foreach (var form in Enum.GetValues<SettlementForm>())
        {
            Assert.DoesNotContain("190000", Written(form), StringComparison.Ordinal);
            Assert.DoesNotContain("16000", Written(form), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Keeps_what_a_supplier_costs_in_the_sums_for_operators()
    {
        var totals = new SettlementTotals();
        foreach (var sale in Sales()) totals.Take(sale);
        var sold = totals.Sums.First();
        Assert.Equal((10_000, 190_000, 16_000), (sold.Discount, sold.ToSupplier, sold.Gross));
        Assert.Equal((2, 2), (totals.Sums.Count, totals.Count));
    }

    private static string Written(SettlementForm form)
    {
        using var stream = new MemoryStream();
        using (var file = SettlementFile.To(stream, form, 412, Day))
        {
            var totals = new SettlementTotals();
            foreach (var sale in Sales())
            {
                totals.Take(sale);
                file.Take(sale);
            }
            file.End(totals);
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static IEnumerable<Sale> Sales()
    {
        var purchase = new Purchase
        {
            Id = "5b1e8a4e1f0b4a539a0e2c1b7f0c9d11",
            ClientId = 412,
            ClientRef = "=1+1",
            ProductId = 1701,
            TypeId = 17,
            ChannelId = 7,
            Currency = "NGN",
            PurchaseAmount = 200_000,
            FeeAmount = 10_000,
            DiscountAmount = 10_000,
            ShareAmount = 4_000,
            AcceptedAt = Day.From,
        };
        var sold = new Progress
        {
            Id = purchase.Id,
            At = PurchaseState.Succeeded,
            Code = "0000",
            ReserveRef = "hold-1",
            FinalAt = Day.From + Micros.PerSecond,
        };
        return
        [
            new(purchase, sold),
            new(
                purchase with { ClientRef = "B" },
                sold with { At = PurchaseState.Refused, Code = "2040", ReserveRef = null }),
        ];
    }
}
