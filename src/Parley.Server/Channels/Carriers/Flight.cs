using Parley.Smpp.Text;

namespace Parley.Server.Channels.Carriers;

/// <summary>A submission that a bind has begun to send: which parts are out, and what is to become of it.</summary>
internal sealed class Flight(Submission submission)
{
    private readonly Lock _lock = new();
    private int _unanswered;
    private Returned? _givingBack;
    private bool _mayRepeat;
    private bool _over;

    public Submission Submission { get; } = submission;

    /// <summary>How it is split; null for the common case of one part in the default alphabet.</summary>
    public SegmentPlan? Plan { get; set; }

    public int Parts => Plan?.Count ?? 1;

    /// <summary>The next part to look at.</summary>
    public int Next { get; set; }

    /// <summary>Only this part is to be sent; -1 for all that are missing.</summary>
    public int Only { get; init; } = -1;

    /// <summary>True once it was split.</summary>
    public bool Begun { get; set; }

    /// <summary>What the parts' headers call the message.</summary>
    public int Reference { get; set; }

    /// <summary>When a carrier first said "slower" to it (timestamp); 0 for never.</summary>
    public long SlowedAt { get; set; }

    public void Sending() => Interlocked.Increment(ref _unanswered);

    /// <summary>A part's end is known. The last one gives the submission back if that was decided.</summary>
    public void Answered(bool unknownOutcome)
    {
        lock (_lock) _mayRepeat |= unknownOutcome;
        if (Interlocked.Decrement(ref _unanswered) == 0) EndIfDecided();
    }

    /// <summary>The submission is to be given back, once no part is out any more.</summary>
    public void GiveBack(Returned why)
    {
        lock (_lock) _givingBack ??= why;
        if (Volatile.Read(ref _unanswered) == 0) EndIfDecided();
    }

    public bool IsGivingBack
    {
        get
        {
            lock (_lock) return _givingBack is not null;
        }
    }

    private void EndIfDecided()
    {
        Returned why;
        bool mayRepeat;
        lock (_lock)
        {
            if (_over || _givingBack is not { } decided || Volatile.Read(ref _unanswered) != 0) return;
            (_over, why, mayRepeat) = (true, decided, _mayRepeat);
        }
        Submission.GivenBack(why, mayRepeat);
    }
}

/// <summary>One part of a flight of several.</summary>
internal sealed record FlightPart(Flight Flight, int Part);
