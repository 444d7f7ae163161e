using System.Data.Common;
using System.Globalization;
using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.OneApi;

/// <summary>
/// The One API's handlers (contract channels §2). Ours beyond the contract: <c>Idempotency-Key</c>. The same key and body get the first answer again, marked
/// <c>Idempotent-Replayed: true</c>; the same key with another body is refused (21); while the first is in progress the answer is 19 with HTTP 503.
/// </summary>
internal sealed partial class OneApiDoor(
    Callers callers, AcceptMessages accept, MessageQueries queries, Credit credit, Idempotency idempotency,
    Database database, TimeProvider time, ILogger<OneApiDoor> log)
{
    private const int LargestBody = 5 << 20;

    public async Task Send(HttpContext context)
    {
        try
        {
            if (Enter(context, out var integration) is { } closed) await Write(context, closed);
            else await Send(context, integration);
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Write(context, ErrorOf(error));
        }
    }

    public async Task Status(HttpContext context)
    {
        try
        {
            if (Enter(context, out var integration) is { } closed)
            {
                await Write(context, closed);
                return;
            }
            var view = await queries.Find(integration.Id, (string?)context.Request.RouteValues["id"] ?? "", context.RequestAborted);
            var text = view is null
                ? string.Create(CultureInfo.InvariantCulture, $"{{\"status\":\"UNKNOWN\",\"timestamp\":{time.GetUtcNow().ToUnixTimeMilliseconds()}}}")
                : string.Create(CultureInfo.InvariantCulture, $"{{\"{view.Channel}\":{{\"status\":\"{view.Status.Name()}\",\"timestamp\":{view.ChangedAt / 1000}}}}}");
            await Write(context, StatusCodes.Status200OK, System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Write(context, ErrorOf(error));
        }
    }

    public async Task Balance(HttpContext context)
    {
        try
        {
            if (Enter(context, out var integration) is { } closed)
            {
                await Write(context, closed);
                return;
            }
            var tenant = integration.Tenant;
            var amount = await credit.Amount(tenant, context.RequestAborted);
            var text = $"{{\"balance\":{amount},\"currency\":\"{tenant.Currency}\"}}";
            await Write(context, StatusCodes.Status200OK, System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (Exception error) when (!context.RequestAborted.IsCancellationRequested)
        {
            await Write(context, ErrorOf(error));
        }
    }

    public static Task NoSuchResource(HttpContext context) => Write(context, OneApiError.NoSuchResource);

    public static Task LineTooLong(HttpContext context) =>
        Write(context, OneApiError.Malformed("its address is too long"));

    public static Task MethodNotSupported(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return Write(context, OneApiError.MethodNotSupported);
    }

    private OneApiError? Enter(HttpContext context, out Integration integration)
    {
        integration = callers.Of(context.Request)!;
        if (integration is null) return OneApiError.KeyWrong;
        if (!Callers.MayCallFrom(integration, context.Connection.RemoteIpAddress)) return OneApiError.AddressNotApproved;
        if (!integration.Tenant.Active) return OneApiError.AccountNotActive;
        if (!integration.Active) return OneApiError.IntegrationNotActive;
        return callers.TryPass(integration) ? null : OneApiError.RateLimit;
    }

    private async Task Send(HttpContext context, Integration integration)
    {
        if (await RequestBody.Read(context.Request, LargestBody, context.RequestAborted) is not { } body)
        {
            await Write(context, OneApiError.Malformed($"it is larger than {LargestBody} octets"));
            return;
        }
        if (context.Request.Headers.TryGetValue(Idempotency.Header, out var header))
        {
            await SendOnce(context, integration, body, header.ToString());
            return;
        }
        var (status, answer) = await Answer(context, integration, body, null);
        await Write(context, status, answer);
    }

    private async Task SendOnce(HttpContext context, Integration integration, byte[] body, string key)
    {
        if (!Idempotency.Valid(key))
        {
            await Write(context, OneApiError.Malformed($"{Idempotency.Header} is not 1 to {Idempotency.LongestKey} printable characters without blanks"));
            return;
        }
        if (!idempotency.Begin(integration.Id, key))
        {
            await Write(context, OneApiError.KeyInProgress);
            return;
        }
        try
        {
            var hash = Idempotency.HashOf(body);
            if (await Replayed(context, integration, key, hash)) return;
            try
            {
                var (status, answer) = await Answer(context, integration, body, (tx, status, answer) => idempotency.Keep(tx, integration.Id, key, hash, status, answer));
                await Write(context, status, answer);
            }
            catch (DbException error) when (database.Dialect.Classify(error) == StorageFault.Statement)
            {
                // Another node was first with the same key; its answer is the answer.
                if (!await Replayed(context, integration, key, hash)) throw;
            }
        }
        finally
        {
            idempotency.End(integration.Id, key);
        }
    }

    private async Task<bool> Replayed(HttpContext context, Integration integration, string key, string hash)
    {
        if (await idempotency.Find(integration.Id, key, context.RequestAborted) is not { } first) return false;
        if (first.RequestHash != hash)
        {
            await Write(context, OneApiError.Malformed($"this {Idempotency.Header} was used for another payload"));
            return true;
        }
        context.Response.Headers[Idempotency.ReplayedHeader] = "true";
        await Write(context, (int)first.Status, first.Body);
        return true;
    }

    /// <summary>Status and body. <paramref name="keep"/> writes them in the commit of the messages; what is refused whole did nothing and is not kept.</summary>
    private async Task<(int Status, byte[] Body)> Answer(
        HttpContext context, Integration integration, byte[] body, Action<Tx, int, byte[]>? keep)
    {
        var (read, refused) = SendRequest.Read(body);
        if (refused is not null)
        {
            Note(context, refused);
            return (refused.Http, SendAnswer.Of(refused));
        }
        var entries = new SendAnswer.Entry[read.Count];
        var messages = new List<NewMessage>(read.Count);
        var places = new List<int>(read.Count);
        for (var i = 0; i < read.Count; i++)
        {
            var (message, error) = read[i].ToMessage();
            entries[i] = new(null, read[i].ToAsGiven, read[i].ClientMessageIdAsGiven, error);
            if (message is null) continue;
            messages.Add(message);
            places.Add(i);
        }
        if (messages.Count == 0) return (SendAnswer.StatusOf(entries), SendAnswer.Of(entries));
        (int Status, byte[] Body) answer = default;
        // Not tied to the caller's connection: what was begun is committed and kept, whether he waits or not.
        var accepted = await accept.Run(integration, messages, keep is null ? null : answers =>
        {
            answer = Fill(answers);
            return tx => keep(tx, answer.Status, answer.Body);
        }, CancellationToken.None);
        return answer.Body is null ? Fill(accepted) : answer;

        (int, byte[]) Fill(IReadOnlyList<AcceptedOrNot> answers)
        {
            for (var i = 0; i < answers.Count; i++)
            {
                entries[places[i]] = entries[places[i]] with
                {
                    MessageId = answers[i].Refusal is null ? answers[i].MessageId : null,
                    Error = answers[i].Refusal is { } refusal ? OneApiError.Of(refusal) : null,
                };
            }
            return (SendAnswer.StatusOf(entries), SendAnswer.Of(entries));
        }
    }

    private OneApiError ErrorOf(Exception error)
    {
        if (error is StorageOverloaded or OperationCanceledException || database.Dialect.Classify(error) == StorageFault.Unavailable) return OneApiError.TryLater;
        if (error is BadHttpRequestException) return OneApiError.Malformed("the body could not be read");
        RequestFailed(log, error);
        return OneApiError.Internal;
    }

    private static Task Write(HttpContext context, OneApiError error)
    {
        Note(context, error);
        return Write(context, error.Http, SendAnswer.Of(error));
    }

    private static void Note(HttpContext context, OneApiError error)
    {
        if (error.Code == OneApiError.MalformedCode) MalformedRequests.Note(context, error.Description);
    }

    private static async Task Write(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    [LoggerMessage(LogLevel.Error, "A request failed")]
    private static partial void RequestFailed(ILogger log, Exception error);
}
