using Parley.Server.Provisioning;

namespace Parley.Tests.Server.Provisioning;

public sealed class ApplyProvisioningTests
{
    private const string Key = "0123456789abcdefghijkl==";

    private const string Before =
        """
        adminKeys: [ admin-0123456789 ]
        tenants:
          - name: Acme
            balance: { amount: 5, currency: USD }
            integrations:
              - { name: Shop, keys: [ 0123456789abcdefghijkl== ], twoWay: true, senders: [ "12025550150", ACME ] }
              - { name: Bank, twoWay: true, senders: [ ACME ], status: { url: "https://example.com/s", user: u, password: p } }
        carriers: [ { name: first, host: smsc.example.net, systemId: acme, password: secret, active: false } ]
        routes: [ { name: all, carrier: first } ]
        """;

    private const string After =
        """
        tenants:
          - name: Acme
            balance: { amount: 6, currency: USD }
            integrations:
              - { name: Bank, keys: [ 0123456789abcdefghijkl== ], twoWay: true, senders: [ ACME, "12025550150" ] }
        carriers: [ { name: second, host: smsc.example.net, systemId: acme, active: false } ]
        routes: [ { name: all, carrier: second, prefix: "27" } ]
        """;

    public static TheoryData<string> Engines => ProvisioningWorld.Engines;

