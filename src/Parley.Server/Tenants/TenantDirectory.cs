using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Tenants;

/// <summary>
/// Everything about tenants that the hot paths look up, as one immutable snapshot in memory. Provisioning swaps it whole, so a request sees either
/// the world before or the world after.
/// </summary>
public sealed class TenantDirectory
{
    private volatile Snapshot _current = new([], [], [], []);

    /// <summary>The integration that a key belongs to. Keys are known only by their SHA-256.</summary>
    public Integration? ByKey(string key) =>
        key.Length is 0 or > 200 ? null : _current.ByKeyHash.GetValueOrDefault(HashOf(key));

    public Integration? ById(string id) => _current.ById.GetValueOrDefault(id);

    /// <summary>The integration that a two-way number is tied to; the number in digits.</summary>
    public Integration? ByNumber(string number) => _current.ByNumber.GetValueOrDefault(number);

    /// <summary>The integration whose account has this API id.</summary>
    public Integration? ByApiId(string apiId) => _current.ByApiId.GetValueOrDefault(apiId);

    public IReadOnlyCollection<Integration> All => _current.ById.Values;

    public void Replace(IReadOnlyList<(Integration Integration, IReadOnlyList<string> KeyHashes)> integrations) =>
        _current = new(
            [.. integrations.SelectMany(i => i.KeyHashes.Select(h => KeyValuePair.Create(h, i.Integration)))],
            [.. integrations.Select(i => KeyValuePair.Create(i.Integration.Id, i.Integration))],
            [.. integrations.SelectMany(i => i.Integration.Senders.Where(s => s.IsNumber)
                .Select(s => KeyValuePair.Create(s.Address, i.Integration)))],
            [.. integrations.Where(i => i.Integration is { Account: not null, Active: true })
                .Select(i => KeyValuePair.Create(i.Integration.Account!.ApiId, i.Integration))]);

    /// <summary>What is stored of a key: SHA-256 in lower-case hexadecimal. Keys are long and random, so a plain hash is enough.</summary>
    public static string HashOf(string key)
    {
        Span<byte> utf8 = stackalloc byte[800];
        var length = Encoding.UTF8.GetBytes(key, utf8);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..length], hash);
        return Convert.ToHexStringLower(hash);
    }

    private sealed class Snapshot(
        IReadOnlyList<KeyValuePair<string, Integration>> keys,
        IReadOnlyList<KeyValuePair<string, Integration>> ids,
        IReadOnlyList<KeyValuePair<string, Integration>> numbers,
        IReadOnlyList<KeyValuePair<string, Integration>> apiIds)
    {
        public FrozenDictionary<string, Integration> ByKeyHash { get; } = keys.ToFrozenDictionary();

        public FrozenDictionary<string, Integration> ById { get; } = ids.ToFrozenDictionary();

        public FrozenDictionary<string, Integration> ByNumber { get; } = numbers.ToFrozenDictionary();

        public FrozenDictionary<string, Integration> ByApiId { get; } = apiIds.ToFrozenDictionary();
    }
}
