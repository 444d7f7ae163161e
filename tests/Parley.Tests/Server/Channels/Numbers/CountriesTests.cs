using Parley.Server.Channels.Numbers;
using PhoneNumbers;

namespace Parley.Tests.Server.Channels.Numbers;

public sealed class CountriesTests
{
    /// <summary>Those whose numbers begin like a greater neighbour's; the table has them under him.</summary>
    private static readonly string[] Shared =
        ["AX", "BL", "BQ", "CC", "CX", "EH", "GG", "IM", "JE", "MF", "SJ", "TA", "VA", "YT"];

    [Theory]
    [InlineData("27821234567", "ZA")]
    [InlineData("12025550143", "US")]
    [InlineData("12045550143", "CA")]
    [InlineData("18095550143", "DO")]
    [InlineData("19991234567", "US")]
    [InlineData("79161234567", "RU")]
    [InlineData("77011234567", "KZ")]
    [InlineData("9989", "UZ")]
    [InlineData("9", null)]
    [InlineData("", null)]
    [InlineData("0821234567", null)]
    [InlineData("abc", null)]
    public void A_number_belongs_to_the_country_of_its_longest_prefix(string number, string? country) =>
        Assert.Equal(country, Countries.Of(number));

    [Fact]
    public void Agrees_with_the_library_about_an_example_of_every_country()
    {
        var library = PhoneNumberUtil.GetInstance();
        var regions = library.GetSupportedRegions();
        Assert.True(regions.Count > 230);
        foreach (var region in regions.Except(Shared))
        {
            var example = library.GetExampleNumberForType(region, PhoneNumberType.MOBILE)
                ?? library.GetExampleNumber(region);
            var digits = library.Format(example, PhoneNumberFormat.E164)[1..];
            Assert.True(region == Countries.Of(digits), $"{digits} is of {region}, not of {Countries.Of(digits)}");
        }
    }

    [Fact]
    public void Every_rule_is_of_a_country() => Assert.All(
        Countries.Rules, rule => Assert.NotEmpty(Countries.Prefixes(rule.Place)));
}
