using System.Text;
using Parley.Platform.Batching;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>
/// The handlers of the SMS-only REST and HTTP APIs (contract channels §3). Ours beyond the contract:
/// <c>Idempotency-Key</c>, as One API has it.
/// </summary>
internal sealed partial class SmsDoor(Callers callers, SmsSending sending, Database database, ILogger<SmsDoor> log)
{
    /// <summary><c>POST /messages</c>: JSON, XML or form.</summary>
    public Task Send(HttpContext context) => Answer(context, async () =>
    {
        if (RequestReader.AnswersInXml(context.Request) is not { } inXml) return Refused(SmsError.NotAcceptable, false);
        var (integration, closed) = Enter(context, callers.Of(context.Request));
        if (closed is not null) return Refused(closed, inXml);
        if (context.Request.Headers["X-Version"].ToString() is not ("" or "1")) return Refused(SmsError.Version, inXml);
        if (await Body(context) is not { } body) return Refused(TooLarge, inXml);
        var (fields, error) = RequestReader.Read(context.Request, body);
        if (fields is null) return Refused(error!, inXml);
        return await sending.Run(new(integration!, fields, inXml, KeyOf(context), body));
    });

    /// <summary><c>GET|POST /messages/http/send</c>: everything in the query or in a form.</summary>
    public Task SendByQuery(HttpContext context) => Answer(context, async () =>
    {
        // A body on GET is nobody's.
        var body = HttpMethods.IsPost(context.Request.Method) ? await Body(context) : [];
        if (body is null) return Refused(TooLarge, false);
        var (fields, error) = RequestReader.ReadPairs(context.Request, body);
        if (fields is null) return Refused(error!, false);
        var caller = fields.ApiKey.Length > 0 ? callers.OfKey(fields.ApiKey) : callers.Of(context.Request);
        var (integration, closed) = Enter(context, caller);
        if (closed is not null) return Refused(closed, false);
        byte[] whole = [.. Encoding.UTF8.GetBytes(context.Request.QueryString.Value ?? ""), (byte)'&', .. body];
        return await sending.Run(new(integration!, fields, false, KeyOf(context), whole));
    });

    public static Task NoSuchResource(HttpContext context) =>
        Write(context, Refused(SmsError.NoSuchResource, RequestReader.AnswersInXml(context.Request) ?? false));

    public static Task LineTooLong(HttpContext context) => Write(
        context, Refused(SmsError.LineTooLong, RequestReader.AnswersInXml(context.Request) ?? false));

    public static Task MethodNotSupported(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        var inXml = RequestReader.AnswersInXml(context.Request) ?? false;
        return Write(context, Refused(SmsError.MethodNotSupported, inXml));
    }

    private static SmsError TooLarge =>
        SmsError.Malformed($"it is larger than {RequestReader.LargestBody} octets");

    private static string? KeyOf(HttpContext context) =>
        context.Request.Headers.TryGetValue(Idempotency.Header, out var key) ? key.ToString() : null;

    private static SmsReply Refused(SmsError error, bool inXml) => SmsReply.Of(error, inXml);

    private static ValueTask<byte[]?> Body(HttpContext context) =>
        RequestBody.Read(context.Request, RequestReader.LargestBody, context.RequestAborted);

    private (Integration? Integration, SmsError? Closed) Enter(HttpContext context, Integration? integration)
    {
        if (integration is null) return (null, SmsError.KeyWrong);
        return (integration, SmsGate.Closed(callers, integration, context.Connection.RemoteIpAddress));
    }

    private async Task Answer(HttpContext context, Func<Task<SmsReply>> handle)
    {
        SmsReply reply;
        try
        {
            reply = await handle();
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            reply = Refused(ErrorOf(error), RequestReader.AnswersInXml(context.Request) ?? false);
        }
        await Write(context, reply);
    }

    private SmsError ErrorOf(Exception error)
    {
        if (error is StorageOverloaded or OperationCanceledException
            || database.Dialect.Classify(error) == StorageFault.Unavailable) return SmsError.TryLater;
        if (error is BadHttpRequestException) return SmsError.Malformed("the body broke off");
        RequestFailed(log, error);
        return SmsError.Internal;
    }

    private static async Task Write(HttpContext context, SmsReply reply)
    {
        if (reply.Error is { Code: SmsError.MalformedCode } error) MalformedRequests.Note(context, error.Description);
        var response = context.Response;
        response.StatusCode = reply.Status;
        response.ContentType = reply.InXml ? "application/xml; charset=utf-8" : "application/json";
        response.ContentLength = reply.Body.Length;
        if (reply.Replayed) response.Headers[Idempotency.ReplayedHeader] = "true";
        if (reply.Status == StatusCodes.Status503ServiceUnavailable) response.Headers.RetryAfter = "1";
        await response.BodyWriter.WriteAsync(reply.Body, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "A request failed")]
    private static partial void RequestFailed(ILogger log, Exception error);
}
