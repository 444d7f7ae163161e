using System.Globalization;
using System.Text;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary><c>/public-client</c>: where a message stands, and the balance (contract channels §3.3).</summary>
internal sealed partial class SmsQuestions(
    Callers callers, MessageQueries queries, Credit credit, Database database, ILogger<SmsQuestions> log)
{
    public Task Status(HttpContext context) => Answer(context, async integration =>
    {
        var asked = context.Request.Query["messageId"].ToString().Trim().ToLowerInvariant();
        if (asked.Length == 0) return Refused(SmsError.NoMessageId);
        if (await queries.Find(integration.Id, asked, context.RequestAborted) is not { } found)
            return Refused(SmsError.UnknownMessage);
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{{\"messageId\":\"{found.Message.Id}\",\"status\":\"{LegacyCodes.NameOf(found.Status)}\","
            + $"\"statusCode\":{LegacyCodes.StatusOf(found.Status)},"
            + $"\"statusDescription\":\"{LegacyCodes.DescriptionOf(found.Status)}\","
            + $"\"timestamp\":{found.ChangedAt / 1000}}}");
        return (StatusCodes.Status200OK, Encoding.UTF8.GetBytes(text));
    });

    public Task Balance(HttpContext context) => Answer(context, async integration =>
    {
        var amount = await credit.Amount(integration.Tenant, context.RequestAborted);
        var text = $"{{\"balance\":{amount},\"currency\":\"{integration.Tenant.Currency}\"}}";
        return (StatusCodes.Status200OK, Encoding.UTF8.GetBytes(text));
    });

    public static Task NoSuchResource(HttpContext context) => Write(context, Refused(SmsError.NoSuchResource));

    public static Task LineTooLong(HttpContext context) => Write(context, Refused(SmsError.LineTooLong));

    public static Task MethodNotSupported(HttpContext context)
    {
        context.Response.Headers.Allow = "GET";
        return Write(context, Refused(SmsError.MethodNotSupported));
    }

    private static (int Status, byte[] Body) Refused(SmsError error) => (error.Http, SmsAnswer.Plain(error));

    private async Task Answer(HttpContext context, Func<Integration, Task<(int, byte[])>> handle)
    {
        (int, byte[]) answer;
        try
        {
            if (callers.Of(context.Request) is not { } integration) answer = Refused(SmsError.KeyWrong);
            else if (SmsGate.Closed(callers, integration, context.Connection.RemoteIpAddress) is { } closed)
                answer = Refused(closed);
            else answer = await handle(integration);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            var away = database.Dialect.Classify(error) == StorageFault.Unavailable
                || error is OperationCanceledException;
            if (!away) RequestFailed(log, error);
            answer = Refused(away ? SmsError.TryLater : SmsError.Internal);
        }
        await Write(context, answer);
    }

    private static async Task Write(HttpContext context, (int Status, byte[] Body) answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = "application/json";
        response.ContentLength = answer.Body.Length;
        await response.BodyWriter.WriteAsync(answer.Body, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "A request failed")]
    private static partial void RequestFailed(ILogger log, Exception error);
}
