using Parley.Server.Channels.Numbers;

namespace Parley.Server.Provisioning;

/// <summary>Reads one of <c>countryRules</c>: what it does not say is as the built-in table has it for the place.</summary>
internal static class CountryRuleReader
{
    private const int MaxPrefix = 10;

    public static CountryRule Read(Section section, Names names)
    {
        var place = Place(section);
        names.Take("the rule of", place, section.Path, section.Line);
        var known = BuiltIn(place);
        var rule = new CountryRule
        {
            Place = place,
            Names = section.Choice("names", known.Names),
            TwoWay = section.Choice("twoWay", known.TwoWay),
            StopCommands = section.Flag("stopCommands", known.StopCommands),
            Registration = section.Choice("registration", known.Registration),
        };
        section.End();
        return rule;
    }

    /// <summary>Two letters or digits; something harmless after a problem was reported.</summary>
    private static string Place(Section section)
    {
        var country = section.Text("country", 2).ToUpperInvariant();
        var prefix = section.Text("prefix", 60);
        if (prefix.StartsWith('+')) prefix = prefix[1..];
        if (country.Length > 0 == prefix.Length > 0)
        {
            section.Findings.Add(section.Path, section.Line, "must name either a country or a prefix");
            return "";
        }
        if (country.Length > 0)
        {
            if (Countries.Prefixes(country).Count == 0)
                section.Problem("country", $"'{country}' is not the two letters of a country");
            return country;
        }
        if (prefix.Length <= MaxPrefix && prefix.All(char.IsAsciiDigit)) return prefix;
        section.Problem("prefix", $"must be at most {MaxPrefix} digits");
        return "";
    }

    private static CountryRule BuiltIn(string place)
    {
        var country = place.Length > 0 && char.IsAsciiDigit(place[0]) ? Countries.Of(place) : place;
        return Countries.Rules.FirstOrDefault(r => r.Place == country) ?? new CountryRule { Place = place };
    }
}
