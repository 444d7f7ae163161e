using System.Globalization;
using Parley.Server.Channels.Billing;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads a tenant's <c>credit</c>, after the price lists that it refers to.</summary>
internal static class CreditReader
{
    /// <summary>The terms, and the currency that they are in; null, and the currency as it was, when there are none.</summary>
    public static CreditTerms? Read(Section? section, Names names, ref string currency)
    {
        if (section is null) return null;
        var kind = section.Choice("kind", CreditKind.Prepaid);
        var written = section.Required("currency", 3);
        if (written.Length > 0 && Currency.Digits(written) is null)
            section.Problem("currency", $"'{written}' is not an ISO 4217 currency");
        else if (written.Length > 0) currency = written;
        var opening = Amount(section, "opening", CreditAccounts.MostUnits, 0);
        var limit = Amount(section, "limit", CreditAccounts.MostUnits, 0);
        if (kind == CreditKind.Prepaid && section.Has("limit")) section.Problem("limit", "is for postpaid credit");
        if (kind == CreditKind.Postpaid && !section.Has("limit")) section.Problem("limit", "is missing");
        var list = section.Text("priceList", Names.MaxLength);
        if (list.Length > 0 && !names.PriceLists.ContainsKey(list))
            section.Problem("priceList", $"there is no price list '{list}'");
        else if (list.Length > 0 && names.PriceLists[list] != written)
            section.Problem("priceList", $"'{list}' is in {names.PriceLists[list]}, the credit in {written}");
        section.End();
        return new(kind, limit, opening, list.Length == 0 ? null : list);
    }

    /// <summary>Money in millionths; the fallback when it is absent, and after a problem was reported.</summary>
    public static long Amount(Section section, string key, long most, long fallback)
    {
        var written = section.Text(key, 40);
        if (written.Length == 0) return fallback;
        if (decimal.TryParse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= most && amount * 1_000_000 == decimal.Truncate(amount * 1_000_000))
            return (long)(amount * 1_000_000);
        section.Problem(key, $"is not an amount from 0 to {most} with at most six digits after the point");
        return fallback;
    }
}
