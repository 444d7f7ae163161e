using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Server.Marketplace.Products;

/// <summary>A bank with a token endpoint (RFC 6749 §4.4): good tokens are those it gave out since it last withdrew them.</summary>
internal sealed class TokenBank : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly int _port = Ports.Free();
    private readonly Lock _lock = new();
    private readonly HashSet<string> _good = [];

    private TokenBank()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        _app = builder.Build();
        _app.MapPost("/token", (Delegate)Give);
        _app.MapPost("/reserve", Reserve);
    }

    public int Fetched { get; private set; }

    public int Called { get; private set; }

    /// <summary>Reservations that were made.</summary>
    public int Done { get; private set; }

    public string Form { get; private set; } = "";

    public string FetchedWith { get; private set; } = "";

    public string LastKey { get; private set; } = "";

    public string LastAuthorization { get; private set; } = "";

    public bool Refuses { get; set; }

    public bool LosesAnswers { get; set; }

    /// <summary>What the token endpoint answers instead; null for a token.</summary>
    public (int Status, string Body)? Instead { get; set; }

    public static async Task<TokenBank> Start()
    {
        var bank = new TokenBank();
        await bank._app.StartAsync();
        return bank;
    }

    public Partner Partner(bool inForm = false) => new()
    {
        Url = $"http://127.0.0.1:{_port}",
        OAuth = new PartnerOAuth
        {
            TokenUrl = $"http://127.0.0.1:{_port}/token",
            ClientId = "us:1",
            ClientSecret = "s&cret",
            Scope = "reserve",
            SecretInForm = inForm,
        },
    };

    public void Withdraw()
    {
        lock (_lock) _good.Clear();
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> Give(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        var form = await reader.ReadToEndAsync();
        lock (_lock)
        {
            (Form, FetchedWith) = (form, $"{context.Request.Headers.Authorization}");
            Fetched++;
            if (Instead is var (status, body)) return Results.Text(body, "application/json", statusCode: status);
            var token = $"token-{Fetched}";
            _good.Add(token);
            return Results.Json(new { access_token = token, token_type = "bearer", expires_in = 300 });
        }
    }

    private IResult Reserve(HttpContext context)
    {
        lock (_lock)
        {
            Called++;
            LastKey = $"{context.Request.Headers["X-Bank-Key"]}";
            LastAuthorization = $"{context.Request.Headers.Authorization}";
            var known = LastKey.Length > 0
                || (LastAuthorization.StartsWith("Bearer ", StringComparison.Ordinal)
                    && _good.Contains(LastAuthorization[7..]));
            if (Refuses || !known) return Results.Unauthorized();
            Done++;
            if (!LosesAnswers)
                return Results.Json(new { responseCode = "0000", reserveFundsTxnRef = $"HOLD-{Done}" });
            context.Abort();
            return Results.Empty;
        }
    }
}
