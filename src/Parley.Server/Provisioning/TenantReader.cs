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
        var credit = CreditReader.Read(section.Map("credit"), names, ref currency);
        if (credit is not null && section.Has("balance"))
            section.Problem("balance", "can't stand beside credit: the account has the balance");
        var tenant = new Tenant(id, name, section.Flag("active", true), balance, currency)
        {
            Price = Price(section.Map("price")),
            Credit = credit,
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
        var part = CreditReader.Amount(section, "perPart", 1_000, MessagePrice.OneCredit.PartMicros);
        var credit = CreditReader.Amount(section, "perCredit", 1_000, Math.Max(part, 1));
        section.End();
        if (credit == 0) section.Problem("perCredit", "is zero; a credit is worth something");
        return new(part, Math.Max(credit, 1));
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