    [Theory, MemberData(nameof(Engines))]
    public async Task Makes_the_file_true_and_loads_it(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await world.Load.Run(default);
        var summary = await world.Provision(Before);
        Assert.Equal((10, 0, 0, 0), (summary.Created, summary.Updated, summary.Removed, summary.Unchanged));
        var shop = world.Tenants.ByKey(Key);
        Assert.Equal("acme-shop", shop?.Id);
        Assert.Equal(500, shop?.Tenant.BalanceMinor);
        Assert.Same(shop, world.Tenants.ByNumber("12025550150"));
        Assert.Equal("p", world.Tenants.ById("acme-bank")?.Status.Password);
        Assert.True(world.AdminKeys.Opens("admin-0123456789", null));
        Assert.False(world.AdminKeys.Opens("admin-0123456788", null));
        Assert.Equal(["first"], world.Routes.Carriers("acme", "", "27820000001"));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Applying_twice_changes_nothing(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await world.Load.Run(default);
        await world.Provision(Before);
        var version = world.Load.Version;
        var summary = await world.Provision(Before);
        Assert.False(summary.ChangedAnything);
        Assert.Equal(10, summary.Unchanged);
        Assert.Equal(version, world.Load.Version);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task What_the_file_no_longer_names_goes_and_a_number_and_a_key_may_move(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await world.Load.Run(default);
        await world.Provision(Before);
        await world.Provision(After);
        Assert.Equal("acme-bank", world.Tenants.ByKey(Key)?.Id);
        Assert.Equal("acme-bank", world.Tenants.ByNumber("12025550150")?.Id);
        Assert.Equal(["ACME", "12025550150"], world.Tenants.ById("acme-bank")!.Senders.Select(s => s.Address));
        Assert.False(world.Tenants.ById("acme-shop")!.Active);
        Assert.Empty(world.Tenants.ById("acme-shop")!.Senders);
        Assert.False(world.AdminKeys.Any);
        Assert.Equal("second", Assert.Single(world.Routes.All).CarrierId);
        var back = await world.Provision(Before);
        Assert.True(world.Tenants.ById("acme-shop")!.Active);
        Assert.Equal("acme-shop", world.Tenants.ByNumber("12025550150")?.Id);
        Assert.True(back.ChangedAnything);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Another_node_notices_the_change_once(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        await using var other = world.Beside();
        await other.Load.Run(default);
        var told = 0;
        other.Load.Provisioned += () => told++;
        await world.Provision(Before);
        Assert.Null(other.Tenants.ByKey(Key));
        Assert.True(await other.Load.RunWhenChanged(default));
        Assert.Equal("acme-shop", other.Tenants.ByKey(Key)?.Id);
        Assert.False(await other.Load.RunWhenChanged(default));
        Assert.Equal(1, told);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_demo_world_stands_until_a_real_carrier_is_provisioned(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        var demo = new DemoWorld(Key, "127.0.0.1", 1, "sandbox", "secret", "http://127.0.0.1:8080/s", "");
        await world.AtStart(null).ApplyDemo(demo, default);
        Assert.False(await world.AtStart(null).HasCarriers(default));
        await world.AtStart("tenants: [ { name: Acme, integrations: [ { name: Shop } ] } ]").ApplyFile(default);
        Assert.False(await world.AtStart(null).HasCarriers(default));
        await world.AtStart(null).ApplyDemo(demo with { SmscPort = 2 }, default);
        await world.Load.Run(default);
        Assert.Equal(DemoProvisioning.IntegrationId, world.Tenants.ByKey(Key)?.Id);
        Assert.True(world.Tenants.ById("acme-shop")!.Active);
        Assert.Equal(2, Assert.Single(world.Carriers).Carrier.Port);

        await world.AtStart(Before).ApplyFile(default);
        Assert.True(await world.AtStart(null).HasCarriers(default));
        Assert.False(world.Tenants.ById(DemoProvisioning.IntegrationId)!.Active);
        Assert.Equal("acme-shop", world.Tenants.ByKey(Key)?.Id);
        Assert.Empty(world.Carriers);
    }

    [Fact]
    public async Task A_file_with_a_problem_changes_nothing()
    {
        await using var world = await ProvisioningWorld.Open("sqlite");
        await world.Load.Run(default);
        await world.AtStart(Before).ApplyFile(default);
        var version = world.Load.Version;
        var refused = await Assert.ThrowsAsync<ProvisioningRefused>(
            () => world.AtStart(After + "\nroute: []").ApplyFile(default));
        Assert.Contains("route: is not known here", Assert.Single(refused.Problems));
        Assert.False(await world.Load.RunWhenChanged(default));
        Assert.Equal(version, world.Load.Version);
    }

    [Fact]
    public async Task The_demo_key_is_made_once_and_only_its_owner_reads_it()
    {
        await using var world = await ProvisioningWorld.Open("sqlite");
        var key = DemoKey.ReadOrMake(world.Folder);
        Assert.Matches("^[A-Za-z0-9_-]{22}==$", key);
        Assert.Equal(key, DemoKey.ReadOrMake(world.Folder));
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(Path.Combine(world.Folder, DemoKey.FileName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, mode);
    }

    [Fact]
    public async Task The_demo_account_s_password_is_made_once_and_fits_SMPP()
    {
        await using var world = await ProvisioningWorld.Open("sqlite");
        var password = DemoKey.ReadOrMakePassword(world.Folder);
        Assert.Matches("^[A-Za-z0-9_-]{8}$", password);
        Assert.Equal(password, DemoKey.ReadOrMakePassword(world.Folder));
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_demo_account_leaves_its_API_id_to_who_has_it_already(string engine)
    {
        await using var world = await ProvisioningWorld.Open(engine);
        var demo = new DemoWorld(Key, "127.0.0.1", 1, "sandbox", "secret", "", "") { AccountPassword = "password" };
        await world.AtStart(null).ApplyDemo(demo, default);
        await world.Load.Run(default);
        Assert.Equal(DemoProvisioning.IntegrationId, world.Tenants.ByApiId(DemoProvisioning.ApiId)?.Id);
        await world.AtStart("""
            tenants: [ { name: Acme, integrations: [ { name: Shop, account: { apiId: "1", user: shop, password: secret } } ] } ]
            """).ApplyFile(default);
        await world.AtStart(null).ApplyDemo(demo, default);
        Assert.Equal("acme-shop", world.Tenants.ByApiId(DemoProvisioning.ApiId)?.Id);
    }
}
