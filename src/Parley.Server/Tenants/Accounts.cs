using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Tenants;

/// <summary>
/// Finds integrations by user, password and API id. Hashing a password is slow by design, so the right one is remembered
/// under a key that only this process knows; a wrong one is slow every time, which doors bound per address.
/// </summary>
public sealed class Accounts(TenantDirectory tenants)
{
    private const int MostRemembered = 100_000;
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, byte[]> _right = new();

    /// <summary>The integration of an API id, whatever its user and password.</summary>
    public Integration? ByApiId(string apiId) => tenants.ByApiId(apiId);

    /// <summary>True when the password is the account's.</summary>
    public bool Opens(ApiAccount account, string password)
    {
        if (password.Length > 100) return false;
        var mark = MarkOf(account, password);
        if (_right.TryGetValue(account.PasswordHash, out var right)) return CryptographicOperations.FixedTimeEquals(mark, right);
        if (ApiAccount.HashOf(account.ApiId, account.User, password) != account.PasswordHash) return false;
        if (_right.Count >= MostRemembered) _right.Clear();
        _right[account.PasswordHash] = mark;
        return true;
    }

    /// <summary>True when the password is known to be the right one, which costs little; false says nothing.</summary>
    public bool Remembers(ApiAccount account, string password) =>
        password.Length <= 100 && _right.TryGetValue(account.PasswordHash, out var right)
        && CryptographicOperations.FixedTimeEquals(MarkOf(account, password), right);

    private byte[] MarkOf(ApiAccount account, string password) =>
        HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{account.PasswordHash}|{password}"));
}
