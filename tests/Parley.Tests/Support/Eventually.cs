using System.Diagnostics;

namespace Parley.Tests.Support;

/// <summary>Waits for a thing that only another process or a database can show, with a deadline that fails loudly.</summary>
internal static class Eventually
{
    public static Task Holds(Func<Task<bool>> condition, string what) => Holds(condition, what, Deadline.Longest);

    /// <summary>For the few things that are much work, not waiting.</summary>
    public static async Task Holds(Func<Task<bool>> condition, string what, TimeSpan longest)
    {
        var since = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (since.Elapsed > longest)
                Assert.Fail($"Not within {longest.TotalSeconds:0} s: {what}");
            await tick.WaitForNextTickAsync();
        }
    }

    public static Task Holds(Func<bool> condition, string what, TimeSpan longest) =>
        Holds(() => Task.FromResult(condition()), what, longest);

    public static Task Holds(Func<bool> condition, string what) => Holds(() => Task.FromResult(condition()), what);
}
