using System.Text.Json;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;

namespace Parley.Server.Webhooks;

/// <summary>
/// A callback that waits, or waited, in the database: what a first attempt did not settle, and every inbound message.
/// Its id is the <c>webhook-id</c>: made from the message and the place of the event in it, so that a repeat after a
/// crash or by hand has the same one.
/// </summary>
internal sealed record Delivery
{
    public const string JobKind = "webhook";

    private const int AttemptsKept = 10;

    public string Id { get; init; } = "";

    public string EndpointId { get; init; } = "";

    public string IntegrationId { get; init; } = "";

    public string Kind { get; init; } = "";

    public string MessageId { get; init; } = "";

    /// <summary>Events of one message go out in this order; 0 for an inbound message.</summary>
    public long Sequence { get; init; }

    public string EventName { get; init; } = "";

    /// <summary>The element of the event's array, JSON.</summary>
    public string Event { get; init; } = "";

    /// <summary>What other forms say of a status beyond that, JSON; null for an inbound message.</summary>
    public string? Facts { get; init; }

    public string State { get; init; } = "";

    /// <summary>All attempts ever made.</summary>
    public long Attempts { get; init; }

    /// <summary>Attempts since it was (re)played: the place in the schedule.</summary>
    public long Tries { get; init; }

    public long? LastStatus { get; init; }

    public string? LastError { get; init; }

    /// <summary>The last attempts, JSON.</summary>
    public string History { get; init; } = "[]";

    public long CreatedAt { get; init; }

    /// <summary>When it is tried next; null when it is not.</summary>
    public long? NextAt { get; init; }

    /// <summary>While pending its deadline, afterwards when its row goes.</summary>
    public long AttendAt { get; init; }

    public long? LastAttemptAt { get; init; }

    public long? DeliveredAt { get; init; }

    /// <summary>
    /// Set by a query: an earlier callback of the same message is still pending, and tried next at this time.
    /// </summary>
    public long? BlockedUntil { get; init; }

    public bool Pending => State == DeliveryStates.Pending;

    public static string IdOf(StatusChange change) => $"{change.MessageId}-{change.Sequence}";

    public static string IdOf(InboundReceived message) => $"{message.MessageId}-mo";

    /// <summary>A status change to be told as soon as possible.</summary>
    public static Delivery Of(StatusChange change, long now) => New(
        IdOf(change), change.IntegrationId, CallbackKind.Status, change.MessageId, change.Sequence,
        CallbackBody.StatusEvent, CallbackBody.ItemOf(change), now) with
    {
        Facts = StatusFacts.Of(change).ToJson(),
    };

    /// <summary>An inbound message to be told as soon as possible.</summary>
    public static Delivery Of(InboundReceived message, string integrationId, long now) => New(
        IdOf(message), integrationId, CallbackKind.Inbound, message.MessageId, 0, CallbackBody.TextEvent,
        CallbackBody.ItemOf(message), now);

    /// <summary>What a probe of its paused endpoint makes of it: a failed one is remembered, and costs none of its attempts.</summary>
    public Delivery AfterProbe(in Attempt attempt, WebhooksOptions options, Random random) =>
        attempt.Outcome != AttemptOutcome.Failed ? After(attempt, options, random) : this with
        {
            Attempts = Attempts + 1,
            LastStatus = attempt.Status == 0 ? null : attempt.Status,
            LastError = attempt.Error,
            LastAttemptAt = attempt.At,
            History = Remember(attempt),
        };

    /// <summary>What an attempt makes of it.</summary>
    public Delivery After(in Attempt attempt, WebhooksOptions options, Random random)
    {
        var next = attempt.Outcome == AttemptOutcome.Failed
            ? RetrySchedule.Of(CallbackKinds.Of(Kind)).Next((int)Tries + 1, attempt.At, random)
            : null;
        var tried = this with
        {
            Attempts = Attempts + 1,
            Tries = Tries + 1,
            LastStatus = attempt.Status == 0 ? null : attempt.Status,
            LastError = attempt.Error,
            LastAttemptAt = attempt.At,
            History = Remember(attempt),
        };
        if (attempt.Delivered)
        {
            var until = attempt.At + Micros.From(options.KeepDelivered);
            return tried with
            {
                State = DeliveryStates.Delivered,
                DeliveredAt = attempt.At,
                NextAt = null,
                AttendAt = until,
            };
        }
        return next is null || next >= AttendAt
            ? tried.Dead(attempt.Error ?? "", attempt.At, options)
            : tried with { NextAt = next };
    }

    /// <summary>Given up: shown, and sent again only by hand.</summary>
    public Delivery Dead(string reason, long now, WebhooksOptions options) => this with
    {
        State = DeliveryStates.Dead,
        LastError = reason,
        NextAt = null,
        AttendAt = now + Micros.From(options.KeepDead),
    };

    /// <summary>
    /// True when it may be written over a row as it stands: nobody has ended that meanwhile, or tried it as often. That it was told
    /// is true whoever tried it, too.
    /// </summary>
    public bool Follows(Delivery row) => row.Pending && (
        State == DeliveryStates.Delivered || row.Attempts < Attempts
        || (State == DeliveryStates.Dead && row.Attempts == Attempts && row.LastAttemptAt == LastAttemptAt));

    /// <summary>From the start of the schedule, with a whole life before it.</summary>
    public Delivery Replayed(long now) => this with
    {
        State = DeliveryStates.Pending,
        Tries = 0,
        NextAt = now,
        AttendAt = now + Micros.From(RetrySchedule.Of(CallbackKinds.Of(Kind)).Life),
        DeliveredAt = null,
    };

    /// <summary>The job that makes its attempts. The delivery ends before its job would be given up.</summary>
    public Job ToJob() => new(JobKind, Id, EndpointId, "", NextAt ?? 0, AttendAt + (24 * 60 * Micros.PerMinute));

    /// <summary>Written with its job, when there is an attempt to come.</summary>
    public void Born(Tx tx, JobQueue jobs)
    {
        WebhookStore.Insert(tx, [this]);
        if (Pending) jobs.Enqueue(tx, ToJob());
    }

    public IReadOnlyList<DeliveryAttempt> ReadHistory() =>
        JsonSerializer.Deserialize(History, WebhookJson.Default.ListDeliveryAttempt) ?? [];

    private string Remember(in Attempt attempt)
    {
        int? status = attempt.Status == 0 ? null : attempt.Status;
        var made = new DeliveryAttempt(attempt.At, status, attempt.Error, attempt.Millis);
        var kept = ReadHistory().TakeLast(AttemptsKept - 1).Append(made).ToList();
        return JsonSerializer.Serialize(kept, WebhookJson.Default.ListDeliveryAttempt);
    }

    private static Delivery New(
        string id,
        string integrationId,
        CallbackKind kind,
        string messageId,
        int sequence,
        string eventName,
        string item,
        long now) => new()
        {
            Id = id,
            EndpointId = Endpoint.IdOf(integrationId, kind),
            IntegrationId = integrationId,
            Kind = kind.Word(),
            MessageId = messageId,
            Sequence = sequence,
            EventName = eventName,
            Event = item,
            State = DeliveryStates.Pending,
            CreatedAt = now,
            NextAt = now,
            AttendAt = now + Micros.From(RetrySchedule.Of(kind).Life),
        };
}
