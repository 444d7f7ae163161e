namespace Parley.Server.Webhooks;

/// <summary>The bounds over all endpoints together.</summary>
internal sealed class Budget(WebhooksOptions options)
{
    private int _running;
    private int _waiting;

    /// <summary>Events that wait in memory.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    public bool TryStart() => Under(ref _running, options.InFlight);

    public void Ended() => Interlocked.Decrement(ref _running);

    public bool TryWait() => Under(ref _waiting, options.Waiting);

    public void Took(int count) => Interlocked.Add(ref _waiting, -count);

    private static bool Under(ref int count, int most)
    {
        if (Interlocked.Increment(ref count) <= most) return true;
        Interlocked.Decrement(ref count);
        return false;
    }
}
