namespace Parley.Tests.House;

/// <summary>Shows every sin in full; the runner's own message would cut the list.</summary>
internal static class Clean
{
    public static void Of(IReadOnlyCollection<string> sins)
    {
        if (sins.Count > 0) Assert.Fail($"{sins.Count} against the house rules:\n{string.Join('\n', sins)}");
    }
}
