using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Parley.Tests.Server.Web;

/// <summary>What every door inherits from the web server: TLS, odd request lines, addresses of nobody.</summary>
public sealed class WebModuleTests
{
    [Fact]
    public async Task HTTPS_answers_beside_HTTP_and_takes_a_new_certificate_without_a_restart()
    {
        using var files = new CertificateMaker();
        files.Write("one");
        var port = Ports.Free();
        await using var server = await RunningServer.Start(
            "sqlite", "--Https:Url", $"https://127.0.0.1:{port}", "--Https:Certificate", files.Certificate,
            "--Https:Key", files.Key);
        var (subject, answer) = await OverTls(port);
        Assert.Equal("CN=one", subject);
        Assert.EndsWith("live", answer, StringComparison.Ordinal);
        Assert.Equal("live", await server.Http.GetStringAsync("/health/live"));
        files.Write("two");
        await Eventually.Holds(
            async () => (await OverTls(port)).Subject == "CN=two",
            "the new certificate is used");
    }

    [Fact]
    public async Task The_sandbox_has_no_admin_key_while_HTTPS_listens_beyond_loopback()
    {
        using var files = new CertificateMaker();
        files.Write("one");
        await using var server = await RunningServer.Start(
            "sqlite", "--Https:Url", $"https://0.0.0.0:{Ports.Free()}", "--Https:Certificate", files.Certificate,
            "--Https:Key", files.Key);
        Assert.Equal(401, await server.Admin("/admin/v1/carriers"));
    }

    [Fact]
    public async Task A_client_may_use_the_server_as_its_proxy()
    {
        await using var server = await RunningServer.Start("sqlite");
        foreach (var host in (string[])["api.clickatell.com", "proxy.example:3128", ""])
        {
            var answer = await Raw(server,
                $"GET http://api.clickatell.com/public-client/balance HTTP/1.1\r\nHost: {host}\r\n"
                + $"Authorization: {KeyOf(server)}\r\nProxy-Connection: close\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
            Assert.Contains("{\"balance\":", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Bodies_on_GET_and_DELETE_disturb_nobody()
    {
        await using var server = await RunningServer.Start("sqlite");
        var key = KeyOf(server);
        var answer = await Raw(server,
            $"GET /public-client/balance HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: 2\r\n\r\n{}"
            + $"DELETE /messages HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: 2\r\n\r\n{}"
            + $"GET /v1/balance HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\n"
            + "Content-Type: application/json\r\n"
            + "Content-Length: 0\r\nConnection: close\r\n\r\n");
        Assert.Equal(
            ["HTTP/1.1 200 OK", "HTTP/1.1 405 Method Not Allowed", "HTTP/1.1 200 OK"],
            answer.Split("\r\n").SelectMany(l => l.Split('}'))
                .Where(l => l.StartsWith("HTTP/1.1", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_no_surface_has_is_a_small_404_in_JSON()
    {
        await using var server = await RunningServer.Start("sqlite");
        foreach (var path in (string[])["/", "/nowhere", "/no/where.php?x=1", "/%2e%2e/etc/passwd"])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete])
            {
                using var request = new HttpRequestMessage(method, path);
                using var response = await server.Http.SendAsync(request);
                Assert.Equal(404, (int)response.StatusCode);
                Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
                Assert.NotNull(JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]);
            }
        }
    }

    [Fact]
    public async Task A_request_line_that_is_too_long_is_answered_in_the_doors_own_form()
    {
        await using var server = await RunningServer.Start("sqlite");
        (string Path, int Status, string Body)[] doors =
        [
            ("/http/sendmsg", 200, "^ERR: 101, [^:,\n]+$"), ("/utils/routeCoverage.php", 200, "^ERR: 101, "),
            ("/http_batch/quicksend", 200, "^ERR: 101, "), ("/mms/si_push", 200, "^ERR: 101, "),
            ("/rest/message", 400, "^\\{\"error\":\\{\"code\":\"100\","),
            ("/v1/balance", 400, "\"error\":\\{\"code\":21,"),
            ("/messages/http/send", 400, "^\\{\"messages\":\\[\\],\"errorCode\":100,"),
            ("/public-client/balance", 400, "^\\{\"errorCode\":100,"), ("/nowhere", 414, "^\\{\"error\":"),
        ];
        foreach (var (path, status, body) in doors)
        {
            foreach (var length in (int[])[66_000, 900_000])
            {
                var line = $"GET {path}?text={new string('x', length)} HTTP/1.1";
                var answer = await Raw(server, line + "\r\nHost: x\r\nConnection: close\r\n\r\n");
                Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
                Assert.Matches(body, answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
            }
        }
        Assert.Equal("live", await server.Http.GetStringAsync("/health/live"));
    }

    [Fact]
    public async Task Lines_that_nobody_escaped_are_read_on_connections_that_go_on_and_under_TLS()
    {
        using var files = new CertificateMaker();
        files.Write("one");
        var port = Ports.Free();
        await using var server = await RunningServer.Start(
            "sqlite", "--Https:Url", $"https://127.0.0.1:{port}", "--Https:Certificate", files.Certificate,
            "--Https:Key", files.Key);
        var balance = $"HTTP/1.1\r\nHost: x\r\nAuthorization: {KeyOf(server)}\r\nConnection: ";
        var request = $"GET /v1/balance?caf\u00e9 and more {balance}keep-alive\r\n\r\n"
            + $"POST /v1/message HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nGET /\u00e9 \u00e9 \u00e9\n"
            + $"GET http://api.clickatell.com/v1/balance?\u00ff {balance}close\r\n\r\n";
        foreach (var answer in (string[])[await Raw(server, request), (await OverTls(port, request)).Answer])
            Assert.Equal(
                ["200", "401", "200"],
                answer.Split("HTTP/1.1 ").Skip(1).Select(a => a[..3]));
    }

    /// <summary>What comes back for octets sent as they are.</summary>
    internal static async Task<string> Raw(RunningServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Http.BaseAddress!.Host, server.Http.BaseAddress.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        return await Rest(stream);
    }

    internal static string KeyOf(RunningServer server) =>
        server.Http.DefaultRequestHeaders.GetValues("Authorization").Single();

    private static async Task<(string Subject, string Answer)> OverTls(
        int port, string request = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var tls = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("x");
        await tls.WriteAsync(Encoding.Latin1.GetBytes(request));
        return (tls.RemoteCertificate!.Subject, await Rest(tls));
    }

    private static async Task<string> Rest(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await Deadline.For(reader.ReadToEndAsync(), "the answer");
    }
}
