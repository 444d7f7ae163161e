namespace Parley.Tests.Server.Webhooks;

/// <summary>Waits for the thing itself, and fails loudly when it does not come.</summary>
internal static class Deadline
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    public static async Task<T> For<T>(Task<T> thing, string what)
    {
        try
        {
            return await thing.WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what} did not come within {Longest.TotalSeconds} s");
        }
    }

    public static async Task For(Task thing, string what) => await For(Wrap(thing), what);

    private static async Task<bool> Wrap(Task thing)
    {
        await thing;
        return true;
    }
}
