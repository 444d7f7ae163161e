using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Marketplace.Security;

/// <summary>A call of a client that was let in.</summary>
internal sealed record MarketCall(Client Client, Fields Fields, CancellationToken Cancel)
{
    /// <summary>Everything read so far is sound; else what is answered.</summary>
    public MarketError? Problem => Fields.Problem is { } problem ? MarketError.Invalid(problem) : null;
}

/// <summary>A handler of one API. <see cref="Refused"/> shapes what is answered instead of a reply.</summary>
internal sealed record MarketHandler(Func<MarketCall, Task<MarketAnswer>> Run)
{
    public MarketApi Api { get; init; }

    public bool Signed { get; init; }

    /// <summary>False where the request names no client.</summary>
    public bool NamesClient { get; init; } = true;

    public Func<MarketError, Fields?, MarketAnswer> Refused { get; init; } = static (error, _) =>
        MarketAnswer.Of(error);

    /// <summary>What is answered instead of a reply.</summary>
    public MarketAnswer Refuse(MarketError error, Fields? fields) =>
        Refused(error, fields) with { RetryAfter = error.RetryAfter };
}

/// <summary>
/// The way in for every API but the token call: token, key, certificate, network, rate, signature, body (contract marketplace
/// §2.2 to §2.4, §3).
/// </summary>
internal sealed partial class MarketDoor(
    Catalogue catalogue, ClientTokens tokens, CallerCertificates certificates, RateBuckets rates,
    TimeProvider time, ILogger<MarketDoor> log)
{
    private const int LargestBody = 64 << 10;

    private static readonly JsonSerializerOptions Form =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public RequestDelegate Of(MarketHandler handler) => context => Take(context, handler);

    public static Task Write(HttpContext context, MarketAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.Headers.CacheControl = "no-store";
        if (answer.RetryAfter > 0)
            context.Response.Headers.RetryAfter = answer.RetryAfter.ToString(CultureInfo.InvariantCulture);
        if (answer.Body is null) return Task.CompletedTask;
        if (answer.Body is MarketFile file) return file.Send(context);
        var body = JsonSerializer.SerializeToUtf8Bytes(answer.Body, answer.Body.GetType(), Form);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private async Task Take(HttpContext context, MarketHandler handler)
    {
        MarketAnswer answer;
        try
        {
            answer = await Answer(context, handler);
        }
        catch (BadHttpRequestException)
        {
            answer = handler.Refuse(MarketError.Invalid("body: could not be read"), null);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            Failed(log, context.Request.Path, error.GetType().Name, error.Message);
            answer = handler.Refuse(MarketError.Unexpected, null);
        }
        await Write(context, answer);
    }

    private async Task<MarketAnswer> Answer(HttpContext context, MarketHandler handler)
    {
        var (client, closed) = await Enter(context, handler.Api);
        if (client is null) return handler.Refuse(closed!, null);
        Fields fields;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            if (await RequestBody.Read(context.Request, LargestBody, context.RequestAborted) is not { } body)
            {
                MalformedRequests.Note(context, "the body is too large");
                return handler.Refuse(MarketError.Invalid($"body: larger than {LargestBody} octets"), null);
            }
            if (handler.Signed && client.SignatureSecrets.Count > 0 && !BodySignature.Fits(
                client.SignatureSecrets, body, context.Request.Headers[BodySignature.Header].ToString()))
                return handler.Refuse(MarketError.Unauthorized, null);
            fields = Fields.OfJson(body);
            if (fields.Problem is not null) MalformedRequests.Note(context, "the body is malformed");
        }
        else fields = Fields.OfQuery(context.Request.Query);
        var call = new MarketCall(client, fields, context.RequestAborted);
        if (handler.NamesClient)
        {
            var named = fields.Number("clientId", 9, true);
            if (call.Problem is { } problem) return handler.Refuse(problem, fields);
            if (named != client.Id) return handler.Refuse(MarketError.Forbidden, fields);
        }
        return handler.Signed && Stale(call) is { } stale ? handler.Refuse(stale, fields) : await handler.Run(call);
    }

    /// <summary>What is wrong with the call's own time, where the client's contract wants one (contract marketplace §3).</summary>
    private MarketError? Stale(MarketCall call)
    {
        if (call.Client.TimestampWithinSeconds is not (> 0 and var seconds)) return null;
        var off = call.Fields.Time("timestamp") is { } at ? Math.Abs(time.NowMicros() - at) : long.MaxValue;
        return off <= seconds * Micros.PerSecond ? null
            : call.Problem ?? MarketError.Invalid($"timestamp: required, and at most {seconds} s off");
    }

    private async Task<(Client? Client, MarketError? Closed)> Enter(HttpContext context, MarketApi api)
    {
        var token = Callers.KeyOf(context.Request);
        var key = context.Request.Headers["X-API-Key"].ToString();
        if (key.Length is 0 or > 200 || await tokens.ClientOf(token, ClientTokens.Bearer,
            context.RequestAborted) is not { } id
            || catalogue.ByKeyHash(TenantDirectory.HashOf(key)) is not { } client || client.Id != id
            || !certificates.Fit(client, context.Connection.ClientCertificate))
            return (null, MarketError.Unauthorized);
        if (!client.MayCallFrom(context.Connection.RemoteIpAddress)) return (null, MarketError.Forbidden);
        var second = TimeSpan.FromSeconds(1);
        var wait = rates.Take("call", $"{client.Id}", client.RequestsPerSecond, second);
        if (wait == 0 && client.LimitOf(api) is > 0 and var limit)
            wait = rates.Take($"call {api}", $"{client.Id}", limit, second);
        if (wait > 0) return (null, MarketError.RateLimit(wait));
        return client.MayUse(api) ? (client, null) : (null, MarketError.Forbidden);
    }

    [LoggerMessage(LogLevel.Error, "A call of {Path} failed: {Kind}: {Reason}")]
    private static partial void Failed(ILogger log, string path, string kind, string reason);
}
