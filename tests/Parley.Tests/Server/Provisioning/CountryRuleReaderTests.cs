using Parley.Server.Channels.Numbers;
using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Provisioning;

public sealed class CountryRuleReaderTests
{
    public static TheoryData<string> Engines => ProvisioningWorld.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Rules_come_into_force_and_go_with_the_file(string engine)
    {
        const string text =
            """
            countryRules:
              - { country: us, stopCommands: false }
              - { prefix: "+2782", names: refused, registration: enforced }
            """;
        await using var world = await ProvisioningWorld.Open(engine);
        await world.Load.Run(default);
        await world.Provision(text);
        // What a rule does not say is as the table has it.
        Assert.Equal(
            new CountryRule { Place = "US", Names = NamesAsSenders.Refused, TwoWay = TwoWayMessaging.Needed },
            world.Countries.Of("14155550100"));
        Assert.Equal(
            new CountryRule
            {
                Place = "2782",
                Names = NamesAsSenders.Refused,
                Registration = NameRegistration.Enforced,
            },
            world.Countries.Of("27821234567"));
        Assert.False((await world.Provision(text)).ChangedAnything);
        Assert.Equal(2, (await world.Provision("tenants: []")).Removed);
        Assert.True(world.Countries.Of("14155550100")!.StopCommands);
    }

    [Fact]
    public void Says_what_is_wrong() => Assert.Equal(
        [
            "countryRules[0]: must name either a country or a prefix (line 2)",
            "countryRules[1]: must name either a country or a prefix (line 3)",
            "countryRules[2].country: 'QQ' is not the two letters of a country (line 4)",
            "countryRules[3].prefix: must be at most 10 digits (line 5)",
            "countryRules[4].twoWay: 'maybe' is not one of available, needed, none (line 6)",
            "countryRules[5]: the rule of 'US' is already at countryRules[4] on line 6 (line 7)",
        ],
        ProvisioningFile.Parse(
            """
            countryRules:
              - { names: refused }
              - { country: US, prefix: "1" }
              - { country: qq }
              - { prefix: 2x }
              - { country: US, twoWay: maybe }
              - { country: us }
            """,
            "parley.yaml", _ => null).Problems);
}
