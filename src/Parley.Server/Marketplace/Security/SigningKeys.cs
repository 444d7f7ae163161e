using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Security;

/// <summary>
/// The keys that sign client tokens: ECDSA P-256, kept encrypted in the database, so that tokens outlive a restart and
/// every node takes them. The newest signs; older ones are published until nothing they signed can be valid.
/// </summary>
internal sealed class SigningKeys(
    MarketplaceOptions options, SecretBox box, Database database, Ids ids, TimeProvider time) : IDisposable
{
    private static readonly long KeptAfter = Micros.From(TimeSpan.FromDays(1));
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile IReadOnlyList<Known> _keys = [];
    private long _readAt;

    /// <summary>All that are published, the newest first.</summary>
    public IReadOnlyList<ECDsaSecurityKey> Published => [.. _keys.Select(k => k.Key)];

    /// <summary>The key that signs now; makes one when there is none or it has served its time.</summary>
    public async Task<ECDsaSecurityKey> Current(CancellationToken cancel)
    {
        var keys = _keys;
        if (keys.Count > 0 && keys[0].CreatedAt > Oldest(0)) return keys[0].Key;
        await Load(cancel);
        return _keys[0].Key;
    }

    /// <summary>Reads them when another node may have made a new one.</summary>
    public async Task Refresh(CancellationToken cancel)
    {
        if (_keys.Count == 0 || time.GetElapsedTime(_readAt) > ReadAgainAfter) await Load(cancel);
    }

    public void Dispose() => _loading.Dispose();

    private long Oldest(long more) => time.NowMicros() - Micros.From(options.SigningKeyLife) - more;

    private async Task Load(CancellationToken cancel)
    {
        await _loading.WaitAsync(cancel);
        try
        {
            var rows = await database.Transact(Rotate, cancel);
            var known = _keys.ToDictionary(k => k.Key.KeyId);
            _keys = [.. rows.Select(r => known.GetValueOrDefault(r.Id) ?? Open(r))];
            _readAt = time.GetTimestamp();
        }
        finally
        {
            _loading.Release();
        }
    }

    private IReadOnlyList<Row> Rotate(Tx tx)
    {
        tx.Execute("DELETE FROM market_signing_keys WHERE created_at < @before", new { before = Oldest(KeptAfter) });
        var rows = Rows(tx);
        if (rows.Count > 0 && rows[0].CreatedAt > Oldest(0)) return rows;
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var id = ids.Next();
        tx.Execute(
            "INSERT INTO market_signing_keys (id, created_at, sealed) VALUES (@id, @at, @key)",
            new { id, at = time.NowMicros(), key = box.Seal(made.ExportPkcs8PrivateKey(), id) });
        return Rows(tx);
    }

    private static IReadOnlyList<Row> Rows(Tx tx) => tx.Query<Row>(
        "SELECT id AS Id, created_at AS CreatedAt, sealed AS Sealed FROM market_signing_keys " +
        "ORDER BY created_at DESC, id");

    private Known Open(Row row)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(box.Open(row.Sealed, row.Id), out _);
        return new(new ECDsaSecurityKey(key) { KeyId = row.Id }, row.CreatedAt);
    }

    private sealed record Known(ECDsaSecurityKey Key, long CreatedAt);

    private sealed class Row
    {
        public string Id { get; init; } = "";

        public long CreatedAt { get; init; }

        public byte[] Sealed { get; init; } = [];
    }
}
