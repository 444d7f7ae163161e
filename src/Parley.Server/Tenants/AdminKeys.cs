using System.Collections.Frozen;

namespace Parley.Server.Tenants;

/// <summary>The keys that open /admin/v1, by their SHA-256. With none provisioned nobody gets in.</summary>
public sealed class AdminKeys
{
    private volatile FrozenSet<string> _hashes = [];

    public bool Any => _hashes.Count > 0;

    public bool Opens(string key) => key.Length is > 0 and <= 200 && _hashes.Contains(TenantDirectory.HashOf(key));

    public void Replace(IReadOnlyList<string> hashes) => _hashes = hashes.ToFrozenSet();
}
