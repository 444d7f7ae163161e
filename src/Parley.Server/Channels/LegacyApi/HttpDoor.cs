using System.Text;
using Parley.Platform.Batching;
using Parley.Platform.Storage;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>A legacy HTTP request of a known caller.</summary>
internal sealed record HttpCall(
    Integration Integration, HttpParameters Parameters, bool IsPost, CancellationToken Cancel);

/// <summary>
/// The way in and out of legacy HTTP (contract channels §7): who calls, and the answer, which is HTTP 200 and plain text
/// whatever happened.
/// </summary>
internal sealed partial class HttpDoor(
    HttpCallers callers, Sessions sessions, Database database, ILogger<HttpDoor> log)
{
    /// <summary>The handler of a command.</summary>
    public RequestDelegate For(Func<HttpCall, Task<string>> command) => context => Answer(context, async parameters =>
    {
        var (integration, error) = await callers.Enter(
            parameters, context.Connection.RemoteIpAddress, context.RequestAborted);
        return integration is null ? Lines.Of(error!) : await command(
            new(integration, parameters, HttpMethods.IsPost(context.Request.Method), context.RequestAborted));
    });

    public Task Authenticate(HttpContext context) => Answer(context, async parameters =>
    {
        var (integration, error) = await callers.EnterByAccount(
            parameters, context.Connection.RemoteIpAddress, context.RequestAborted);
        if (integration is null) return Lines.Of(error!);
        return $"OK: {await sessions.Open(integration, context.RequestAborted)}";
    });

    public Task Ping(HttpContext context) => Answer(context, async parameters =>
    {
        if (!parameters.Has("session_id")) return Lines.Of(LegacyError.MissingSession);
        var (integration, error) = await callers.Enter(
            parameters, context.Connection.RemoteIpAddress, context.RequestAborted);
        return integration is null ? Lines.Of(error!) : "OK: ";
    });

    /// <summary>Anything else below the doors' addresses.</summary>
    public static Task NoSuchCommand(HttpContext context) => Write(context, Lines.Of(LegacyError.Parameter("command")));

    public static Task LineTooLong(HttpContext context) =>
        Write(context, Lines.Of(LegacyError.Parameter("too many or too large")));

    private async Task Answer(HttpContext context, Func<HttpParameters, Task<string>> make)
    {
        string text;
        try
        {
            text = await HttpParameters.Read(context.Request, context.RequestAborted) is { } parameters
                ? await make(parameters) : Malformed(context, "too many or too large");
        }
        catch (BadHttpRequestException) when (!context.RequestAborted.IsCancellationRequested)
        {
            text = Malformed(context, "the body could not be read");
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            text = Lines.Of(ErrorOf(error));
        }
        await Write(context, text);
    }

    private static string Malformed(HttpContext context, string why)
    {
        MalformedRequests.Note(context, why);
        return Lines.Of(LegacyError.Parameter(why));
    }

    private LegacyError ErrorOf(Exception error)
    {
        if (error is not (StorageOverloaded or OperationCanceledException)
            && database.Dialect.Classify(error) != StorageFault.Unavailable) RequestFailed(log, error);
        return LegacyError.TryLater;
    }

    private static async Task Write(HttpContext context, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "A request failed")]
    private static partial void RequestFailed(ILogger log, Exception error);
}
