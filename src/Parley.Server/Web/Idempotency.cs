using System.Collections.Concurrent;
using System.Security.Cryptography;
using Dapper;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Web;

/// <summary>The answer that a request with an Idempotency-Key got first.</summary>
public sealed class FirstAnswer
{
    public string RequestHash { get; init; } = "";

    public long Status { get; init; }

    public byte[] Body { get; init; } = [];
}

/// <summary>
/// Requests that carry an Idempotency-Key: the first answer is written in the commit of what it did, kept for 24 hours, and given again to the same request.
/// </summary>
public sealed class Idempotency(Database database, TimeProvider time)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotent-Replayed";
    public const int LongestKey = 200;
    private static readonly long Kept = Micros.From(TimeSpan.FromHours(24));
    private readonly ConcurrentDictionary<(string Integration, string Key), bool> _underWay = new();

    public static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));

    public static bool Valid(string key) =>
        key.Length is > 0 and <= LongestKey && key.All(c => c is > ' ' and < '\x7f');

    /// <summary>False while the same key is under way on this node.</summary>
    public bool Begin(string integrationId, string key) => _underWay.TryAdd((integrationId, key), true);

    public void End(string integrationId, string key) => _underWay.TryRemove((integrationId, key), out _);

    public Task<FirstAnswer?> Find(string integrationId, string key, CancellationToken cancel)
    {
        var since = time.NowMicros() - Kept;
        return database.Read(
            connection => connection.QueryFirstOrDefault<FirstAnswer>(
                "SELECT request_hash AS RequestHash, status AS Status, body AS Body FROM idempotency_keys WHERE integration_id = @integrationId AND key = @key AND created_at >= @since",
                new { integrationId, key, since }),
            cancel);
    }

    /// <summary>Writes the answer, in the transaction of what it did. A key that another node wrote meanwhile fails the transaction.</summary>
    public void Keep(Tx tx, string integrationId, string key, string requestHash, int status, byte[] body)
    {
        var now = time.NowMicros();
        tx.Execute("DELETE FROM idempotency_keys WHERE integration_id = @integrationId AND key = @key AND created_at < @before", new { integrationId, key, before = now - Kept });
        tx.Execute(
            "INSERT INTO idempotency_keys (integration_id, key, request_hash, status, body, created_at) VALUES (@integrationId, @key, @requestHash, @status, @body, @now)",
            new { integrationId, key, requestHash, status = (long)status, body, now });
    }

    public Task DropOld(CancellationToken cancel) => database.Transact(
        tx => tx.Execute("DELETE FROM idempotency_keys WHERE created_at < @before",
            new { before = time.NowMicros() - Kept }), cancel);
}
