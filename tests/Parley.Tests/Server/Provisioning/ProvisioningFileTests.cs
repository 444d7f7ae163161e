using Parley.Server.Channels.Carriers;
using Parley.Server.Provisioning;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Provisioning;

public sealed class ProvisioningFileTests
{
    private const string Key = "0123456789abcdefghijkl==";

    private const string Whole =
        """
        adminKeys: [ "${ADMIN}" ]
        tenants:
          - name: Acme Ltd
            balance: { amount: 12.5, currency: USD }
            integrations:
              - name: Shop
                keys: [ 0123456789abcdefghijkl== ]
                twoWay: true
                requestsPerSecond: 7
                maxParts: 3
                allowedNetworks: [ 192.0.2.0/24, "2001:db8::1" ]
                status: { url: "https://example.com/s", user: u, password: "${PASSWORD:-p}" }
                statusEvents: final
                signingSecrets: [ whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz ]
                senders:
                  - "+12025550150"
                  - { address: ACME, suspended: true }
        carriers:
          - { name: first, host: smsc.example.net, port: "${PORT}", systemId: acme, password: "pa$${ss", mode: transmitterAndReceiver }
        routes:
          - { name: all, carrier: first }
          - { name: ours, tenant: Acme Ltd, sender: acme, prefix: "+27", priority: 1, weight: 3, carrier: first }
        """;

    [Fact]
    public void Reads_a_whole_file()
    {
        var document = Read(Whole, ("ADMIN", "an admin's key 0123".Replace(' ', '_')), ("PORT", "3550"));
        Assert.Equal(new Tenant("acme-ltd", "Acme Ltd", true, 1250, "USD"), Assert.Single(document.Tenants));
        var (integration, keys) = Assert.Single(document.Integrations);
        Assert.Equal("acme-ltd-shop", integration.Id);
        Assert.Equal([TenantDirectory.HashOf(Key)], keys);
        Assert.Equal(new CallbackTarget("https://example.com/s", "u", "p"), integration.Status);
        Assert.Equal(CallbackTarget.None, integration.Inbound);
        Assert.Equal(StatusEvents.Final, integration.StatusEvents);
        Assert.Equal([new Sender("12025550150", false), new Sender("ACME", true)], integration.Senders);
        Assert.Equal(["192.0.2.0/24", "2001:db8::1/128"], integration.AllowedNetworks.Select(n => n.ToString()));
        Assert.Equal((7, 3, true), (integration.RequestsPerSecond, integration.MaxParts, integration.TwoWay));
        var carrier = Assert.Single(document.Carriers);
        Assert.Equal(("first", 3550, "pa${ss", BindMode.TransmitterAndReceiver),
            (carrier.Id, carrier.Port, carrier.Password, carrier.Mode));
        Assert.Equal(new("all", null, null, "", 100, 1, "first"), document.Routes[0]);
        Assert.Equal(new("ours", "acme-ltd", "acme", "27", 1, 3, "first"), document.Routes[1]);
        Assert.Equal([TenantDirectory.HashOf("an_admin's_key_0123")], document.AdminKeyHashes);
    }

    [Fact]
    public void Reads_JSON_with_its_own_escapes_and_tabs()
    {
        var document =
            Read("{\n\t\"tenants\": [\n\t\t{\"id\": \"a\", \"name\": \"\\u00c5 \\/ \\ud83d\\ude00\", \"active\": false}\n\t]\n}");
        Assert.Equal(new Tenant("a", "Å / 😀", false, 0, "USD"), Assert.Single(document.Tenants));
    }

    [Fact]
    public void Gives_the_same_ids_to_the_same_names_in_any_script()
    {
        var text = "tenants: [ { name: Ακμή }, { name: Acme } ]";
        Assert.Equal(Read(text).Tenants, Read(text).Tenants);
        Assert.Equal("acme", Read(text).Tenants[1].Id);
        Assert.Matches("^[0-9a-f]{16}$", Read(text).Tenants[0].Id);
    }

