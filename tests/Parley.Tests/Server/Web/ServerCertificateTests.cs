using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Web;

namespace Parley.Tests.Server.Web;

public sealed class ServerCertificateTests : IDisposable
{
    private readonly CertificateMaker _files = new();
    private readonly FakeTimeProvider _time = new();
    private readonly ErrorCount _log = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Without_a_file_there_is_none()
    {
        var none = new ServerCertificate(new HttpsOptions(), _time, _log);
        Assert.False(none.Configured);
        Assert.Null(none.Current);
        Assert.Throws<InvalidOperationException>(none.ServerOptions);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s3cret")]
    public void Reads_PEM_and_PKCS_12(string password)
    {
        _files.Write("shop.example", password);
        var pem = new HttpsOptions { Certificate = _files.Certificate, Key = _files.Key, Password = password };
        Assert.Equal("CN=shop.example", new ServerCertificate(pem, _time, _log).Current!.Subject);
        var pfx = new HttpsOptions { Certificate = _files.Pfx, Password = password };
        Assert.Empty(pfx.Problems());
        var read = new ServerCertificate(pfx, _time, _log).Current!;
        Assert.Equal(("CN=shop.example", true), (read.Subject, read.HasPrivateKey));
    }

    [Fact]
    public async Task A_handshake_brings_the_issuer_that_follows_in_the_file()
    {
        _files.WriteIssued("shop.example", "between");
        var certificate = Open();
        var seen = new List<string>();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var far = new TcpClient();
        await far.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var near = await listener.AcceptTcpClientAsync();
        await using var server = new SslStream(near.GetStream());
        await using var client = new SslStream(far.GetStream(), false, (_, _, chain, _) =>
        {
            seen.AddRange(chain!.ChainPolicy.ExtraStore.Select(c => c.Subject));
            return true;
        });
        await Deadline.For(
            Task.WhenAll(
                server.AuthenticateAsServerAsync(certificate.ServerOptions()),
                client.AuthenticateAsClientAsync("shop.example")), "the handshake");
        Assert.Equal("CN=shop.example", client.RemoteCertificate!.Subject);
        Assert.Contains("CN=between", seen);
    }

    [Fact]
    public void A_new_file_is_used_after_some_seconds_and_not_looked_for_before()
    {
        _files.Write("one");
        var certificate = Open();
        _files.Write("two");
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal("CN=one", certificate.Current!.Subject);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal("CN=two", certificate.Current!.Subject);
        Assert.Equal("CN=two", certificate.ServerOptions().ServerCertificateContext!.TargetCertificate.Subject);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")]
    public void A_broken_file_changes_nothing_and_is_told_of_once(string contents)
    {
        _files.Write("one");
        var certificate = Open();
        File.WriteAllText(_files.Certificate, contents);
        Look(certificate, "CN=one", times: 4);
        Assert.Equal(1, _log.Errors);
        _files.Write("two");
        Look(certificate, "CN=two", times: 1);
    }

    [Fact]
    public void A_file_that_goes_away_or_does_not_fit_its_key_changes_nothing_either()
    {
        _files.Write("one");
        var certificate = Open();
        File.Delete(_files.Certificate);
        Look(certificate, "CN=one", times: 3);
        Assert.Equal(1, _log.Errors);
        var key = File.ReadAllText(_files.Key);
        _files.Write("two");
        File.WriteAllText(_files.Key, key);
        Look(certificate, "CN=one", times: 3);
        Assert.Equal(2, _log.Errors);
        _files.Write("three");
        Look(certificate, "CN=three", times: 1);
    }

    private ServerCertificate Open() =>
        new(new HttpsOptions { Certificate = _files.Certificate, Key = _files.Key }, _time, _log);

    private void Look(ServerCertificate certificate, string subject, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(4));
            Assert.Equal(subject, certificate.Current!.Subject);
        }
    }

    private sealed class ErrorCount : ILogger<ServerCertificate>
    {
        public int Errors { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error) Errors++;
        }
    }
}
