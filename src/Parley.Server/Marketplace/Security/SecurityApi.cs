using System.Globalization;
using Microsoft.IdentityModel.Tokens;
using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Security;

/// <summary>The token call and the published keys (contract marketplace §5.1).</summary>
internal sealed class SecurityApi(
    MarketplaceOptions options, Catalogue catalogue, ClientTokens tokens, SigningKeys keys, RateBuckets rates, Ids ids)
{
    public async Task Token(HttpContext context) => await MarketDoor.Write(context, await Answer(context));

    public async Task Keys(HttpContext context)
    {
        await keys.Current(context.RequestAborted);
        await MarketDoor.Write(context, MarketAnswer.Ok(new { keys = keys.Published.Select(Public) }));
    }

    private async Task<MarketAnswer> Answer(HttpContext context)
    {
        var request = context.Request;
        if (!request.HasFormContentType || request.ContentLength > 16_384)
            return Error("invalid_request", "The body must be a form of at most 16384 octets");
        var form = await request.ReadFormAsync(context.RequestAborted);
        var grant = form["grant_type"].ToString();
        if (grant is not ("client_credentials" or "refresh_token"))
            return Error("unsupported_grant_type", "grant_type must be client_credentials");
        var secret = form["client_secret"].ToString();
        if (!int.TryParse(form["client_id"], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || catalogue.Client(id) is not { } client)
            return Error("invalid_client", "UNKNOWN_CLIENT");
        // Counted before the secret is looked at: it bounds guessing as well.
        if (!rates.TryTake("token", $"{id}", options.TokenCallsPerMinute, TimeSpan.FromMinutes(1)))
            return new(429, new
            {
                error = "slow_down",
                error_description =
                "Too many token calls; tokens are reusable"
            });
        if (secret.Length is 0 or > 255 || !client.SecretHashes.Contains(TenantDirectory.HashOf(secret)))
            return Error("unauthorized_client", "The client secret is wrong");
        if (grant == "refresh_token" && await tokens.ClientOf(
            form["refresh_token"].ToString(), ClientTokens.Refresh, context.RequestAborted) != id)
            return Error("invalid_grant", "The refresh token is invalid or expired");
        return await Issue(id, context.RequestAborted);
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
}
