using System.Globalization;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads <c>tenants</c>.</summary>
internal sealed class TenantReader(Names names)
{
    private const decimal MostMoney = 1_000_000_000_000m;

    public List<Tenant> Tenants { get; } = [];

    public List<ProvisionedIntegration> Integrations { get; } = [];

    public void Read(Section section)
    {
        var name = section.Required("name", Names.MaxLength);
        var first = names.Take("the tenant name", name, section.PathOf("name"), section.LineOf("name"));
        var id = names.Id(section, "the tenant id", first ? name : "");
        names.TenantIds.TryAdd(id, id);
        names.TenantIds.TryAdd(name, id);
        var (balance, currency) = Balance(section.Map("balance"));
        var tenant = new Tenant(id, name, section.Flag("active", true), balance, currency)
        {
            Price = Price(section.Map("price")),
        };
        Tenants.Add(tenant);
        foreach (var integration in section.Sections("integrations", 1_000))
            Integrations.Add(IntegrationReader.Read(integration, tenant, names));
        section.End();
    }

    /// <summary>In currency, with at most six digits after the point.</summary>
    private static MessagePrice Price(Section? section)
    {
        if (section is null) return MessagePrice.OneCredit;
        var part = Amount(section, "perPart", MessagePrice.OneCredit.PartMicros);
        var credit = Amount(section, "perCredit", Math.Max(part, 1));
        section.End();
        if (credit == 0) section.Problem("perCredit", "is zero; a credit is worth something");
        return new(part, Math.Max(credit, 1));
    }

    private static long Amount(Section section, string key, long fallback)
    {
        var written = section.Text(key, 40);
        if (written.Length == 0) return fallback;
        if (decimal.TryParse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount * 1_000_000 == decimal.Truncate(amount * 1_000_000) && amount <= 1_000) return (long)(amount * 1_000_000);
        section.Problem(key, "is not an amount from 0 to 1000 with at most six digits after the point");
        return fallback;
    }

    private static (long Minor, string Currency) Balance(Section? section)
    {
        if (section is null) return (0, "USD");
        var currency = section.Required("currency", 3);
        var digits = Currency.Digits(currency);
        if (digits is null && currency.Length > 0) section.Problem("currency", $"'{currency}' is not an ISO 4217 currency");
        var written = section.Required("amount", 40);
        section.End();
        if (written.Length == 0 || digits is null) return (0, "USD");
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        if (!decimal.TryParse(written, style, CultureInfo.InvariantCulture, out var amount) || Math.Abs(amount) > MostMoney)
        {
            section.Problem("amount", $"is not an amount from -{MostMoney} to {MostMoney}");
            return (0, currency);
        }
        for (var i = 0; i < digits; i++) amount *= 10;
        if (amount == decimal.Truncate(amount)) return ((long)amount, currency);
        section.Problem("amount", $"{currency} has {digits} digits after the point");
        return (0, currency);
    }
}
