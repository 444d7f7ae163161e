using System.Globalization;
using System.Text.Json.Nodes;
using Parley.Platform.Batching;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>The handlers of legacy REST (contract channels §6).</summary>
internal sealed partial class RestDoor(
    Callers callers, SendMessages send, FindMessage find, Coverage coverage, Credit credit, Database database,
    TimeProvider time, ILogger<RestDoor> log)
{
    private sealed record Call(Integration Integration, HttpContext Context, string Documentation)
    {
        public string Route(string name) => (string?)Context.Request.RouteValues[name] ?? "";
    }

    public Task Send(HttpContext context) => Answer(context, async call =>
    {
        var cancel = context.RequestAborted;
        if (await RequestBody.Read(context.Request, HttpParameters.LargestBody, cancel) is not { } body)
            return RestAnswer.Of(LegacyError.Malformed("it is too large"), call.Documentation);
        if (HttpParameters.OfQuery(context.Request) is not { } query)
            return RestAnswer.Of(LegacyError.Malformed("too many fields"), call.Documentation);
        var (request, error) = RestRequest.Read(body, query);
        if (request is null) return RestAnswer.Of(error!, call.Documentation);
        if (request.To.Count == 0) return RestAnswer.Of(LegacyError.InvalidDestination, call.Documentation);
        if (request.To.Count > SendMessages.Most) return RestAnswer.Of(LegacyError.Parameter("to"), call.Documentation);
        var (message, wrong) = send.Make(call.Integration, Fields(request));
        return RestAnswer.Of(
            message is null ? [.. request.To.Select(to => new LegacyEntry(to, "", wrong))]
                : await send.Run(call.Integration, message, request.To),
            call.Documentation);
    });

    public Task Find(HttpContext context) => Answer(context, async call =>
    {
        var query = HttpParameters.OfQuery(context.Request);
        var (message, error) = await find.Run(
            call.Integration, call.Route("id") is { Length: > 0 } id ? id : query?["apiMessageId"] ?? "",
            query?["clientMessageId"] ?? "", context.RequestAborted);
        return message is null ? RestAnswer.Of(error!, call.Documentation) : RestAnswer.Of(new JsonObject
        {
            ["charge"] = Number(FindMessage.ChargeOf(call.Integration, message)),
            ["messageStatus"] = FindMessage.StatusOf(message),
            ["description"] = LegacyCodes.DescriptionOf(message.Status),
            ["apiMessageId"] = message.Message.Id,
            ["clientMessageId"] = message.Message.ClientMessageId,
        });
    });

    public Task Stop(HttpContext context) => Answer(context, async call =>
    {
        var (message, error) = await find.Stop(call.Integration, call.Route("id"), "", context.RequestAborted);
        return message is null ? RestAnswer.Of(error!, call.Documentation) : RestAnswer.Of(new JsonObject
        {
            ["apiMessageId"] = message.Message.Id,
            ["messageStatus"] = FindMessage.StatusOf(message),
            ["description"] = LegacyCodes.DescriptionOf(message.Status),
            ["charge"] = Number(FindMessage.ChargeOf(call.Integration, message)),
        });
    });

    public Task Balance(HttpContext context) => Answer(context, async call =>
    {
        var tenant = call.Integration.Tenant;
        var credits = tenant.Price.CreditsOf(await credit.Balance(tenant, context.RequestAborted));
        return RestAnswer.Of(new() { ["balance"] = credits.ToString("0.00#", CultureInfo.InvariantCulture) });
    });

    public Task Cover(HttpContext context) => Answer(context, call =>
    {
        if (Coverage.Number(call.Route("msisdn")) is not { } number)
            return Task.FromResult(RestAnswer.Of(LegacyError.InvalidDestination, call.Documentation));
        var routable = coverage.Reaches(call.Integration, "", number);
        return Task.FromResult(RestAnswer.Of(new()
        {
            ["routable"] = routable,
            ["destination"] = number,
            ["minimumCharge"] = Number(routable ? credit.CreditsOfPart(call.Integration.Tenant, number) : 0),
        }));
    });

    public static Task NoSuchResource(HttpContext context) =>
        Write(context, RestAnswer.Of(LegacyError.NoSuchResource, DocumentationOf(context)));

    public static Task LineTooLong(HttpContext context) => Write(
        context, RestAnswer.Of(LegacyError.Malformed("its address is too long"), DocumentationOf(context)));

    public static Task MethodNotSupported(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return Write(context, RestAnswer.Of(LegacyError.MethodNotSupported, DocumentationOf(context)));
    }

    private static MessageFields Fields(RestRequest request) => new()
    {
        UnicodeMayBePlain = true,
        Text = request["text"],
        Data = request["data"],
        Header = request["userDataHeader", "udh"],
        Binary = request["binary"],
        Unicode = request["unicode"],
        Type = request["type"],
        From = request["from"],
        WantsReply = request["mo"],
        ClientMessageId = request["clientMessageId"],
        Callback = request["callback"],
        DeliveryAck = request["deliveryAck", "deliv_ack"],
        ScheduledTime = request["scheduledDeliveryTime"],
        Validity = request["validityPeriod"],
        Parts = request["maxMessageParts"],
        Queue = request["userPriorityQueue"],
        Escalate = request["escalate"],
        Features = request["requiredFeatures", "req_feat"],
        MaxCredits = request["maxCredits"],
    };

    /// <summary>Three digits at most, without needless ones.</summary>
    private static JsonNode Number(decimal credits) => JsonNode.Parse(Lines.Credits(credits))!;

    private static string DocumentationOf(HttpContext context) =>
        $"{context.Request.Scheme}://{context.Request.Host}/docs/";

    private async Task Answer(HttpContext context, Func<Call, Task<RestAnswer>> make)
    {
        RestAnswer answer;
        var documentation = DocumentationOf(context);
        try
        {
            answer = Enter(context, out var integration) is { } closed
                ? RestAnswer.Of(closed, documentation) : await make(new(integration, context, documentation));
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            answer = RestAnswer.Of(ErrorOf(error), documentation);
        }
        await Write(context, answer);
    }

    private LegacyError? Enter(HttpContext context, out Integration integration)
    {
        integration = callers.Of(context.Request)!;
        if (integration is null) return LegacyError.AuthenticationFailed;
        if (!Callers.MayCallFrom(integration, context.Connection.RemoteIpAddress))
            return LegacyError.AddressNotApproved;
        if (!integration.Tenant.Active || !integration.Active) return LegacyError.AccountFrozen;
        if (context.Request.Headers["X-Version"].ToString().Trim() is not ("" or "1"))
            return LegacyError.VersionNotSupported;
        if (WantsXml(context) is null) return LegacyError.NothingAcceptable;
        return callers.TryPass(integration) ? null : LegacyError.LimitReached(time.GetUtcNow().AddSeconds(1));
    }

    private LegacyError ErrorOf(Exception error)
    {
        if (error is BadHttpRequestException) return LegacyError.Malformed("the body could not be read");
        if (error is not (StorageOverloaded or OperationCanceledException)
            && database.Dialect.Classify(error) != StorageFault.Unavailable) RequestFailed(log, error);
        return LegacyError.TryLater;
    }

    /// <summary>What the client accepts, or else what it speaks itself; null when it accepts neither JSON nor XML.</summary>
    private static bool? WantsXml(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        if (accept.Contains("json", StringComparison.OrdinalIgnoreCase)) return false;
        if (accept.Contains("xml", StringComparison.OrdinalIgnoreCase)) return true;
        if (accept.Length > 0 && !accept.Contains("*/*", StringComparison.Ordinal)
            && !accept.Contains("application/*", StringComparison.Ordinal)) return null;
        return context.Request.ContentType?.Contains("xml", StringComparison.OrdinalIgnoreCase) == true;
    }

    private static async Task Write(HttpContext context, RestAnswer answer)
    {
        if (answer.Error is { Code: LegacyError.MalformedCode } error) MalformedRequests.Note(context, error.Text);
        var xml = WantsXml(context) == true;
        var body = xml ? answer.ToXml() : answer.ToJson();
        context.Response.StatusCode = answer.Http;
        context.Response.ContentType = xml ? "application/xml" : "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "A request failed")]
    private static partial void RequestFailed(ILogger log, Exception error);
}
