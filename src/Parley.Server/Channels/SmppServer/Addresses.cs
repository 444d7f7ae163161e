using System.Net;

namespace Parley.Server.Channels.SmppServer;

/// <summary>
/// What is known of the addresses that clients come from: how many connections each has, and how often in a row it failed
/// to bind. Ten failures block it for a minute (contract channels §5). An IPv6 network of 64 bits counts as one address.
/// </summary>
internal sealed class Addresses(SmppDoorOptions options, TimeProvider time)
{
    private const int FailuresUntilBlocked = 10;
    private const int MostKnown = 20_000;
    private static readonly TimeSpan BlockedFor = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Known> _known = [];

    /// <summary>A place for a connection, to be disposed at its end; null when the address is blocked or has its fill.</summary>
    public IDisposable? Enter(IPAddress address)
    {
        var key = KeyOf(address);
        lock (_lock)
        {
            if (Find(key) is not { } known || IsBlocked(known)) return null;
            if (known.Sessions >= options.MaxSessionsPerAddress) return null;
            known.Sessions++;
        }
        return new Place(this, key);
    }

    public bool Blocked(IPAddress address)
    {
        lock (_lock) return _known.TryGetValue(KeyOf(address), out var known) && IsBlocked(known);
    }

    /// <summary>A bind was refused; true when that blocked the address.</summary>
    public bool Failed(IPAddress address)
    {
        lock (_lock)
        {
            if (Find(KeyOf(address)) is not { } known || ++known.Failures < FailuresUntilBlocked) return false;
            (known.Failures, known.BlockedUntil) = (0, time.GetUtcNow() + BlockedFor);
            return true;
        }
    }

    public void Succeeded(IPAddress address)
    {
        lock (_lock)
            if (_known.TryGetValue(KeyOf(address), out var known)) known.Failures = 0;
    }

    private static IPAddress KeyOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        var octets = address.GetAddressBytes();
        if (octets.Length == 4) return address;
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }

    private bool IsBlocked(Known known) => known.BlockedUntil > time.GetUtcNow();

    /// <summary>Null when there is no room to remember another address: more of them than that have connections now.</summary>
    private Known? Find(IPAddress key)
    {
        if (_known.TryGetValue(key, out var known)) return known;
        if (_known.Count >= MostKnown) Forget();
        return _known.Count >= MostKnown ? null : _known[key] = new Known();
    }

    private void Forget()
    {
        foreach (var (key, known) in _known)
            if (known.Sessions == 0 && !IsBlocked(known)) _known.Remove(key);
    }

    private void Leave(IPAddress key)
    {
        lock (_lock)
        {
            var known = _known[key];
            if (--known.Sessions == 0 && known.Failures == 0 && !IsBlocked(known)) _known.Remove(key);
        }
    }

    private sealed class Known
    {
        public int Sessions { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset BlockedUntil { get; set; }
    }

    private sealed class Place(Addresses owner, IPAddress key) : IDisposable
    {
        public void Dispose() => owner.Leave(key);
    }
}
