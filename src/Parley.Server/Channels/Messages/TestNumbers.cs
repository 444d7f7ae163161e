namespace Parley.Server.Channels.Messages;

/// <summary>
/// The two ranges whose messages the built-in simulator takes, at a third of the price (contract channels §2.13):
/// 279991xxxxx and 1999xxxxxxx, eleven digits both.
/// </summary>
public static class TestNumbers
{
    private const int Digits = 11;

    public static bool Are(string recipient) => recipient.Length == Digits
        && (recipient.StartsWith("279991", StringComparison.Ordinal)
            || recipient.StartsWith("1999", StringComparison.Ordinal));
}
