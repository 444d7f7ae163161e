namespace Parley.Server.Web;

/// <summary>The server's own certificate and where HTTPS listens. Section <c>Https</c>.</summary>
public sealed record HttpsOptions
{
    /// <summary>Where HTTPS listens beside <c>urls</c>, such as https://*:8443; empty for nowhere.</summary>
    public string Url { get; init; } = "";

    /// <summary>File with the certificate and what follows it up to the root: PEM, or PKCS #12 (.pfx).</summary>
    public string Certificate { get; init; } = "";

    /// <summary>PEM file with the private key; empty when the certificate's file holds it.</summary>
    public string Key { get; init; } = "";

    /// <summary>Password of the key or of the PKCS #12 file; empty for none.</summary>
    public string Password { get; init; } = "";

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Url.Length > 0 && Certificate.Length == 0)
            yield return "Https:Url is set, Https:Certificate is not; HTTPS needs a certificate";
        if (Certificate.Length == 0 && (Key.Length > 0 || Password.Length > 0))
            yield return "Https:Key and Https:Password belong to Https:Certificate, which is not set";
        if (Url.Length > 0 && !IsHttps(Url))
            yield return $"Https:Url: {Url} is no address to listen on, such as https://*:8443";
        if (Certificate.Length > 0 && ServerCertificate.Problem(this) is { } problem)
            yield return $"Https:Certificate can't be used: {problem}";
    }

    private static bool IsHttps(string url)
    {
        // The web server's wildcards are no hosts.
        var plain = url.Replace("//*", "//any", StringComparison.Ordinal)
            .Replace("//+", "//any", StringComparison.Ordinal);
        return Uri.TryCreate(plain, UriKind.Absolute, out var uri) && uri.Scheme == "https"
            && uri.AbsolutePath == "/" && !url.Contains(';');
    }
}
