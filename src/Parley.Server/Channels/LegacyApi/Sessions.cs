using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// Sessions of legacy HTTP, valid for 15 minutes after their last use (contract channels §7.1). They outlive restarts and
/// hold on every node; a use is written once a minute at most, so that after a restart a session may live a minute longer.
/// </summary>
internal sealed class Sessions(Database database, TenantDirectory tenants, TimeProvider time)
{
    private const int MostRemembered = 100_000;
    private static readonly long Valid = Micros.From(TimeSpan.FromMinutes(15));
    private static readonly long WriteEvery = Micros.From(TimeSpan.FromMinutes(1));
    private readonly ConcurrentDictionary<string, Remembered> _remembered = new();

    private sealed record Remembered(string IntegrationId, string Account, long UsedAt, long WrittenAt);

    /// <summary>A new session: 32 hexadecimal digits, which only the client holds.</summary>
    public async Task<string> Open(Integration integration, CancellationToken cancel)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var row = new SessionRow
        {
            Id = HashOf(id),
            IntegrationId = integration.Id,
            Account = integration.Account!.PasswordHash,
            UsedAt = time.NowMicros(),
        };
        await database.Transact(tx => LegacyStore.Insert(tx, row), cancel);
        Remember(row.Id, new(row.IntegrationId, row.Account, row.UsedAt, row.UsedAt));
        return id;
    }

    /// <summary>Whose session it is, and uses it; null when there is none (any more).</summary>
    public async Task<Integration?> Use(string id, CancellationToken cancel)
    {
        if (!Ids.IsId(id)) return null;
        var hash = HashOf(id);
        if (await Find(hash, cancel) is not { } session) return null;
        var integration = tenants.ById(session.IntegrationId);
        // A new password ends the sessions that the old one opened.
        if (integration?.Account?.PasswordHash != session.Account) return null;
        var now = time.NowMicros();
        var write = now - session.WrittenAt >= WriteEvery;
        Remember(hash, session with { UsedAt = now, WrittenAt = write ? now : session.WrittenAt });
        if (write) await database.Transact(tx => LegacyStore.Use(tx, hash, now), cancel);
        return integration;
    }

    public Task DropOld(CancellationToken cancel)
    {
        var before = time.NowMicros() - Valid - WriteEvery;
        foreach (var (id, session) in _remembered)
            if (session.UsedAt < before) _remembered.TryRemove(id, out _);
        return database.Transact(tx => LegacyStore.DropSessions(tx, before), cancel);
    }

    private async Task<Remembered?> Find(string hash, CancellationToken cancel)
    {
        var now = time.NowMicros();
        if (_remembered.TryGetValue(hash, out var known) && now - known.UsedAt <= Valid) return known;
        var row = await database.Read(connection => LegacyStore.Session(connection, hash), cancel);
        // What is remembered here is newer than what was written from here; another node's use may be newer still.
        if (row is null || (known is not null && row.UsedAt <= known.WrittenAt)) return null;
        if (now - row.UsedAt > Valid + WriteEvery) return null;
        return new(row.IntegrationId, row.Account, row.UsedAt, row.UsedAt);
    }

    private void Remember(string hash, Remembered session)
    {
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        _remembered[hash] = session;
    }

    private static string HashOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(id)));
}
