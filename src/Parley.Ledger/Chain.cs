using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Parley.Ledger;

/// <summary>
/// Every entry carries the SHA-256 of its content and of the latest entries before it on both of its accounts; each
/// account carries that of its latest entry. So whoever changes, adds or takes out a row must recompute every later
/// entry of all accounts that it reaches. There is no common head, so writers of different accounts never wait.
/// </summary>
internal static class Chain
{
    /// <summary>What stands before the first entry of an account.</summary>
    public static readonly byte[] Origin = new byte[SHA256.HashSizeInBytes];

    // Ids have at most 64 bytes, reason and reference at most 3 bytes per UTF-16 unit.
    private const int Most = 1_200;

    public static byte[] After(byte[] debitChain, byte[] creditChain, Entry entry)
    {
        Span<byte> bytes = stackalloc byte[Most];
        var at = 0;
        debitChain.CopyTo(bytes);
        creditChain.CopyTo(bytes[(at += SHA256.HashSizeInBytes)..]);
        at += SHA256.HashSizeInBytes;
        Number(bytes, ref at, (long)entry.Kind);
        Text(bytes, ref at, entry.Id);
        Text(bytes, ref at, entry.Debit);
        Text(bytes, ref at, entry.Credit);
        Number(bytes, ref at, entry.Amount);
        Text(bytes, ref at, entry.HoldId ?? "");
        Number(bytes, ref at, entry.ExpiresAt ?? -1);
        Text(bytes, ref at, entry.Reason);
        Text(bytes, ref at, entry.Reference);
        Number(bytes, ref at, entry.At);
        Number(bytes, ref at, entry.DebitPosted);
        Number(bytes, ref at, entry.DebitHeld);
        Number(bytes, ref at, entry.CreditPosted);
        Number(bytes, ref at, entry.CreditHeld);
        return SHA256.HashData(bytes[..at]);
    }

    private static void Number(Span<byte> bytes, ref int at, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes[at..], value);
        at += sizeof(long);
    }

    private static void Text(Span<byte> bytes, ref int at, string value)
    {
        var length = Encoding.UTF8.GetBytes(value, bytes[(at + sizeof(int))..]);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], length);
        at += sizeof(int) + length;
    }
}
