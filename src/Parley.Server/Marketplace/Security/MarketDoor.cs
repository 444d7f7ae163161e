using System.Text.Encodings.Web;
using System.Text.Json;
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
    public bool Signed { get; init; }

    /// <summary>False where the request names no client.</summary>
    public bool NamesClient { get; init; } = true;

    public Func<MarketError, Fields?, MarketAnswer> Refused { get; init; } = static (error, _) =>
        MarketAnswer.Of(error);
}

/// <summary>
/// The way in for every API but the token call: token, key, network, rate, signature, body (contract marketplace §2.2 to
/// §2.4, §3).
/// </summary>
internal sealed partial class MarketDoor(
    Catalogue catalogue, ClientTokens tokens, RateBuckets rates, ILogger<MarketDoor> log)
{
    private const int LargestBody = 64 << 10;

    private static readonly JsonSerializerOptions Form =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public RequestDelegate Of(MarketHandler handler) => context => Take(context, handler);

    public static Task Write(HttpContext context, MarketAnswer answer)
    {
        context.Response.StatusCode = answer.Status;
        context.Response.Headers.CacheControl = "no-store";
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
            answer = handler.Refused(MarketError.Invalid("body: could not be read"), null);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            Failed(log, context.Request.Path, error.GetType().Name, error.Message);
            answer = handler.Refused(MarketError.Unexpected, null);
        }
        await Write(context, answer);
    }

    private async Task<MarketAnswer> Answer(HttpContext context, MarketHandler handler)
    {
        var (client, closed) = await Enter(context);
        if (client is null) return handler.Refused(closed!, null);
        Fields fields;
        if (HttpMethods.IsPost(context.Request.Method))
        {
            if (await RequestBody.Read(context.Request, LargestBody, context.RequestAborted) is not { } body)
                return handler.Refused(MarketError.Invalid($"body: larger than {LargestBody} octets"), null);
            if (handler.Signed && client.SignatureSecrets.Count > 0 && !BodySignature.Fits(
                client.SignatureSecrets, body, context.Request.Headers[BodySignature.Header].ToString()))
                return handler.Refused(MarketError.Unauthorized, null);
            fields = Fields.OfJson(body);
        }
        else fields = Fields.OfQuery(context.Request.Query);
        var call = new MarketCall(client, fields, context.RequestAborted);
        if (handler.NamesClient)
        {
            var named = fields.Number("clientId", 9, true);
            if (call.Problem is { } problem) return handler.Refused(problem, fields);
            if (named != client.Id) return handler.Refused(MarketError.Forbidden, fields);
        }
        return await handler.Run(call);
    }

    private async Task<(Client? Client, MarketError? Closed)> Enter(HttpContext context)
    {
        var token = Callers.KeyOf(context.Request);
        var key = context.Request.Headers["X-API-Key"].ToString();
        if (key.Length is 0 or > 200 || await tokens.ClientOf(token, ClientTokens.Bearer,
            context.RequestAborted) is not { } id
            || catalogue.ByKeyHash(TenantDirectory.HashOf(key)) is not { } client || client.Id != id)
            return (null, MarketError.Unauthorized);
        if (!client.MayCallFrom(context.Connection.RemoteIpAddress)) return (null, MarketError.Forbidden);
        return rates.TryTake("call", $"{client.Id}", client.RequestsPerSecond, TimeSpan.FromSeconds(1))
            ? (client, null) : (null, MarketError.RateLimit);
    }

    [LoggerMessage(LogLevel.Error, "A call of {Path} failed: {Kind}: {Reason}")]
    private static partial void Failed(ILogger log, string path, string kind, string reason);
}
