using System.Text;
using Parley.Platform;
using Parley.Platform.Batching;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Server.Channels.SmppServer;

/// <summary>Accepts what clients submit, and answers after the commit.</summary>
internal sealed partial class Submits(
    AcceptMessages accept, CancelMessage cancelMessage, Database database, Clients clients, TimeProvider time,
    SmppMeter meter, ILogger<Submits> log)
{
    /// <summary>All that one read of a session brought: one commit.</summary>
    public async Task Run(SmppSession session, ClientSession client, Integration integration, List<Submit> batch)
    {
        var messages = new NewMessage[batch.Count];
        for (var i = 0; i < messages.Length; i++) messages[i] = batch[i].Message;
        var (answers, trouble) = await Accept(integration, messages, null);
        for (var i = 0; i < messages.Length; i++) Answer(session, client, integration, batch[i], answers?[i], trouble);
    }

    /// <summary>
    /// A submit with replace_if_present_flag: the last one of its kind is stopped, where no carrier has it yet.
    /// </summary>
    public async Task Replace(
        SmppSession session, ClientSession client, Integration integration, Submit submit, string serviceType)
    {
        var message = submit.Message;
        var key = new ReplaceableStore.Key(integration.Id, message.From, message.To, serviceType);
        AcceptedOrNot? answer = null;
        var trouble = CommandStatus.SystemError;
        try
        {
            var earlier = await database.Read(c => ReplaceableStore.Find(c, key), CancellationToken.None);
            (var answers, trouble) = await Accept(integration, [message], all =>
                tx => ReplaceableStore.Write(tx, key, all[0].MessageId!, time.NowMicros()));
            answer = answers?[0];
            if (answer?.MessageId is not null && earlier is not null)
                await cancelMessage.Run(
                    earlier, MessageStatus.StoppedByUser, "a later submit with replace_if_present_flag",
                    CancellationToken.None);
        }
        catch (Exception error)
        {
            // Once it is accepted it is said so: then only the earlier one was not stopped.
            Failed(log, integration.Id, error.Message);
        }
        Answer(session, client, integration, submit, answer, trouble);
    }

    /// <summary>submit_multi: a message for each destination; the answer names those that were refused.</summary>
    public async Task Run(
        SmppSession session, ClientSession client, Integration integration, PduHeader header, NewMessage message,
        IReadOnlyList<Recipient> recipients)
    {
        var messages = recipients.Select(r => message with { To = r.Digits }).ToArray();
        var (answers, trouble) = await Accept(integration, messages, null);
        if (answers is null)
        {
            client.Answer(session, header, trouble);
            return;
        }
        var refused = answers.Select((answer, i) => (Recipient: recipients[i], answer.Refusal))
            .Where(a => a.Refusal is not null).Select(a => (a.Recipient, Status: Statuses.Of(a.Refusal!))).ToList();
        if (refused.Count == answers.Count)
        {
            client.Answer(session, header, refused[0].Status);
            return;
        }
        meter.Submitted(CommandStatus.Ok, answers.Count - refused.Count);
        Answer(session, client, header, answers.First(a => a.MessageId is not null).MessageId!, refused);
    }

    private static void Answer(
        SmppSession session, ClientSession client, PduHeader header, string messageId,
        List<(Recipient Recipient, CommandStatus Status)> refused)
    {
        var octets = new byte[refused.Sum(r => r.Recipient.Digits.Length + 7)];
        var length = 0;
        foreach (var (recipient, status) in refused)
        {
            var address = new Address(recipient.Ton, recipient.Npi, CString.Of(recipient.Digits));
            length += SubmitMultiResp.WriteRefused(octets.AsSpan(length), address, status);
        }
        client.Answer(session, header, new SubmitMultiResp(
            Encoding.ASCII.GetBytes(messageId), (byte)refused.Count, octets.AsSpan(0, length)));
    }

    private void Answer(
        SmppSession session, ClientSession client, Integration integration, Submit submit, AcceptedOrNot? answer,
        CommandStatus trouble)
    {
        if (answer is { MessageId: { } id })
        {
            meter.Submitted(CommandStatus.Ok, 1);
            Span<byte> octets = stackalloc byte[Ids.Length];
            client.Accepted(session, submit.Header, octets[..Encoding.ASCII.GetBytes(id, octets)]);
            return;
        }
        if (submit.Mark is { } mark) clients.Of(integration.Id).Duplicates.Forget(mark);
        client.Answer(session, submit.Header, answer is { Refusal: { } refusal } ? Statuses.Of(refusal) : trouble);
    }

    /// <summary>The answers, or null and what is wrong with all of them.</summary>
    private async Task<(IReadOnlyList<AcceptedOrNot>? Answers, CommandStatus Trouble)> Accept(
        Integration integration, IReadOnlyList<NewMessage> messages,
        Func<IReadOnlyList<AcceptedOrNot>, Action<Tx>>? beside)
    {
        try
        {
            return (await accept.Run(integration, messages, beside, CancellationToken.None), CommandStatus.Ok);
        }
        catch (StorageOverloaded)
        {
            return (null, CommandStatus.MessageQueueFull);
        }
        catch (Exception error)
        {
            // The database is away, most likely: the client is told to try again.
            Failed(log, integration.Id, error.Message);
            return (null, CommandStatus.SystemError);
        }
    }

    [LoggerMessage(LogLevel.Error, "Messages that {IntegrationId} submitted were not accepted: {Reason}")]
    private static partial void Failed(ILogger log, string integrationId, string reason);
}
