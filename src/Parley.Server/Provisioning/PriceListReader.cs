using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Numbers;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads one of <c>priceLists</c>.</summary>
internal static class PriceListReader
{
    private const int MostPerPart = 1_000;
    private const int LongestPrefix = 15;

    public static PriceList Read(Section section, Names names)
    {
        var name = section.Required("name", Names.MaxLength);
        names.Take("the price list", name, section.PathOf("name"), section.LineOf("name"));
        Names.Reserve(section, name);
        var currency = section.Required("currency", 3);
        if (currency.Length > 0 && Currency.Digits(currency) is null)
            section.Problem("currency", $"'{currency}' is not an ISO 4217 currency");
        names.PriceLists.TryAdd(name, currency);
        var list = new PriceList
        {
            Id = name,
            Currency = currency,
            DefaultMicros = Money(section, "default"),
            Prices = [.. section.Sections("prices", 20_000).Select(s => Line(s, name, names))],
        };
        section.End();
        return list;
    }

    private static Price Line(Section section, string list, Names names)
    {
        var country = section.Text("country", 2).ToUpperInvariant();
        var prefixes = section.List("prefixes", 1_000)
            .Select(p => Prefix(section, p.Node, p.Path)).OfType<string>().ToList();
        if (country.Length > 0 == section.Has("prefixes"))
            section.Findings.Add(section.Path, section.Line, "must name either a country or prefixes");
        if (country.Length > 0 && Countries.Prefixes(country).Count == 0)
            section.Problem("country", $"'{country}' is not the two letters of a country");
        var network = section.Text("operator", 6);
        if (network.Length > 0 && (network.Length < 5 || !network.All(char.IsAsciiDigit)))
            section.Problem("operator", "must be MCC and MNC, five or six digits");
        if (network.Length > 0 && country.Length > 0)
            section.Problem("operator", "needs the prefixes of its numbers, not a country");
        var price = new Price
        {
            Country = country.Length == 0 ? null : country,
            Prefixes = prefixes,
            Operator = network.Length == 0 ? null : network,
            Channel = section.Choice("channel", PricedChannel.Sms),
            FromParts = section.Int("fromParts", 1, 35, 1),
            PartMicros = Money(section, "perPart"),
        };
        foreach (var place in country.Length > 0 ? [country] : prefixes)
            names.Take(
                "the price of", $"{place} ({price.Channel}, from {price.FromParts} parts, list {list})", section.Path,
                section.Line);
        section.End();
        return price;
    }

    private static long Money(Section section, string key)
    {
        if (section.Has(key)) return CreditReader.Amount(section, key, MostPerPart, 0);
        section.Required(key, 40);
        return 0;
    }

    private static string? Prefix(Section section, Node node, string path)
    {
        if (section.Findings.Text(node, path, 60) is not { } text) return null;
        var digits = text.StartsWith('+') ? text[1..] : text;
        if (digits.Length is > 0 and <= LongestPrefix && digits.All(char.IsAsciiDigit)) return digits;
        section.Findings.Add(path, node.Line, $"must be 1 to {LongestPrefix} digits");
        return null;
    }
}
