using Parley.Server.Marketplace.Products;

namespace Parley.Server.Provisioning;

/// <summary>Reads a partner: its address and what proves that it is us.</summary>
internal static class PartnerReader
{
    private const int LongestPath = 1_000;

    /// <summary>A partner that is a map of its own; null when it is absent.</summary>
    public static Partner? Inner(Section s, string key, bool required)
    {
        if (s.Map(key) is not { } inner)
        {
            if (required) s.Problem(key, "is missing");
            return null;
        }
        var partner = Read(inner);
        inner.End();
        return partner;
    }

    /// <summary>A partner whose keys stand among others.</summary>
    public static Partner Read(Section s)
    {
        var partner = new Partner
        {
            Url = s.Required("url", 500),
            User = s.Text("user", 200),
            Password = s.Text("password", 200),
            Bearer = s.Text("bearer", 1_000),
            OAuth = OAuth(s),
            ApiKey = ApiKey(s),
            Tls = Tls(s),
            SignatureSecret = s.Text("signatureSecret", 255),
        };
        if (partner.Url.Length > 0 && !IsUrl(partner.Url)) s.Problem("url",
            "must be an http or https URL without credentials");
        var proofs = (partner.User.Length > 0 ? 1 : 0) + (partner.Bearer.Length > 0 ? 1 : 0)
            + (partner.OAuth is null ? 0 : 1);
        if (proofs > 1) s.Problem("url", "has more than one of user, bearer and oauth: Authorization holds one");
        return partner;
    }

    public static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is "http" or "https" && url.UserInfo.Length == 0;

    private static PartnerOAuth? OAuth(Section s)
    {
        if (s.Map("oauth") is not { } inner) return null;
        var oauth = new PartnerOAuth
        {
            TokenUrl = inner.Required("tokenUrl", 500),
            ClientId = inner.Required("clientId", 255),
            ClientSecret = inner.Required("clientSecret", 1_000),
            Scope = inner.Text("scope", 500),
            Audience = inner.Text("audience", 500),
            SecretInForm = inner.Flag("secretInForm", false),
        };
        if (oauth.TokenUrl.Length > 0 && !IsUrl(oauth.TokenUrl)) inner.Problem("tokenUrl",
            "must be an http or https URL without credentials");
        inner.End();
        return oauth;
    }

    private static PartnerApiKey? ApiKey(Section s)
    {
        if (s.Map("apiKey") is not { } inner) return null;
        var key = new PartnerApiKey(inner.Text("header", 60, "X-API-Key"), inner.Required("value", 1_000));
        if (!key.Header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            inner.Problem("header", "is no name of a header");
        inner.End();
        return key;
    }

    private static PartnerTls? Tls(Section s)
    {
        if (s.Map("tls") is not { } inner) return null;
        var tls = new PartnerTls
        {
            Certificate = inner.Text("certificate", LongestPath),
            Key = inner.Text("key", LongestPath),
            Password = inner.Text("password", 1_000),
            Trust = inner.Text("trust", LongestPath),
        };
        if (tls.Certificate.Length + tls.Trust.Length == 0)
            inner.Problem("certificate", "is missing, and so is trust");
        else if (PartnerHttp.Problem(tls) is { } problem) inner.Problem("certificate", $"can't be used: {problem}");
        inner.End();
        return tls;
    }
}
