using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Parley.Server.Marketplace.Products;

/// <summary>
/// Tokens from partners' token endpoints (RFC 6749 §4.4): kept until shortly before they expire, fetched by one caller
/// at a time. A fetch that failed is not repeated for a second.
/// </summary>
internal sealed class PartnerTokens(TimeProvider time)
{
    private const int LargestAnswer = 64 << 10;
    private const int MostKept = 1_000;
    private static readonly TimeSpan LongestLife = TimeSpan.FromDays(1);

    /// <summary>When the answer doesn't say how long the token is good.</summary>
    private static readonly TimeSpan UnsaidLife = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<PartnerOAuth, Slot> _slots = new();

    /// <summary>A token that is good now; null when none is to be had.</summary>
    public async Task<string?> Of(PartnerOAuth oauth, HttpMessageInvoker http, CancellationToken cancel)
    {
        if (_slots.Count > MostKept) _slots.Clear();
        var slot = _slots.GetOrAdd(oauth, static _ => new());
        if (slot.Good(time.GetUtcNow()) is { } known) return known;
        await slot.Gate.WaitAsync(cancel);
        try
        {
            var now = time.GetUtcNow();
            if (slot.Good(now) is { } fetched) return fetched;
            if (now < slot.RestUntil) return null;
            if (await Fetch(oauth, http, cancel) is not var (token, life))
            {
                slot.RestUntil = time.GetUtcNow() + RestAfterFailure;
                return null;
            }
            slot.Keep(token, now + life - (life > 4 * Early ? Early : life / 4));
            return token;
        }
        finally
        {
            slot.Gate.Release();
        }
    }

    /// <summary>The partner refuses the token: it isn't used again.</summary>
    public void Forget(PartnerOAuth oauth, string token)
    {
        if (_slots.TryGetValue(oauth, out var slot)) slot.Forget(token);
    }

    private static async Task<(string Token, TimeSpan Life)?> Fetch(
        PartnerOAuth oauth, HttpMessageInvoker http, CancellationToken cancel)
    {
        using var request = Request(oauth);
        try
        {
            using var response = await http.SendAsync(request, cancel);
            if (!response.IsSuccessStatusCode) return null;
            await using var stream = await response.Content.ReadAsStreamAsync(cancel);
            var buffer = new byte[LargestAnswer];
            var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            return Read(buffer.AsMemory(0, length));
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private static HttpRequestMessage Request(PartnerOAuth oauth)
    {
        List<KeyValuePair<string, string>> form = [new("grant_type", "client_credentials")];
        if (oauth.Scope.Length > 0) form.Add(new("scope", oauth.Scope));
        if (oauth.Audience.Length > 0) form.Add(new("audience", oauth.Audience));
        if (oauth.SecretInForm)
            form.AddRange([new("client_id", oauth.ClientId), new("client_secret", oauth.ClientSecret)]);
        var request = new HttpRequestMessage(HttpMethod.Post, oauth.TokenUrl)
        {
            Content = new FormUrlEncodedContent(form),
        };
        request.Headers.Accept.Add(new("application/json"));
        // RFC 6749 §2.3.1: both are form-encoded before they are put together.
        if (!oauth.SecretInForm)
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(
                Encoding.UTF8.GetBytes(
                    $"{Uri.EscapeDataString(oauth.ClientId)}:{Uri.EscapeDataString(oauth.ClientSecret)}")));
        return request;
    }

    internal static (string Token, TimeSpan Life)? Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("access_token", out var given)
                || given.ValueKind != JsonValueKind.String
                || given.GetString() is not { Length: > 0 and <= 16_000 } token
                || token.Any(c => c is <= ' ' or > '~')) return null;
            if (document.RootElement.TryGetProperty("token_type", out var type)
                && !(type.ValueKind == JsonValueKind.String
                    && "Bearer".Equals(type.GetString(), StringComparison.OrdinalIgnoreCase))) return null;
            return (token, LifeOf(document.RootElement));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static TimeSpan LifeOf(JsonElement said)
    {
        if (!said.TryGetProperty("expires_in", out var life)) return UnsaidLife;
        var seconds = life.ValueKind switch
        {
            JsonValueKind.Number when life.TryGetInt64(out var number) => number,
            JsonValueKind.String when long.TryParse(life.GetString(), out var number) => number,
            _ => (long)UnsaidLife.TotalSeconds,
        };
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, (long)LongestLife.TotalSeconds));
    }

    private sealed class Slot
    {
        private volatile Kept? _kept;

        /// <summary>One fetches, the others wait for what it gets.</summary>
        public SemaphoreSlim Gate { get; } = new(1);

        public DateTimeOffset RestUntil { get; set; }

        public string? Good(DateTimeOffset now) => _kept is { } kept && now < kept.Until ? kept.Token : null;

        public void Keep(string token, DateTimeOffset until) => _kept = new(token, until);

        public void Forget(string token)
        {
            if (_kept is { } kept && kept.Token == token) Interlocked.CompareExchange(ref _kept, null, kept);
        }

        private sealed record Kept(string Token, DateTimeOffset Until);
    }
}
