using System.Net;
using System.Net.Sockets;
using Parley.Platform;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// Wrong passwords per address: after ten in a row the address waits for 60 s, because each is slow to check. An IPv6
/// address counts by its network of 64 bits.
/// </summary>
internal sealed partial class FailedLogins(TimeProvider time, ILogger<FailedLogins> log)
{
    public const int MostInARow = 10;
    private const int MostRemembered = 10_000;
    private static readonly long Pause = Micros.From(TimeSpan.FromSeconds(60));
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, Failures> _failures = [];

    private readonly record struct Failures(int InARow, long At);

    /// <summary>Addresses in memory.</summary>
    public int Remembered => _failures.Count;

    public bool Blocked(IPAddress? address)
    {
        lock (_lock)
        {
            if (!_failures.TryGetValue(KeyOf(address), out var failures) || failures.InARow < MostInARow) return false;
            if (time.NowMicros() - failures.At < Pause) return true;
            _failures.Remove(KeyOf(address));
            return false;
        }
    }

    public void Failed(IPAddress? address)
    {
        lock (_lock)
        {
            var key = KeyOf(address);
            var inARow = _failures.GetValueOrDefault(key).InARow + 1;
            if (_failures.Count >= MostRemembered && !_failures.ContainsKey(key)) Forget();
            _failures[key] = new(inARow, time.NowMicros());
            if (inARow == MostInARow) AddressWaits(log, key);
        }
    }

    public void Passed(IPAddress? address)
    {
        lock (_lock) _failures.Remove(KeyOf(address));
    }

    /// <summary>Those whose wait is over go first; of a flood from everywhere nothing is remembered.</summary>
    private void Forget()
    {
        var before = time.NowMicros() - Pause;
        foreach (var (key, failures) in _failures.ToList())
            if (failures.At < before) _failures.Remove(key);
        if (_failures.Count >= MostRemembered) _failures.Clear();
    }

    private static IPAddress KeyOf(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var octets = address.GetAddressBytes();
        octets.AsSpan(8).Clear();
        return new IPAddress(octets);
    }

    [LoggerMessage(LogLevel.Warning, "{Address} gave wrong passwords ten times in a row and waits for 60 s")]
    private static partial void AddressWaits(ILogger log, IPAddress address);
}
