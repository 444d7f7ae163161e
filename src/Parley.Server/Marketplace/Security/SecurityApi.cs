using System.Globalization;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Marketplace.Security;

/// <summary>The token call and the published keys (contract marketplace §5.1).</summary>
internal sealed partial class SecurityApi(
    MarketplaceOptions options, Catalogue catalogue, ClientTokens tokens, SigningKeys keys,
    CallerCertificates certificates, RateBuckets rates, Ids ids, ILogger<SecurityApi> log)
{
    private const int LargestForm = 16_384;

    public async Task Token(HttpContext context)
    {
        MarketAnswer answer;
        try
        {
            answer = await Answer(context);
        }
        catch (BadHttpRequestException)
        {
            answer = Error("invalid_request", "The body could not be read");
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            Failed(log, error.GetType().Name, error.Message);
            answer = Error("server_error", "Unexpected error") with { Status = 500 };
        }
        await MarketDoor.Write(context, answer);
    }

    public async Task Keys(HttpContext context)
    {
        await keys.Current(context.RequestAborted);
        await MarketDoor.Write(context, MarketAnswer.Ok(new { keys = keys.Published.Select(Public) }));
    }

    private async Task<MarketAnswer> Answer(HttpContext context)
    {
        if (await Form(context) is not { } form)
            return Error("invalid_request", $"The body must be a form of at most {LargestForm} octets, no field twice");
        var grant = form.GetValueOrDefault("grant_type");
        if (grant is not ("client_credentials" or "refresh_token"))
            return Error("unsupported_grant_type", "grant_type must be client_credentials");
        var secret = form.GetValueOrDefault("client_secret", "");
        var written = form.GetValueOrDefault("client_id");
        if (!int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || catalogue.Client(id) is not { } client)
            return Error("invalid_client", "UNKNOWN_CLIENT");
        // Counted before the secret is looked at: it bounds guessing as well.
        var wait = rates.Take("token", $"{id}", options.TokenCallsPerMinute, TimeSpan.FromMinutes(1));
        if (wait > 0)
            return Error("slow_down", "Too many token calls; tokens are reusable") with
            {
                Status = 429,
                RetryAfter = wait,
            };
        if (secret.Length is 0 or > 255 || !client.SecretHashes.Contains(TenantDirectory.HashOf(secret)))
            return Error("unauthorized_client", "The client secret is wrong");
        if (!certificates.Fit(client, context.Connection.ClientCertificate)
            || !client.MayCallFrom(context.Connection.RemoteIpAddress))
            return Error("unauthorized_client", "The client's certificate or network is not the one agreed on");
        if (grant == "refresh_token" && await tokens.ClientOf(
            form.GetValueOrDefault("refresh_token", ""), ClientTokens.Refresh, context.RequestAborted) != id)
            return Error("invalid_grant", "The refresh token is invalid or expired");
        return await Issue(id, context.RequestAborted);
    }

    /// <summary>The fields; null for what is no such form, or has a field twice (RFC 6749 §3.2).</summary>
    private static async Task<Dictionary<string, string>?> Form(HttpContext context)
    {
        var type = context.Request.ContentType ?? "";
        if (!type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)) return null;
        if (await RequestBody.Read(context.Request, LargestForm, context.RequestAborted) is not { } body) return null;
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in FormPairs.Read(body))
            if (!fields.TryAdd(name, Encoding.UTF8.GetString(value))) return null;
        return fields;
    }

    private async Task<MarketAnswer> Issue(int id, CancellationToken cancel)
    {
        var session = ids.Next();
        return MarketAnswer.Ok(new Dictionary<string, object>
        {
            ["access_token"] = await tokens.Make(id, ClientTokens.Bearer, session, ClientTokens.Life, cancel),
            ["expires_in"] = (int)ClientTokens.Life.TotalSeconds,
            ["refresh_expires_in"] = $"{(int)ClientTokens.RefreshLife.TotalSeconds}",
            ["refresh_token"] = await tokens.Make(id, ClientTokens.Refresh, session, ClientTokens.RefreshLife, cancel),
            ["token_type"] = "bearer",
            ["id_token"] = await tokens.Make(id, ClientTokens.Id, session, ClientTokens.Life, cancel),
            ["not-before-policy"] = 0,
            ["session_state"] = session,
        });
    }

    private static MarketAnswer Error(string error, string description) =>
        new(400, new { error, error_description = description });

    private static object Public(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            kty = "EC",
            crv = "P-256",
            use = "sig",
            alg = SecurityAlgorithms.EcdsaSha256,
            kid = key.KeyId,
            x = Base64UrlEncoder.Encode(point.X),
            y = Base64UrlEncoder.Encode(point.Y),
        };
    }

    [LoggerMessage(LogLevel.Error, "A token call failed: {Kind}: {Reason}")]
    private static partial void Failed(ILogger log, string kind, string reason);
}
