using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.OptOuts;

/// <summary>
/// Looks at every message from a phone for STOP, START and HELP. What it finds is written in the message's own transaction,
/// together with the job that answers; the message goes to the integration all the same.
/// </summary>
internal sealed class TakeCommand(ChangeConsent change, JobQueue jobs, TenantDirectory tenants)
{
    private const long AnswerWithin = 24 * 60 * Micros.PerMinute;

    public void Take(Tx tx, InboundReceived inbound)
    {
        if (inbound.IntegrationId is not { } id || tenants.ById(id) is not { } integration) return;
        var settings = integration.OptOutOf(inbound.To);
        if (!settings.Enabled || RecipientSet.Key(inbound.From) == 0) return;
        var command = KeywordSet.Of(settings).In(inbound.Content);
        if (command == ConsentCommand.None) return;
        var said = new ConsentChange(
            id, ChangeConsent.SenderKey(inbound.To), inbound.From, command == ConsentCommand.Stop, inbound.At)
        {
            MessageId = inbound.MessageId,
            Source = ConsentSources.Phone,
            Text = inbound.Content,
        };
        var text = settings.HelpReply;
        if (command == ConsentCommand.Help)
        {
            change.Note(tx, said, "help");
        }
        else
        {
            // What is so already is not answered again: two machines that answer each other come to an end here.
            if (change.Run(tx, [said]).Count == 0) return;
            text = command == ConsentCommand.Stop ? settings.StopReply : settings.StartReply;
        }
        if (text.Length == 0) return;
        jobs.Enqueue(tx, ConsentReplyJob.JobOf(
            inbound.MessageId, new(id, inbound.To, inbound.From, text), inbound.At, inbound.At + AnswerWithin));
    }
}
