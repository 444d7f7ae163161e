namespace Parley.Tests.Support;

/// <summary>
/// Waits for the thing itself, and fails loudly when it does not come. What only a question can show (another process, a
/// database) is waited for by <see cref="Eventually"/>, with the same patience.
/// </summary>
internal static class Deadline
{
    /// <summary>Long, because the machine may be busy with every other test; nobody waits for it when all is well.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>For what other nodes left: they are taken for gone only after a while.</summary>
    public static readonly TimeSpan TakenOver = TimeSpan.FromSeconds(150);

    public static async Task<T> For<T>(Task<T> thing, string what)
    {
        try
        {
            return await thing.WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what} did not come within {Longest.TotalSeconds:0} s");
        }
    }

    public static async Task For(Task thing, string what) => await For(Wrap(thing), what);

    private static async Task<bool> Wrap(Task thing)
    {
        await thing;
        return true;
    }
}