    [Fact]
    public void The_example_in_the_documentation_is_good()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Parley.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run outside the repository");
        var text = File.ReadAllText(Path.Combine(folder.FullName, "docs/examples/parley.yaml"));
        var document = ProvisioningFile.Parse(text, "parley.yaml", name => name == "ACME_SIGNING_SECRET"
            ? "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
            : name == "ACME_CALLBACK_PASSWORD" ? null : $"{name}_0123456789");
        Assert.Empty(document.Problems);
        Assert.Equal(2, document.Document!.Carriers.Count);
    }

    [Fact]
    public void Reports_every_problem_of_a_file_with_path_and_line()
    {
        const string text =
            """
            tenants:
              - name: Acme
                colour: red
                balance: { amount: 1.005, currency: USD }
                integrations:
                  - name: Shop
                    keys: [ short, 0123456789abcdefghijkl==, 0123456789abcdefghijkl== ]
                    maxParts: 36
                    twoWay: maybe
                    allowedNetworks: [ 192.0.2.0/33 ]
                    status: { url: "http://127.0.0.1/x" }
                    inbound: { url: "ftp://example.com/x" }
                    statusEvents: some
                    signingSecrets: [ whsec_short ]
                    senders: [ "12025550150", "abcdefghijklmnop" ]
              - name: Acme
                balance: { amount: 1, currency: XXX }
            carriers:
              - name: first
                host: smsc.example.net
                port: 70000
                port: 1
                tlsTrustAny: true
                password: ${SECRET}
            routes:
              - { name: a, carrier: second, tenant: Nobody, sender: "999", prefix: "2x", weight: 0 }
            """;
        Assert.Equal(
            [
                "tenants[0].colour: is not known here; known are name, id, balance, credit, active, price, integrations (line 3)",
                "tenants[0].balance.amount: USD has 2 digits after the point (line 4)",
                "tenants[0].integrations[0].keys[0]: has fewer than 16 characters (line 7)",
                "tenants[0].integrations[0].keys[2]: the key is already at tenants[0].integrations[0].keys[1] on line 7 (line 7)",
                "tenants[0].integrations[0].maxParts: '36' is not 1 to 35 (line 8)",
                "tenants[0].integrations[0].twoWay: 'maybe' is not true or false (line 9)",
                "tenants[0].integrations[0].allowedNetworks[0]: is not a network such as 192.0.2.0/24 or 2001:db8::/32 (line 10)",
                "tenants[0].integrations[0].status.url: leads to a private, loopback or link-local address; set allowPrivateTargets: true to allow it (line 11)",
                "tenants[0].integrations[0].inbound.url: must begin with http:// or https:// (line 12)",
                "tenants[0].integrations[0].statusEvents: 'some' is not one of all, final (line 13)",
                "tenants[0].integrations[0].signingSecrets[0]: must be 'whsec_' and 24 to 64 bytes in base64 (line 14)",
                "tenants[0].integrations[0].senders[0]: a one-way integration can't have a number; set twoWay: true (line 15)",
                "tenants[0].integrations[0].senders[1]: must be a number of 3 to 15 digits or a name of 1 to 11 ASCII characters (line 15)",
                "tenants[1].name: the tenant name 'Acme' is already at tenants[0].name on line 2 (line 16)",
                "tenants[1].balance.currency: 'XXX' is not an ISO 4217 currency (line 17)",
                "carriers[0].systemId: is missing (line 19)",
                "carriers[0].port: '70000' is not 1 to 65535 (line 21)",
                "carriers[0].port: stands twice; the first is on line 21 (line 22)",
                "carriers[0].tlsTrustAny: stands without tls: true (line 23)",
                "carriers[0].password: the environment variable SECRET is not set (line 24)",
                "routes[0].tenant: there is no tenant 'Nobody' (line 26)",
                "routes[0].sender: '999' is no sender of any integration (line 26)",
                "routes[0].prefix: must be at most 15 digits (line 26)",
                "routes[0].weight: '0' is not 1 to 1000 (line 26)",
                "routes[0].carrier: there is no carrier 'second' (line 26)",
            ],
            Problems(text));
    }

    [Theory]
    [InlineData("", "is empty (line 1)")]
    [InlineData("- a", "must be a map, not a list (line 1)")]
    [InlineData("tenants:\n  - name: [", "(line ")]
    [InlineData("tenants: [ a,\nb ]", "is a line not indented?")]
    [InlineData("tenants: &a []\ncarriers: *a", "aliases are not allowed (line 2)")]
    [InlineData("tenants: []\n---\nroutes: []", "a second document (line 2)")]
    [InlineData("tenants: {}", "tenants: must be a list, not a map (line 1)")]
    [InlineData("tenants: [ a ]", "tenants[0]: must be a map, not a value (line 1)")]
    [InlineData("tenants: [ { name: [ a ] } ]", "tenants[0].name: must be a value, not a list (line 1)")]
    [InlineData("tenants: [ { name: '' } ]", "tenants[0].name: is empty (line 1)")]
    [InlineData("tenants: [ { name: \"a\\u0007\" } ]", "tenants[0].name: has control characters (line 1)")]
    [InlineData("tenants: [ { name: Parley Demo } ]",
        "tenants[0].name: names beginning with 'parley-' belong to the sandbox (line 1)")]
    [InlineData("tenants: [ { name: a, id: A b } ]",
        "tenants[0].id: 'A b' must be lower-case letters, digits and single hyphens, such as 'a-b' (line 1)")]
    [InlineData("tenants: [ { name: '${' } ]", "tenants[0].name: ${ begins a reference")]
    [InlineData("{ ? [ a ] : b }", "a key must be text")]
    public void Refuses_what_is_not_a_provisioning_file(string text, string problem) =>
        Assert.Contains(problem, Assert.Single(Problems(text)));

    [Theory]
    [InlineData("http://localhost/x")]
    [InlineData("http://10.0.0.1/x")]
    [InlineData("http://172.31.0.1/x")]
    [InlineData("http://192.168.1.1/x")]
    [InlineData("http://169.254.169.254/latest")]
    [InlineData("http://100.64.0.1/x")]
    [InlineData("http://0x7f000001/x")]
    [InlineData("http://[::1]/x")]
    [InlineData("http://[fe80::1]/x")]
    [InlineData("http://[fd00::1]/x")]
    [InlineData("http://[::ffff:10.0.0.1]/x")]
    public void Refuses_a_private_callback_address_unless_it_is_allowed(string url)
    {
        Assert.Contains("private", Assert.Single(Problems(WithStatus(url, "false"))));
        Assert.Equal(url, Assert.Single(Read(WithStatus(url, "true")).Integrations).Integration.Status.Url);
    }

    [Fact]
    public void Ties_a_number_to_one_integration_but_lets_integrations_share_a_name()
    {
        const string text =
            """
            tenants:
              - name: a
                integrations:
                  - { name: x, twoWay: true, senders: [ "+12025550150", ACME, acme ] }
                  - { name: y, twoWay: true, senders: [ "12025550150", ACME ] }
            """;
        Assert.Equal(
            [
                "tenants[0].integrations[0].senders[2]: the sender of tenants[0].integrations[0] 'acme' is already at "
                    + "tenants[0].integrations[0].senders[1] on line 4 (line 4)",
                "tenants[0].integrations[1].senders[0]: the number '12025550150' is already at "
                    + "tenants[0].integrations[0].senders[0] on line 4 (line 5)",
            ],
            Problems(text));
    }

    [Fact]
    public void Never_shows_a_secret_in_a_problem()
    {
        const string text =
            """
            adminKeys: [ hunter2, "${ADMIN}" ]
            carriers:
              - { name: c, host: h, systemId: s, port: "${PORT}", password: "hunter2 hunter2 hunter2 hunter2 hunter2 hunter2 hunter2 hunter2 hunter2" }
            """;
        var problems = Problems(text, ("PORT", "hunter2"), ("ADMIN", "hunter2"));
        Assert.Equal(4, problems.Count);
        Assert.DoesNotContain(problems, p => p.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Bounds_depth_size_and_the_number_of_problems_reported()
    {
        Assert.Contains("inside one another", Assert.Single(Problems("tenants: " + new string('[', 5_000))));
        Assert.Contains("larger than", Assert.Single(Problems(new string('#', ProvisioningFile.MaxBytes + 1))));
        var many = Problems("routes:\n" + string.Concat(
            Enumerable.Range(0, 500).Select(i => $"  - {{ name: r{i}, carrier: none }}\n")));
        Assert.Equal("and 300 more problems", many[^1]);
    }

    private static string WithStatus(string url, string allow) =>
        $$"""
        tenants: [ { name: a, integrations: [ { name: b, allowPrivateTargets: {{allow}}, status: { url: "{{url}}" } } ] } ]
        """;

    private static ProvisioningDocument Read(string text, params (string Name, string Value)[] environment)
    {
        var parsed = Parse(text, environment);
        Assert.Empty(parsed.Problems);
        return parsed.Document!;
    }

    private static IReadOnlyList<string> Problems(string text, params (string Name, string Value)[] environment)
    {
        var parsed = Parse(text, environment);
        Assert.Null(parsed.Document);
        return parsed.Problems;
    }

    private static ParsedProvisioning Parse(string text, (string Name, string Value)[] environment) =>
        ProvisioningFile.Parse(
        text, "parley.yaml", name => environment.Where(e => e.Name == name).Select(e => e.Value).FirstOrDefault());
}
