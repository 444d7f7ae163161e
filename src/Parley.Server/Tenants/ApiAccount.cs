using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Tenants;

/// <summary>How SMPP clients (contract channels §5) and legacy HTTP (§7.1) say who they are.</summary>
/// <param name="ApiId">The API connection: 1 to 12 digits, of one integration only; SMPP's system_type.</param>
/// <param name="User">1 to 15 characters; SMPP's system_id.</param>
/// <param name="PasswordHash">What <see cref="HashOf"/> makes of the password, which is nowhere itself.</param>
public sealed record ApiAccount(string ApiId, string User, string PasswordHash)
{
    private const int Iterations = 100_000;

    /// <summary>
    /// PBKDF2 over SHA-256, 32 octets in lower-case hexadecimal. The salt is the account's name, so that the same
    /// provisioning gives the same text.
    /// </summary>
    public static string HashOf(string apiId, string user, string password) => Convert.ToHexStringLower(
        Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), SHA256.HashData(Encoding.UTF8.GetBytes($"parley|{apiId}|{user}")),
            Iterations, HashAlgorithmName.SHA256, 32));
}

/// <summary>Limits of one integration's SMPP sessions.</summary>
/// <param name="Binds">Binds at once of each kind (transmitter, receiver, transceiver), 1 to 100.</param>
/// <param name="Window">Unanswered submits per session, 1 to 1,000; more are throttled.</param>
/// <param name="MessagesPerSecond">Over all sessions of a node, 0 to 100,000; 0 is unlimited.</param>
/// <param name="DuplicateSeconds">
/// A repeat of source, destination, body and user_message_reference within so many seconds is refused; 0, the usual, never.
/// </param>
public sealed record SmppLimits(
    int Binds = 8, int Window = 100, int MessagesPerSecond = 0, int DuplicateSeconds = 0);

/// <summary>Messages wait from one time of the day to another; over midnight when the first is the later.</summary>
/// <param name="FromMinute">Minutes after midnight where the recipient is, 0 to 1,439.</param>
/// <param name="ToMinute">When they go on.</param>
public sealed record QuietHours(int FromMinute, int ToMinute);

/// <summary>What a part of an SMS costs, in millionths of the tenant's currency.</summary>
/// <param name="PartMicros">Per part.</param>
/// <param name="CreditMicros">What one of the legacy APIs' credits stands for (contract channels §11), at least 1.</param>
public sealed record MessagePrice(long PartMicros, long CreditMicros)
{
    /// <summary>A part is a credit is a cent.</summary>
    public static readonly MessagePrice OneCredit = new(10_000, 10_000);

    /// <summary>What so many parts cost, in legacy credits.</summary>
    public decimal Credits(int parts) => CreditsFor(parts * PartMicros);

    /// <summary>An amount of money in legacy credits.</summary>
    public decimal CreditsFor(long micros) => Math.Round((decimal)micros / CreditMicros, 3);

    /// <summary>The same to a test number: a third (contract channels §2.13).</summary>
    public decimal CreditsOfTest(int parts) => Math.Round((decimal)(parts * PartMicros) / 3 / CreditMicros, 3);

    /// <summary>A balance in millionths, in legacy credits; never more than there is.</summary>
    public decimal CreditsOf(long micros) =>
        Math.Round((decimal)micros / CreditMicros, 3, MidpointRounding.ToNegativeInfinity);
}
