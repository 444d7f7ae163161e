using System.Globalization;
using Parley.Server.Marketplace.Products;
using PhoneNumbers;

namespace Parley.Server.Marketplace.Operators;

/// <summary>A country's dialling prefix.</summary>
public sealed record CountryPrefix(string CountryName, int DialingPrefix, string CountryCode);

/// <summary>An operator as far as it is known; the code is null when the catalogue doesn't have it.</summary>
public sealed record FoundOperator(string? Code, string Name, int? VendorId);

/// <summary>
/// Numbers by their digits: the catalogue's own prefixes, and the ranges of libphonenumber, whose names are matched with
/// the catalogue's operators.
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

    /// <summary>The operator whose own prefixes the number begins with, the longest first; null for none.</summary>
    public FoundOperator? Own(string digits) => catalogue.Operators
        .SelectMany(o => o.Prefixes.Select(p => (Operator: o, Prefix: p)))
        .Where(o => digits.StartsWith(o.Prefix, StringComparison.Ordinal))
        .OrderByDescending(o => o.Prefix.Length).Select(o => Found(o.Operator)).FirstOrDefault();

    /// <summary>The operator that the number's range was given to; null when nothing tells it.</summary>
    public FoundOperator? OfRange(string digits)
    {
        if (Read(digits) is not { } number) return null;
        var name = Ranges.GetNameForNumber(number, Locale.English);
        if (string.IsNullOrEmpty(name)) return null;
        return Named(name, Numbers.GetRegionCodeForNumber(number)) ?? new(null, name, null);
    }

    /// <summary>The catalogue's operator of that name in the country; null for none.</summary>
    public FoundOperator? Named(string name, string country) =>
        catalogue.Operators.FirstOrDefault(o => o.Country == country
            && o.PlanNames.Append(o.Name).Contains(name, StringComparer.OrdinalIgnoreCase)) is { } known
            ? Found(known) : null;

    private static FoundOperator Found(MobileOperator known) => new(known.Code, known.Name, known.VendorId);

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
