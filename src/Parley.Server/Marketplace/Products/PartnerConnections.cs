using System.Collections.Concurrent;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Parley.Server.Web;

namespace Parley.Server.Marketplace.Products;

/// <summary>
/// Connections to partners: one pool for those without files of their own, and one for each set of files. Files are
/// looked at again at most every few seconds; when they have changed, new calls use new connections, and those under way
/// end on the old ones. Files that can't be used change nothing and are told of once.
/// </summary>
internal sealed partial class PartnerConnections(TimeProvider time, ILogger log) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(5);

    private readonly HttpMessageInvoker _plain = new(Handler());
    private readonly ConcurrentDictionary<PartnerTls, Pool> _pools = new();

    public void Dispose()
    {
        _plain.Dispose();
        foreach (var pool in _pools.Values) pool.Current?.Dispose();
    }

    /// <exception cref="IOException">A file can't be read, and none was before.</exception>
    /// <exception cref="CryptographicException">The files hold nothing of use, and did not before.</exception>
    public HttpMessageInvoker To(Partner partner)
    {
        if (partner.Tls is not { } tls) return _plain;
        var pool = _pools.GetOrAdd(tls, static _ => new());
        lock (pool)
        {
            if (pool.Current is null || time.GetElapsedTime(pool.LookedAt) >= LookEvery) Look(tls, pool);
            return pool.Current!;
        }
    }

    /// <summary>What is wrong with the files; null when they can be used.</summary>
    public static string? Problem(PartnerTls tls)
    {
        try
        {
            Make(Contents.Read(tls), tls).Dispose();
            return null;
        }
        catch (Exception error) when (IsTrouble(error))
        {
            return error.Message;
        }
    }

    private void Look(PartnerTls tls, Pool pool)
    {
        pool.LookedAt = time.GetTimestamp();
        try
        {
            var contents = Contents.Read(tls);
            if (contents.Mark == pool.Mark) return;
            // The old pool is left to its calls; its idle connections close by themselves.
            pool.Current = Make(contents, tls);
            (pool.Mark, pool.Trouble) = (contents.Mark, "");
        }
        catch (Exception error) when (IsTrouble(error) && pool.Current is not null)
        {
            if (pool.Trouble != error.Message) Unusable(log, tls.Certificate, tls.Trust, error.Message);
            pool.Trouble = error.Message;
        }
    }

    private static bool IsTrouble(Exception error) =>
        error is IOException or UnauthorizedAccessException or CryptographicException;

    private static HttpMessageInvoker Make(Contents contents, PartnerTls tls)
    {
        var handler = Handler();
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificateContext = contents.Certificate?.Load(tls.Password),
            CertificateChainPolicy = contents.Trust is { } trust ? Policy(trust) : null,
        };
        return new(handler);
    }

    private static X509ChainPolicy Policy(string pem)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy.CustomTrustStore.Count > 0 ? policy
            : throw new CryptographicException("there is no certificate in the file of those to be trusted");
    }

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = ConnectWithin,
        // A connection that the other side may be closing would make an outcome uncertain for nothing.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(10),
        MaxConnectionsPerServer = 256,
        ActivityHeadersPropagator = null,
        MaxResponseHeadersLength = 16,
    };

    [LoggerMessage(LogLevel.Error,
        "The files of a partner can't be used, what was there before stays ({Certificate} {Trust}): {Reason}")]
    private static partial void Unusable(ILogger log, string certificate, string trust, string reason);

    private sealed class Pool
    {
        public HttpMessageInvoker? Current { get; set; }

        public string Mark { get; set; } = "";

        public string Trouble { get; set; } = "";

        public long LookedAt { get; set; }
    }

    private sealed record Contents(CertificateFiles? Certificate, string? Trust)
    {
        public string Mark { get; } = Convert.ToHexString(SHA256.HashData(
            [.. Certificate?.Mark ?? [], .. SHA256.HashData(Encoding.UTF8.GetBytes(Trust ?? ""))]));

        public static Contents Read(PartnerTls tls) => new(
            tls.Certificate.Length > 0 ? CertificateFiles.Read(tls.Certificate, tls.Key) : null,
            tls.Trust.Length > 0 ? CertificateFiles.ReadText(tls.Trust) : null);
    }
}
