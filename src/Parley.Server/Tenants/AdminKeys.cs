using System.Collections.Frozen;
using System.Net;

namespace Parley.Server.Tenants;

/// <summary>The keys that open /admin/v1, by their SHA-256. With none provisioned nobody gets in.</summary>
public sealed class AdminKeys
{
    private const int LongestKey = 200;
    private volatile FrozenSet<string> _hashes = [];

    public bool Any => _hashes.Count > 0;

    /// <summary>The sandbox world's key, null outside it. It is stored nowhere as a key and opens from loopback only.</summary>
    public string? Demo { get; set; }

    /// <summary>True when the key opens, called from this address.</summary>
    public bool Opens(string key, IPAddress? from)
    {
        if (key.Length is 0 or > LongestKey) return false;
        return _hashes.Contains(TenantDirectory.HashOf(key))
            || (Demo == key && from is not null && IPAddress.IsLoopback(from));
    }

    public void Replace(IReadOnlyList<string> hashes) => _hashes = hashes.ToFrozenSet();
}
