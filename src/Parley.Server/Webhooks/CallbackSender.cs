using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Parley.Platform;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Webhooks;

/// <summary>
/// Makes the requests. Straight on the connection pool: no cookies, redirects, proxy, decompression or logging stand
/// between, because a callback is made for every message. Two pools: one that refuses addresses that are not public,
/// one for integrations that may use them.
/// </summary>
internal sealed class CallbackSender : IDisposable
{
    private const int MostBodyRead = 4 * 1024;
    private const int MostHeaderKilobytes = 16;

    private static readonly string UserAgent =
        $"Parley/{typeof(CallbackSender).Assembly.GetName().Version?.ToString(3)}";
    private static readonly MediaTypeHeaderValue Json = new("application/json");
    private static readonly MediaTypeHeaderValue Form = new("application/x-www-form-urlencoded");

    private readonly WebhooksOptions _options;
    private readonly TimeProvider _time;
    private readonly WebhookMeter _meter;
    private readonly HttpMessageInvoker _guarded;
    private readonly HttpMessageInvoker _open;
    private readonly CancellationTokenSource _abandon = new();

    public CallbackSender(WebhooksOptions options, TimeProvider time, WebhookMeter meter)
    {
        (_options, _time, _meter) = (options, time, meter);
        (_guarded, _open) = (Pool(options, guarded: true), Pool(options, guarded: false));
    }

    /// <summary>Ends all requests under way; they count as not made.</summary>
    public void Abandon() => _abandon.Cancel();

    public void Dispose()
    {
        _guarded.Dispose();
        _open.Dispose();
        _abandon.Dispose();
    }

    /// <summary>Sends the letter. Whatever happens is an outcome; nothing is thrown.</summary>
    public async ValueTask<Attempt> Send(CallbackDestination to, Letter letter)
    {
        using var span = WebhookMeter.Spans.HasListeners()
            ? WebhookMeter.Spans.StartActivity(
                "callback", ActivityKind.Client, letter.MessageId is { } about ? MessageTrace.Of(about) : default)
            : null;
        span?.SetTag("parley.webhook.id", letter.Id);
        var started = _time.GetTimestamp();
        var (outcome, status, error) = await Exchange(to, letter, span);
        letter.End(outcome is AttemptOutcome.Delivered or AttemptOutcome.Redirected || status != 0);
        var took = _time.GetElapsedTime(started);
        _meter.Attempted(outcome, took);
        if (error is not null) span?.SetStatus(ActivityStatusCode.Error, error);
        return new(outcome, status, error, _time.NowMicros(), (int)took.TotalMilliseconds);
    }

    private async ValueTask<(AttemptOutcome Outcome, int Status, string? Error)> Exchange(
        CallbackDestination to, Letter letter, Activity? span)
    {
        if (to.Address is null) return (AttemptOutcome.Failed, 0, "the callback address is no http or https address");
        var timeout = letter.Within(_options.Timeout);
        using var abandoned =
            _abandon.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), timeout);
        try
        {
            var request = RequestOf(to, letter, span);
            // Disposing reads the rest of the body, up to the bound, so that the connection can be used again; more
            // closes it.
            using var response = await (to.AllowPrivate ? _open : _guarded).SendAsync(request, timeout.Token);
            return (int)response.StatusCode switch
            {
                >= 200 and < 300 and var code => (AttemptOutcome.Delivered, code, null),
                >= 300 and < 400 and var code =>
                    (AttemptOutcome.Redirected, code, $"HTTP {code}: redirects are neither followed nor retried"),
                var code => (AttemptOutcome.Failed, code, $"HTTP {code}"),
            };
        }
        catch (Exception) when (_abandon.IsCancellationRequested)
        {
            return (AttemptOutcome.Abandoned, 0, "the node stopped");
        }
        catch (OperationCanceledException)
        {
            return (AttemptOutcome.Failed, 0, $"no answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
        catch (Exception error)
        {
            var reason = error.InnerException is TargetRefused refused ? refused.Message : error.Message;
            return (AttemptOutcome.Failed, 0,
                reason.Length <= Attempt.LongestError ? reason : reason[..Attempt.LongestError]);
        }
    }

    private static HttpRequestMessage RequestOf(CallbackDestination to, Letter letter, Activity? span)
    {
        HttpRequestMessage request;
        if (letter.Shape == LetterShape.Query) request = new(HttpMethod.Get, to.AddressWith(letter.Body.Span));
        else
        {
            var content = new ReadOnlyMemoryContent(letter.Body);
            content.Headers.ContentType = letter.Shape == LetterShape.Json ? Json : Form;
            request = new(HttpMethod.Post, to.Address) { Content = content };
        }
        var headers = request.Headers;
        headers.TryAddWithoutValidation("User-Agent", UserAgent);
        headers.TryAddWithoutValidation("webhook-id", letter.Id);
        headers.TryAddWithoutValidation("webhook-timestamp", letter.Timestamp);
        if (to.Keys.Length > 0)
            headers.TryAddWithoutValidation("webhook-signature", WebhookSignature.Sign(to.Keys, letter.Signed));
        if (to.Authorization is not null) headers.TryAddWithoutValidation("Authorization", to.Authorization);
        if (span?.Id is { } trace) headers.TryAddWithoutValidation("traceparent", trace);
        return request;
    }

    private static HttpMessageInvoker Pool(WebhooksOptions options, bool guarded)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            ConnectTimeout = options.Timeout,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            // A name that moves is followed within this time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxResponseHeadersLength = MostHeaderKilobytes,
            MaxResponseDrainSize = MostBodyRead,
            ResponseDrainTimeout = TimeSpan.FromSeconds(1),
        };
        if (guarded) handler.ConnectCallback = TargetGuard.Connect;
        return new HttpMessageInvoker(handler, disposeHandler: true);
    }
}
