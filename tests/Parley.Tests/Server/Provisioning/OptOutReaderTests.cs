using Parley.Server.Provisioning;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Provisioning;

public sealed class OptOutReaderTests
{
    private const string Whole =
        """
        tenants:
          - name: Acme
            integrations:
              - name: Shop
                twoWay: true
                sandboxOnly: true
                optOut: { languages: [ en, fr ], stop: [ HALT ], helpReply: "Call us." }
                senders:
                  - "12025550150"
                  - { address: "12025550151", optOut: { enabled: false } }
                  - { address: ACME, registeredIn: [ in, SG ] }
              - name: Plain
        """;

    public static TheoryData<string> Engines => ProvisioningWorld.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Is_kept_with_the_integration_and_the_sender(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await world.Load.Run(default);
        await world.Provision(Whole);
        var shop = world.Tenants.ById("acme-shop")!;
        Assert.True(shop.SandboxOnly);
        Assert.Equal(["en", "fr"], shop.OptOut.Languages);
        Assert.Equal(["HALT"], shop.OptOutOf("12025550150").Stop);
        Assert.Equal(OptOutSettings.UsualStopReply, shop.OptOut.StopReply);
        Assert.False(shop.OptOutOf("12025550151").Enabled);
        Assert.True(shop.OptOutOf("acme").Enabled);
        Assert.Equal(["IN", "SG"], shop.SenderNamed("ACME")!.RegisteredIn);
        Assert.True(world.Tenants.ById("acme-plain")!.OptOut.Enabled);
        Assert.False((await world.Provision(Whole)).ChangedAnything);
    }

    [Fact]
    public void Says_what_is_wrong() => Assert.Equal(
        [
            "tenants[0].integrations[0].optOut.languages[0]: 'xx' is not one of " +
                string.Join(", ", Parley.Server.Channels.OptOuts.Keywords.Languages) + " (line 5)",
            "tenants[0].integrations[0].optOut.stop[0]: has no letter or digit (line 6)",
            "tenants[0].integrations[0].optOut.stop[1]: has 31 characters; at most 30 are allowed (line 6)",
            "tenants[0].integrations[1].senders[0].registeredIn[0]: 'XX' is not the two letters of a country (line 7)",
            "tenants[0].integrations[2].optOut: 'STOP' stands for two things (line 8)",
        ],
        ProvisioningFile.Parse(
            $$"""
            tenants:
              - name: Acme
                integrations:
                  - name: Shop
                    optOut: { languages: [ xx ],
                      stop: [ "..", "{{new string('x', 31)}}" ] }
                  - { name: Names, senders: [ { address: ACME, registeredIn: [ XX ] } ] }
                  - { name: Twice, optOut: { start: [ stop ] } }
            """,
            "parley.yaml", _ => null).Problems);
}
