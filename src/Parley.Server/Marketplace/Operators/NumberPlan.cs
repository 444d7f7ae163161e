using System.Globalization;
using Parley.Server.Marketplace.Products;
using PhoneNumbers;

namespace Parley.Server.Marketplace.Operators;

/// <summary>A country's dialling prefix.</summary>
public sealed record CountryPrefix(string CountryName, int DialingPrefix, string CountryCode);

/// <summary>An operator as far as it is known; the code is null when the catalogue doesn't have it.</summary>
public sealed record FoundOperator(string? Code, string Name, int? VendorId);

/// <summary>
/// Whose number it is: the catalogue's own prefixes (ported numbers), then the ranges of libphonenumber, whose names are
/// matched with the catalogue's operators.
/// </summary>
internal sealed class NumberPlan(Catalogue catalogue)
{
    private static readonly PhoneNumberUtil Numbers = PhoneNumberUtil.GetInstance();
    private static readonly PhoneNumberToCarrierMapper Ranges = PhoneNumberToCarrierMapper.GetInstance();

    public static IReadOnlyList<CountryPrefix> Prefixes { get; } =
    [
        .. Numbers.GetSupportedRegions()
            .Select(r => new CountryPrefix(Countries.NameOf(r), Numbers.GetCountryCodeForRegion(r), r))
            .OrderBy(p => p.CountryCode, StringComparer.Ordinal),
    ];

    /// <summary>ISO alpha-2 of a valid number; null when it is none of that calling code.</summary>
    public static string? CountryOf(string digits, int callingCode) =>
        Read(digits) is { } number && number.CountryCode == callingCode && Numbers.IsValidNumber(number)
            ? Numbers.GetRegionCodeForNumber(number) : null;

    /// <summary>The operator that is provisioned for the number or its range; null when none is.</summary>
    public FoundOperator? Ported(string digits)
    {
        var own = catalogue.Operators
            .SelectMany(o => o.Prefixes.Select(p => (Operator: o, Prefix: p)))
            .Where(o => digits.StartsWith(o.Prefix, StringComparison.Ordinal))
            .OrderByDescending(o => o.Prefix.Length).Select(o => o.Operator).FirstOrDefault();
        return own is null ? null : new(own.Code, own.Name, own.VendorId);
    }

    /// <summary>The operator whose range the number was given out of; null when nothing tells it.</summary>
    public FoundOperator? ByRange(string digits)
    {
        if (Read(digits) is not { } number) return null;
        var name = Ranges.GetNameForNumber(number, Locale.English);
        if (string.IsNullOrEmpty(name)) return null;
        var country = Numbers.GetRegionCodeForNumber(number);
        var known = catalogue.Operators.FirstOrDefault(o => o.Country == country
            && o.PlanNames.Append(o.Name).Contains(name, StringComparer.OrdinalIgnoreCase));
        return new(known?.Code, known?.Name ?? name, known?.VendorId);
    }

    private static PhoneNumber? Read(string digits)
    {
        try
        {
            return Numbers.Parse(string.Create(CultureInfo.InvariantCulture, $"+{digits}"), null);
        }
        catch (NumberParseException)
        {
            return null;
        }
    }
}
