namespace Parley.Server.Channels.SmppServer;

/// <summary>A client's messages per second: a bucket that holds one second's worth.</summary>
internal sealed class Bucket(TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _tokens = -1;
    private long _at;

    /// <summary>Takes so many out of it, or nothing; a rate of 0 is unlimited. A full bucket gives any number.</summary>
    public bool TryTake(int count, int perSecond)
    {
        if (perSecond <= 0) return true;
        lock (_lock)
        {
            var now = time.GetTimestamp();
            _tokens = _tokens < 0 ? perSecond
                : Math.Min(perSecond, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
            _at = now;
            if (_tokens < Math.Min(count, perSecond)) return false;
            _tokens -= count;
            return true;
        }
    }
}
