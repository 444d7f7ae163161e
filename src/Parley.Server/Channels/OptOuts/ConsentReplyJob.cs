using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.OptOuts;

/// <summary>What a phone is answered.</summary>
internal sealed record ConsentReply(string IntegrationId, string Number, string Phone, string Text);

/// <summary>
/// Answers STOP, START and HELP, once: the message, the mark on the evidence and the end of the job are one commit. It is a
/// message like any other, charged like any other, but no screen stands against it.
/// </summary>
internal sealed class ConsentReplyJob(
    AcceptMessages accept, JobQueue jobs, TenantDirectory tenants, TimeProvider time)
{
    private const string Name = "opt-out.reply";
    private const long Wait = 5 * Micros.PerMinute;
    private static readonly Backoff Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));

    public JobKind Kind => new(Name, Run, 8, Backoff);

    public static Job JobOf(string inboundId, ConsentReply reply, long dueAt, long deadlineAt) => new(
        Name, inboundId, reply.IntegrationId, JsonSerializer.Serialize(reply, ConsentReplyJson.Default.ConsentReply),
        dueAt, deadlineAt);

    private async Task<JobOutcome> Run(Job job, CancellationToken cancel)
    {
        var reply = JsonSerializer.Deserialize(job.Payload, ConsentReplyJson.Default.ConsentReply)!;
        if (tenants.ById(reply.IntegrationId) is not { Active: true, Tenant.Active: true } integration)
            return JobOutcome.Park("the integration is not active");
        var message = new NewMessage
        {
            To = reply.Phone,
            From = reply.Number,
            Content = new SmsContent(reply.Text, null, null, null, false),
            Priority = 1,
            Door = Door.Own,
            Told = Told.Nothing,
        };
        try
        {
            var answers = await accept.Run(
                integration, [message], made => tx => End(tx, job, made[0].MessageId!), CancellationToken.None);
            if (answers[0].Refusal is not { } refusal) return JobOutcome.Ended;
            return refusal.Code == MessageRefusals.BalanceTooLow
                ? JobOutcome.Again(time.NowMicros() + Wait, refusal.Reason)
                : JobOutcome.Park(refusal.Reason);
        }
        catch (AlreadyAnswered)
        {
            return JobOutcome.Done;
        }
    }

    private void End(Tx tx, Job job, string messageId)
    {
        if (!OptOutStore.Replied(tx, job.Key, messageId)) throw new AlreadyAnswered();
        jobs.End(tx, job, JobOutcome.Done);
    }

    /// <summary>Another node ran the job, too, and was first: this commit must not be.</summary>
    private sealed class AlreadyAnswered() : Exception("The message was answered already.");
}

[JsonSerializable(typeof(ConsentReply))]
internal sealed partial class ConsentReplyJson : JsonSerializerContext;
