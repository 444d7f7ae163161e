using Parley.Smpp.Text;

namespace Parley.Server.Channels.Carriers;

/// <summary>
/// A submission that a bind has begun to send: which parts are out, and what is to become of it. A part that is sent again waits
/// in a flight of its own, which counts with the whole: it is given back once, when no part of it is out.
/// </summary>
internal sealed class Flight
{
    private const long OneRefusing = 1L << 32;

    private readonly Lock _lock = new();
    private readonly Flight _whole;

    // Of the whole. The lower half counts parts that are unanswered; the upper half those of them whose refusal is being reported.
    private long _unanswered;
    private Returned? _givingBack;
    private bool _mayRepeat;
    private bool _over;
    private long _slowedAt;

    public Flight(Submission submission) => (Submission, _whole) = (submission, this);

    private Flight(Flight whole, int part)
    {
        (Submission, _whole, Only, Begun) = (whole.Submission, whole, part, true);
        (Plan, Reference) = (whole.Plan, whole.Reference);
    }

    public Submission Submission { get; }

    /// <summary>How it is split; null for the common case of one part in the default alphabet.</summary>
    public SegmentPlan? Plan { get; set; }

    public int Parts => Plan?.Count ?? 1;

    /// <summary>The next part to look at.</summary>
    public int Next { get; set; }

    /// <summary>Only this part is to be sent; -1 for all that are missing.</summary>
    public int Only { get; } = -1;

    /// <summary>True once it was split.</summary>
    public bool Begun { get; set; }

    /// <summary>What the parts' headers call the message.</summary>
    public int Reference { get; set; }

    /// <summary>When a carrier first said "slower" to a part of it (timestamp); 0 for never.</summary>
    public long SlowedAt
    {
        get => Volatile.Read(ref _whole._slowedAt);
        set => Volatile.Write(ref _whole._slowedAt, value);
    }

    /// <summary>True once it is to be given back: nothing more of it is sent.</summary>
    public bool IsGivingBack
    {
        get
        {
            lock (_whole._lock) return _whole._givingBack is not null;
        }
    }

    /// <summary>A part alone, to be sent again.</summary>
    public Flight Again(int part) => new(_whole, part);

    /// <summary>A part is about to be sent; false when it is not to be sent any more.</summary>
    public bool Sending(int part)
    {
        Interlocked.Increment(ref _whole._unanswered);
        // Looked at again once it counts: whoever stops the submission, or gives it back, meanwhile sees it counted, or is seen here.
        if (Parts == 1 || ((Submission.PartsToSend >> part & 1) != 0 && !IsGivingBack)) return true;
        Answered(unknownOutcome: false);
        return false;
    }

    /// <summary>A part was refused for good: this is said before it is reported.</summary>
    public void Refusing() => Interlocked.Add(ref _whole._unanswered, OneRefusing);

    /// <summary>True when every part that was sent has been answered; those whose refusal is being reported have.</summary>
    public bool NoneOut()
    {
        var counts = Volatile.Read(ref _whole._unanswered);
        lock (_whole._lock) return !_whole._mayRepeat && (uint)counts == (uint)(counts >> 32);
    }

    /// <summary>A part's end is known. The last one gives the submission back if that was decided.</summary>
    /// <param name="unknownOutcome">The answer never came.</param>
    /// <param name="refusing">It was said to be refused.</param>
    public void Answered(bool unknownOutcome, bool refusing = false)
    {
        if (unknownOutcome)
        {
            lock (_whole._lock) _whole._mayRepeat = true;
        }
        if ((uint)Interlocked.Add(ref _whole._unanswered, refusing ? -1 - OneRefusing : -1) == 0) _whole.EndIfDecided();
    }

    /// <summary>The submission is to be given back, once no part is out any more.</summary>
    public void GiveBack(Returned why)
    {
        lock (_whole._lock) _whole._givingBack ??= why;
        if ((uint)Volatile.Read(ref _whole._unanswered) == 0) _whole.EndIfDecided();
    }

    private void EndIfDecided()
    {
        Returned why;
        bool mayRepeat;
        lock (_lock)
        {
            if (_over || _givingBack is not { } decided || (uint)Volatile.Read(ref _unanswered) != 0) return;
            (_over, why, mayRepeat) = (true, decided, _mayRepeat);
        }
        Submission.GivenBack(why, mayRepeat);
    }
}

/// <summary>One part of a flight of several.</summary>
internal sealed record FlightPart(Flight Flight, int Part);
