using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Parley.Platform;

namespace Parley.Server.Marketplace.Security;

/// <summary>Makes and checks the tokens of clients (contract marketplace §5.1): JWT, signed with <see cref="SigningKeys"/>.</summary>
internal sealed class ClientTokens(MarketplaceOptions options, SigningKeys keys, Ids ids, TimeProvider time)
{
    public const string Bearer = "Bearer", Refresh = "Refresh", Id = "ID";

    public static readonly TimeSpan Life = TimeSpan.FromSeconds(300);
    public static readonly TimeSpan RefreshLife = TimeSpan.FromSeconds(1_800);

    private const int LongestToken = 4_000;
    private const int MostRemembered = 10_000;
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly ConcurrentDictionary<string, (int ClientId, long Until)> _remembered = new();

    private string Issuer => "urn:parley:realm:" + options.Realm;

    public async Task<string> Make(int clientId, string kind, string session, TimeSpan life, CancellationToken cancel)
    {
        var key = await keys.Current(cancel);
        var now = time.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "marketplace",
            IssuedAt = now,
            NotBefore = now,
            Expires = now + life,
            Subject = new ClaimsIdentity(
            [
                new("sub", clientId.ToString(CultureInfo.InvariantCulture)), new("jti", ids.Next()), new("typ", kind),
                new("session_state", session),
            ]),
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>The client that a token of that kind was made for; null when it is malformed, forged, expired or of another kind.</summary>
    public async ValueTask<int?> ClientOf(string token, string kind, CancellationToken cancel)
    {
        if (token.Length is 0 or > LongestToken) return null;
        var remembered = kind + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
        var now = time.NowMicros();
        if (_remembered.TryGetValue(remembered, out var known) && known.Until > now) return known.ClientId;
        var read = await Check(token);
        if (read.Exception is SecurityTokenSignatureKeyNotFoundException)
        {
            // Another node may have made a new key.
            await keys.Refresh(cancel);
            read = await Check(token);
        }
        if (!read.IsValid || read.SecurityToken is not JsonWebToken jwt
            || !jwt.TryGetPayloadValue<string>("typ", out var typ) || typ != kind
            || !int.TryParse(jwt.Subject, CultureInfo.InvariantCulture, out var clientId)) return null;
        if (_remembered.Count > MostRemembered) _remembered.Clear();
        _remembered[remembered] = (clientId, Micros.FromTime(jwt.ValidTo));
        return clientId;
    }

    private Task<TokenValidationResult> Check(string token) => _handler.ValidateTokenAsync(token, new()
    {
        ValidIssuer = Issuer,
        ValidAudience = "marketplace",
        IssuerSigningKeys = keys.Published,
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        LifetimeValidator = (from, until, _, _) =>
            from <= time.GetUtcNow().UtcDateTime.AddSeconds(5) && until > time.GetUtcNow().UtcDateTime,
    });
}
