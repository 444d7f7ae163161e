using System.Text;
using Parley.Platform;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Parley.Smpp.Text;

namespace Parley.Server.Channels.SmppServer;

/// <summary>query_sm, cancel_sm and replace_sm: about a client's own messages, whatever door brought them.</summary>
internal sealed partial class Commands(
    MessageQueries queries, CancelMessage cancelMessage, ReplaceMessage replaceMessage, ILogger<Commands> log)
{
    public async Task Query(
        SmppSession session, ClientSession client, Integration integration, PduHeader header, string id, string source)
    {
        try
        {
            if (await Find(integration, id, source) is not { } found)
            {
                client.Answer(session, header, CommandStatus.InvalidMessageId);
                return;
            }
            Answer(session, client, header, found);
        }
        catch (Exception error)
        {
            Failed(log, "query_sm", integration.Id, error.Message);
            client.Answer(session, header, CommandStatus.QueryFailed);
        }
    }

    public async Task Cancel(
        SmppSession session, ClientSession client, Integration integration, PduHeader header, string id, string source)
    {
        CommandStatus status;
        try
        {
            // Without an id all between two addresses would be meant (SMPP 3.4 §4.9.1); nobody is asked for those here.
            if (id.Length == 0) status = CommandStatus.CancelFailed;
            else if (await Find(integration, id, source) is null) status = CommandStatus.InvalidMessageId;
            else
                status = await cancelMessage.Run(
                    id, MessageStatus.StoppedByUser, "cancel_sm", CancellationToken.None) == MessageStatus.StoppedByUser
                    ? CommandStatus.Ok : CommandStatus.CancelFailed;
        }
        catch (Exception error)
        {
            Failed(log, "cancel_sm", integration.Id, error.Message);
            status = CommandStatus.CancelFailed;
        }
        client.Answer(session, header, status);
    }

    public async Task Replace(
        SmppSession session, ClientSession client, Integration integration, PduHeader header, string id,
        Replacement replacement)
    {
        CommandStatus status;
        try
        {
            var refusal = await replaceMessage.Run(integration, id, replacement, CancellationToken.None);
            status = refusal is null ? CommandStatus.Ok : Statuses.Of(refusal);
        }
        catch (Exception error)
        {
            Failed(log, "replace_sm", integration.Id, error.Message);
            status = CommandStatus.ReplaceFailed;
        }
        client.Answer(session, header, status);
    }

    /// <summary>Ok and what is to change, or what is wrong.</summary>
    public static CommandStatus Read(ReplaceSm replace, DateTimeOffset now, out Replacement? replacement)
    {
        replacement = null;
        DateTimeOffset? scheduled = null, until = null;
        if (!replace.ScheduledAt.IsEmpty && (scheduled = SmppTime.Read(replace.ScheduledAt, now)) is null)
            return CommandStatus.InvalidSchedule;
        if (!replace.Validity.IsEmpty && (until = SmppTime.Read(replace.Validity, now)) is null)
            return CommandStatus.InvalidExpiry;
        if (replace.Content.IsEmpty) return CommandStatus.InvalidMessageLength;
        var octets = replace.Content.ToArray();
        replacement = new Replacement
        {
            Content = old => Content(old, octets),
            From = CString.Text(replace.Source.Digits).TrimStart('+'),
            ScheduledAt = scheduled is { } at ? Micros.FromTime(at) : null,
            DeadlineAt = until is { } end ? Micros.FromTime(end) : null,
            Told = SubmitReader.ToldBy(replace.RegisteredDelivery),
        };
        return CommandStatus.Ok;
    }

    // replace_sm has no data_coding: the message keeps its own.
    private static SmsContent Content(SmsContent old, byte[] octets)
    {
        if (old.Text is null) return old with { Data = octets };
        var encoding = old.Encoding switch
        {
            "ucs2" => TextEncoding.Ucs2,
            "latin1" => TextEncoding.Latin1,
            "ascii" => TextEncoding.Ascii,
            _ => TextEncoding.Gsm,
        };
        return old with { Text = UserData.Text(octets, encoding) };
    }

    private static void Answer(SmppSession session, ClientSession client, PduHeader header, MessageView found)
    {
        Span<byte> final = stackalloc byte[SmppTime.Length];
        if (found.FinalAt is { } at) SmppTime.WriteAbsolute(Micros.ToTime(at), final);
        else final = default;
        var code = NetworkErrors.Of(found.Status, found.Error);
        client.Answer(session, header, new QuerySmResp
        {
            MessageId = Encoding.ASCII.GetBytes(found.Message.Id),
            FinalDate = final,
            MessageState = MessageStates.Queried(found.Status, found.Error),
            // The field has one octet; 999 says nothing that 255 does not.
            ErrorCode = (byte)Math.Min(code, byte.MaxValue),
        });
    }

    /// <summary>The client's message; its source must be the one given, where one is (SMPP 3.4 §4.8.1, §4.9.1).</summary>
    private async Task<MessageView?> Find(Integration integration, string id, string source)
    {
        var found = await queries.Find(integration.Id, id.ToLowerInvariant(), CancellationToken.None);
        var from = source.TrimStart('+');
        var same = from.Length == 0
            || from.Equals(found?.Message.From, StringComparison.OrdinalIgnoreCase);
        return same ? found : null;
    }

    [LoggerMessage(LogLevel.Warning, "{Command} of {IntegrationId} failed: {Reason}")]
    private static partial void Failed(ILogger log, string command, string integrationId, string reason);
}
