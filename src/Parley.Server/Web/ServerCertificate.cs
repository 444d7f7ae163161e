using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Server.Web;

/// <summary>
/// The server's certificate, for HTTPS and for SMPP over TLS. Handshakes look at its files again, at most every few
/// seconds: a new certificate is used from the next handshake on, without a restart. A file that can't be used changes
/// nothing and is told of once.
/// </summary>
public sealed partial class ServerCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);

    private readonly HttpsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Lock _looking = new();
    private volatile SslStreamCertificateContext? _current;
    private byte[] _mark = [];
    private long _lookedAt;

    /// <summary>Reads the files, when any are set.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="CryptographicException">The files hold no certificate with its key.</exception>
    public ServerCertificate(HttpsOptions options, TimeProvider time, ILogger<ServerCertificate> log)
    {
        (_options, _time, _log) = (options, time, log);
        if (!Configured) return;
        var files = CertificateFiles.Read(options);
        (_mark, _current) = (files.Mark, files.Load(options.Password));
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>True when <c>Https:Certificate</c> is set.</summary>
    public bool Configured => _options.Certificate.Length > 0;

    /// <summary>The certificate to use for the next handshake, with its private key; null when none is set.</summary>
    public X509Certificate2? Current => Context?.TargetCertificate;

    /// <summary>The certificate with those that follow it in its file; null when none is set.</summary>
    public SslStreamCertificateContext? Context
    {
        get
        {
            if (Configured) Look();
            return _current;
        }
    }

    /// <summary>What a TLS listener of ours passes to <see cref="SslStream"/>, made anew for each handshake.</summary>
    /// <exception cref="InvalidOperationException">No certificate is set.</exception>
    public SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificateContext = Context ?? throw new InvalidOperationException("Https:Certificate is not set"),
        ClientCertificateRequired = false,
    };

    /// <summary>What is wrong with the files; null when they can be used.</summary>
    internal static string? Problem(HttpsOptions options)
    {
        try
        {
            using var _ = CertificateFiles.Read(options).Load(options.Password).TargetCertificate;
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or CryptographicException)
        {
            return error.Message;
        }
    }

    // One handshake looks, the others go on with what there is.
    private void Look()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _lookedAt)) < LookEvery || !_looking.TryEnter()) return;
        try
        {
            Volatile.Write(ref _lookedAt, _time.GetTimestamp());
            var files = CertificateFiles.Read(_options);
            if (files.Mark.AsSpan().SequenceEqual(_mark)) return;
            // Also of what can't be used: it is told of once.
            _mark = files.Mark;
            var loaded = files.Load(_options.Password);
            _current = loaded;
            Changed(_log, loaded.TargetCertificate.Subject, loaded.TargetCertificate.NotAfter.ToUniversalTime());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Away: the next look may find it. Said once, too.
            if (_mark.Length > 0) Unusable(_log, _options.Certificate, error.Message);
            _mark = [];
        }
        catch (CryptographicException error)
        {
            Unusable(_log, _options.Certificate, error.Message);
        }
        finally
        {
            _looking.Exit();
        }
    }

    [LoggerMessage(LogLevel.Information, "The certificate changed: {Subject}, valid until {Until:u}")]
    private static partial void Changed(ILogger log, string subject, DateTime until);

    [LoggerMessage(LogLevel.Error, "The new certificate in {File} can't be used, the one before stays: {Reason}")]
    private static partial void Unusable(ILogger log, string file, string reason);
}
