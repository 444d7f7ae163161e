namespace Parley.Server.Marketplace.Products;

/// <summary>A system of somebody else that is called: where, and what proves that it is us.</summary>
public sealed record Partner
{
    public required string Url { get; init; }

    /// <summary>With a password: Basic. Empty for none.</summary>
    public string User { get; init; } = "";

    public string Password { get; init; } = "";

    /// <summary>A static bearer token; empty for none.</summary>
    public string Bearer { get; init; } = "";

    /// <summary>Bearer tokens that are fetched from its token endpoint; null for none.</summary>
    public PartnerOAuth? OAuth { get; init; }

    /// <summary>A header with a key; null for none.</summary>
    public PartnerApiKey? ApiKey { get; init; }

    /// <summary>Our certificate, and whom we trust to be the partner; null for none and whom the system trusts.</summary>
    public PartnerTls? Tls { get; init; }

    /// <summary>Signs the body (§3); empty for none.</summary>
    public string SignatureSecret { get; init; } = "";
}

/// <summary>OAuth 2 client credentials (RFC 6749 §4.4).</summary>
public sealed record PartnerOAuth
{
    public required string TokenUrl { get; init; }

    public required string ClientId { get; init; }

    public required string ClientSecret { get; init; }

    /// <summary>Empty for none.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Empty for none; some servers want to know whom the token is for.</summary>
    public string Audience { get; init; } = "";

    /// <summary>Id and secret stand in the form instead of in Authorization (RFC 6749 §2.3.1).</summary>
    public bool SecretInForm { get; init; }
}

/// <summary>A key of ours in a header of the partner's choice.</summary>
public sealed record PartnerApiKey(string Header, string Value);

/// <summary>Files for TLS, read again when they change.</summary>
public sealed record PartnerTls
{
    /// <summary>Our certificate, PEM or PKCS #12; empty for none.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>Its key as PEM, when it isn't in the same file.</summary>
    public string Key { get; init; } = "";

    /// <summary>Opens the key or the PKCS #12 file; empty for none.</summary>
    public string Password { get; init; } = "";

    /// <summary>PEM: only who is certified by one of these is the partner; empty for whom the system trusts.</summary>
    public string Trust { get; init; } = "";
}
