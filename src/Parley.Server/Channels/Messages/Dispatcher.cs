using System.Diagnostics.Metrics;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Server.Channels.Carriers;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>Finds each message its carrier, and the next one when that carrier gives it back.</summary>
internal sealed class Dispatcher
{
    private static readonly TimeSpan FullWait = TimeSpan.FromSeconds(1);

    /// <summary>What was accepted longer ago than this, in microseconds, is screened again: it has waited.</summary>
    private const long Fresh = Micros.PerSecond;

    private static readonly Backoff Backoff = new(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    private readonly RouteTable _routes;
    private readonly CarrierPool _carriers;
    private readonly MessageTracker _tracker;
    private readonly Screening _screening;
    private readonly TenantDirectory _tenants;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Lock _randomLock = new();
    private readonly Counter<long> _reroutes;
    private readonly Counter<long> _repeats;

    public Dispatcher(
        RouteTable routes, CarrierPool carriers, MessageTracker tracker, Screening screening, TenantDirectory tenants,
        TimeProvider time, Random random, MessageMeter meter)
    {
        (_screening, _tenants) = (screening, tenants);
        (_routes, _carriers, _tracker, _time, _random) = (routes, carriers, tracker, time, random);
        (_reroutes, _repeats) = (meter.Reroutes, meter.PossibleRepeats);
        tracker.Send = Send;
        tracker.GivenBack = GivenBack;
    }

    /// <summary>True while the carriers' queues take more; what comes beyond is born free and waits in the database.</summary>
    public bool HasRoom => _carriers.Room > 0;

    private void Send(Tracked message)
    {
        message.Tried = null;
        if (message.Message.IsUnreadable)
            _tracker.Add(new ForbiddenStep(message, MessageStatus.DeliveryFailure, "its text can't be decrypted here"));
        else if (!StandsAgainst(message))
            Offer(message);
    }

    /// <summary>
    /// What has waited (for its time, for a carrier, for a node to come back) is screened again: the recipient may have opted
    /// out, or it may be night where he is. A message of which a carrier has a part goes on.
    /// </summary>
    private bool StandsAgainst(Tracked message)
    {
        var sms = message.Message;
        var now = _time.NowMicros();
        if (now - sms.AcceptedAt < Fresh || sms.Door == Door.Own || message.TakenBy is not null) return false;
        if (_tenants.ById(sms.IntegrationId) is not { } integration) return false;
        if (_screening.Check(integration, sms.From, sms.To) is { } refusal)
        {
            var status = refusal.Code is MessageRefusals.Blocked or MessageRefusals.Delisted
                ? MessageStatus.StoppedByAdmin : MessageStatus.DeliveryFailure;
            _tracker.Add(new ForbiddenStep(message, status, refusal.Reason));
            return true;
        }
        var at = _screening.NotBefore(integration, sms.To, now);
        if (at <= now) return false;
        _tracker.Add(new WaitStep(message, at, "quiet hours where the recipient is", false));
        return true;
    }

    private void Offer(Tracked message)
    {
        if (MessageTrace.On) message.OfferedAt = _time.GetUtcNow();
        // Parts that a carrier took bind the rest to it: no other knows the concatenation reference.
        if (message.TakenBy is { } bound)
        {
            switch (OfferTo(message, bound))
            {
                case Carriers.Offer.Taken:
                    return;
                case Carriers.Offer.Full or Carriers.Offer.Starting:
                    Wait(message, null, false);
                    return;
                default:
                    Wait(message, $"carrier {bound}, which took a part, is not up", true);
                    return;
            }
        }
        var carriers = _routes.Carriers(message.Message.TenantId, message.Message.From, message.Message.To);
        if (carriers.Count == 0)
        {
            _tracker.Add(new UnroutableStep(message));
            return;
        }
        var soon = false;
        foreach (var carrier in carriers)
        {
            switch (OfferTo(message, carrier))
            {
                case Carriers.Offer.Taken:
                    return;
                case Carriers.Offer.Full or Carriers.Offer.Starting:
                    soon = true;
                    break;
            }
        }
        if (soon) Wait(message, null, false);
        else Wait(message, $"no carrier is up ({string.Join(", ", carriers)})", true);
    }

    /// <summary>A carrier that has given it back is not asked again before it has waited.</summary>
    private Offer OfferTo(Tracked message, string carrier)
    {
        if (message.Tried?.Contains(carrier) == true) return Carriers.Offer.Down;
        message.CarrierId = carrier;
        return _carriers.TrySubmit(carrier, message);
    }

    private void GivenBack(Tracked message, Returned why, bool mayRepeat)
    {
        if (mayRepeat)
        {
            _repeats.Add(1);
            var detail = $"carrier {message.CarrierId} did not answer a part it may have taken";
            _tracker.Add(new NoteStep(message, "may-repeat", detail, mayHaveLeft: true));
        }
        switch (why)
        {
            case Returned.Stopping:
                // The row says that it is owed: it is taken up at the next start, or by another node.
                return;
            case Returned.Full:
                Wait(message, null, false);
                return;
            default:
                _reroutes.Add(1);
                (message.Tried ??= []).Add(message.CarrierId);
                _tracker.Add(new NoteStep(message, "given-back", $"carrier {message.CarrierId}: {why}"));
                Offer(message);
                return;
        }
    }

    private void Wait(Tracked message, string? note, bool countsAsAttempt)
    {
        TimeSpan wait;
        if (countsAsAttempt)
        {
            lock (_randomLock) wait = Backoff.After(message.State.Attempts + 1, _random);
        }
        else
        {
            wait = FullWait;
        }
        _tracker.Add(new WaitStep(message, _time.NowMicros() + Micros.From(wait), note, countsAsAttempt));
    }
}
