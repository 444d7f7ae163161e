using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Primitives;
using Parley.Server.Tenants;

namespace Parley.Server.Web;

/// <summary>Whose request it is: from the key in the Authorization header to the integration, its networks and its rate.</summary>
public sealed class Callers(TenantDirectory tenants, TimeProvider time)
{
    private const int MostBuckets = 100_000;
    private readonly ConcurrentDictionary<string, Bucket> _buckets = new();

    /// <summary>The key: the header's value as it is, or behind <c>Bearer</c> (contract channels §10.5).</summary>
    public static string KeyOf(HttpRequest request)
    {
        StringValues header = request.Headers.Authorization;
        var key = (header.Count == 0 ? "" : header[0] ?? "").Trim();
        return key.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? key[7..].Trim() : key;
    }

    /// <summary>The integration of the key, or null.</summary>
    public Integration? Of(HttpRequest request) => tenants.ByKey(KeyOf(request));

    /// <summary>The integration of a key that came in a parameter, where a raw + may have become a blank; or null.</summary>
    public Integration? OfKey(string key) => tenants.ByKey(key.Trim().Replace(' ', '+'));

    /// <summary>True when the integration takes requests from this address.</summary>
    public static bool MayCallFrom(Integration integration, IPAddress? address)
    {
        if (integration.AllowedNetworks.Count == 0) return true;
        if (address is null) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return integration.AllowedNetworks.Any(network => network.Contains(address));
    }

    /// <summary>Takes one request out of the integration's bucket, which holds one second's worth.</summary>
    public bool TryPass(Integration integration)
    {
        if (integration.RequestsPerSecond <= 0) return true;
        if (_buckets.Count > MostBuckets) _buckets.Clear();
        return _buckets.GetOrAdd(integration.Id, _ => new Bucket()).TryTake(integration.RequestsPerSecond, time);
    }

    private sealed class Bucket
    {
        private readonly Lock _lock = new();
        private double _tokens = -1;
        private long _at;

        public bool TryTake(int perSecond, TimeProvider time)
        {
            lock (_lock)
            {
                var now = time.GetTimestamp();
                _tokens = _tokens < 0 ? perSecond
                    : Math.Min(perSecond, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
                _at = now;
                if (_tokens < 1) return false;
                _tokens--;
                return true;
            }
        }
    }
}
