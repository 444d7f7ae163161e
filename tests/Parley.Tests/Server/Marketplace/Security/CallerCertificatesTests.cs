using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Security;
using Parley.Tests.Server.Web;

namespace Parley.Tests.Server.Marketplace.Security;

public sealed class CallerCertificatesTests : IDisposable
{
    private const string Bank = "CN=bank.example, O=Bank";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ClientCertificateMaker _authority = new();
    private readonly CallerCertificates _certificates;

    public CallerCertificatesTests() => _certificates = new(_time);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void Who_needs_none_may_show_any_or_none()
    {
        using var some = _authority.Issue(Bank);
        Assert.True(_certificates.Fit(new Client { Id = 1 }, null));
        Assert.True(_certificates.Fit(new Client { Id = 1 }, some));
    }

    [Fact]
    public void One_that_is_named_by_its_fingerprint_is_that_one_only()
    {
        using var right = _authority.Issue(Bank);
        using var renewed = _authority.Issue(Bank);
        var client = Of(new ClientCertificate { Sha256 = ClientCertificateMaker.Sha256(right) });
        Assert.True(_certificates.Fit(client, right));
        Assert.False(_certificates.Fit(client, renewed));
        Assert.False(_certificates.Fit(client, null));
        // Both during a renewal; what is provisioned anew holds at once, also for a connection that is open.
        var second = new ClientCertificate { Sha256 = ClientCertificateMaker.Sha256(renewed) };
        var both = Of([.. client.Certificates, second]);
        Assert.True(_certificates.Fit(both, renewed));
        Assert.False(_certificates.Fit(client, renewed));
    }

    [Fact]
    public void One_that_an_authority_issued_is_good_for_its_name_its_purpose_and_its_time()
    {
        var client = Of(new ClientCertificate { Subject = Bank, Authorities = [_authority.Root, _authority.Issuer] });
        using var right = _authority.Issue(Bank);
        using var other = _authority.Issue("CN=other.example, O=Bank");
        using var forServers = _authority.Issue(Bank, "1.3.6.1.5.5.7.3.1");
        using var stranger = new ClientCertificateMaker();
        using var forged = stranger.Issue(Bank);
        using var late = _authority.Issue(Bank, from: _time.GetUtcNow().AddDays(1));
        using var brief = _authority.Issue(Bank, until: _time.GetUtcNow().AddDays(1));
        Assert.True(_certificates.Fit(client, right));
        Assert.False(_certificates.Fit(client, other));
        Assert.False(_certificates.Fit(client, forServers));
        Assert.False(_certificates.Fit(client, forged));
        Assert.False(_certificates.Fit(client, late));
        Assert.True(_certificates.Fit(client, brief));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(_certificates.Fit(client, brief));
        Assert.True(_certificates.Fit(client, right));
    }

    [Fact]
    public async Task A_call_without_the_clients_certificate_is_4001_over_HTTP_and_HTTPS()
    {
        using var files = new CertificateMaker();
        files.Write("127.0.0.1");
        using var right = _authority.Issue(Bank);
        using var wrong = _authority.Issue("CN=other.example");
        var https = $"https://127.0.0.1:{Ports.Free()}";
        var file = files.Certificate + ".yaml";
        await File.WriteAllTextAsync(file,
            $$"""
            marketplace:
              clients:
                - { id: 40, secrets: [ the-secret-of-40 ], keys: [ the-key-of-client-40 ], certificates: [ { subject: "{{Bank}}",
                    authorities: [ "{{_authority.RootPem.ReplaceLineEndings(" ")}}", "{{_authority.Issuer}}" ] } ] }
                - { id: 41, secrets: [ the-secret-of-41 ], keys: [ the-key-of-client-41 ] }
            """);
        await using var server = await RunningServer.Start(
            "sqlite", "--Provision", file, "--Https:Url", https, "--Https:Certificate", files.Certificate,
            "--Https:Key", files.Key);
        using var shows = Http(https, right);
        using var showsWrong = Http(https, wrong);
        using var showsNone = Http(https, null);
        Assert.Equal((400, "unauthorized_client"), await Token(showsNone, 40));
        Assert.Equal((400, "unauthorized_client"), await Token(server.Http, 40));
        var (status, token) = await Token(shows, 40);
        Assert.Equal(200, status);
        Assert.Equal((200, null), await Prefixes(shows, 40, token));
        Assert.Equal((401, "4001"), await Prefixes(showsWrong, 40, token));
        Assert.Equal((401, "4001"), await Prefixes(showsNone, 40, token));
        Assert.Equal((401, "4001"), await Prefixes(server.Http, 40, token));
        // Nobody else is asked for more than before.
        foreach (var http in (HttpClient[])[showsNone, showsWrong, server.Http])
            Assert.Equal((200, null), await Prefixes(http, 41, (await Token(http, 41)).Said));
    }

    private static Client Of(params IReadOnlyList<ClientCertificate> certificates) =>
        new() { Id = 1, Certificates = certificates };

    private static HttpClient Http(string address, X509Certificate2? certificate)
    {
        // Who serves is not what is tried here.
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        if (certificate is not null) handler.SslOptions.ClientCertificates = [certificate];
        return new HttpClient(handler) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) };
    }

    private static async Task<(int Status, string? Said)> Token(HttpClient http, int client)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = $"{client}",
            ["client_secret"] = $"the-secret-of-{client}",
            ["grant_type"] = "client_credentials",
        });
        using var response = await http.PostAsync(MarketWorld.TokenPath, form);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return ((int)response.StatusCode, (string?)(body["access_token"] ?? body["error"]));
    }

    private static async Task<(int, string?)> Prefixes(HttpClient http, int client, string? token)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, MarketWorld.Base + "/lookupCountryPrefix/1.0/?countryCode=NG");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("X-API-Key", $"the-key-of-client-{client}");
        using var response = await http.SendAsync(request);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        return ((int)response.StatusCode, body is JsonObject ? (string?)body["responseCode"] : null);
    }
}
