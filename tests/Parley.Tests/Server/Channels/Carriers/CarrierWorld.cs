using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Platform;
using Parley.Server.Channels.Carriers;

namespace Parley.Tests.Server.Channels.Carriers;

/// <summary>A carrier pool bound to a scripted SMSC, and what it reports.</summary>
internal sealed class CarrierWorld : IAsyncDisposable
{
    public CarrierWorld()
    {
        Pool = new CarrierPool(TimeProvider.System, new Random(7), NullLogger<CarrierPool>.Instance);
        Pool.ReceiptArrived = receipt =>
        {
            Receipts.Enqueue(receipt);
            if (!Waiting) receipt.Acknowledge(Keep);
        };
        Pool.InboundArrived = inbound =>
        {
            Inbound.Enqueue(inbound);
            inbound.Acknowledge(Keep);
        };
    }

    public CarrierPool Pool { get; }

    public ConcurrentQueue<ReceiptArrival> Receipts { get; } = new();

    public ConcurrentQueue<InboundArrival> Inbound { get; } = new();

    /// <summary>Whether arrivals are acknowledged as kept.</summary>
    public bool Keep { get; set; } = true;

    /// <summary>Whether receipts are left unacknowledged.</summary>
    public bool Waiting { get; set; }

    public static Carrier To(ScriptedSmsc smsc) => new()
    {
        Id = "c",
        Host = "127.0.0.1",
        Port = smsc.Port,
        SystemId = "parley",
        Password = "secret",
        DefaultSender = "12345",
    };

    /// <summary>Binds and waits until the carrier is up.</summary>
    public async Task Up(Carrier carrier)
    {
        await Pool.Replace([carrier]);
        await Eventually.Holds(() => Pool.States[0].Up, "the carrier is up");
    }

    public TestSubmission Send(
        string text, string from = "", bool flash = false, int minutes = 60, string? encoding = null) =>
        Send(new SmsContent(text, null, null, encoding, flash), from, minutes);

    public TestSubmission Send(SmsContent content, string from = "", int minutes = 60)
    {
        var submission = new TestSubmission(content, from, DateTimeOffset.UtcNow.AddMinutes(minutes));
        Assert.Equal(Offer.Taken, Pool.TrySubmit("c", submission));
        return submission;
    }

    public ValueTask DisposeAsync() => Pool.DisposeAsync();
}

/// <summary>A submission that keeps what it is told.</summary>
internal sealed class TestSubmission(SmsContent content, string from, DateTimeOffset deadline) : Submission
{
    private ulong _accepted;

    public ConcurrentQueue<(int Part, string Id)> Accepted { get; } = new();

    public TaskCompletionSource<(int Part, uint Status, int Code)> Refused { get; } = new();

    public TaskCompletionSource<(Returned Why, bool MayRepeat)> Back { get; } = new();

    public int Parts { get; private set; }

    public override string MessageId => "m";

    public override string From => from;

    public override string To => "27999000123";

    public override SmsContent Content => content;

    public override long DeadlineAt => Micros.FromTime(deadline);

    public override ulong PartsToSend => ~Volatile.Read(ref _accepted);

    public override int? Reference => null;

    public override void Planned(int parts, int? reference) => Parts = parts;

    public override void PartAccepted(int part, string carrierMessageId)
    {
        Interlocked.Or(ref _accepted, 1UL << part);
        Accepted.Enqueue((part, carrierMessageId));
    }

    public override void PartRefused(int part, uint commandStatus, int status, Func<bool> noneOut)
    {
        Volatile.Write(ref _accepted, ulong.MaxValue);
        Refused.TrySetResult((part, commandStatus, status));
    }

    public override void GivenBack(Returned why, bool mayRepeat) => Back.TrySetResult((why, mayRepeat));

    public Task AllAccepted() => Eventually.Holds(() => Parts > 0 && Accepted.Count == Parts, "all parts are accepted");
}
