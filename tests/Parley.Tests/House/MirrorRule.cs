namespace Parley.Tests.House;

/// <summary>The test of <c>src/Parley.A/B/C.cs</c> is <c>tests/Parley.Tests/A/B/CTests.cs</c>.</summary>
internal static class MirrorRule
{
    private const string Tests = "tests/Parley.Tests/";

    /// <summary>Folders that mirror nothing: stories, worlds, the house itself and what tests share.</summary>
    private static readonly string[] Free = ["Journeys", "Simulation", "House", "Support"];

    /// <summary>Tests of a folder as a whole, by their name without "Tests".</summary>
    private static readonly Dictionary<string, string> Whole = new()
    {
        ["Smpp/HostileInput"] = "malformed bytes against reader, PDUs and sessions alike",
        ["Smpp/SmppAllocation"] = "the hot path through session, window and output",
        ["Smpp/Pdus/Golden"] = "the bytes of every PDU",
        ["Smpp/Text/NationalTables"] = "the tables of 3GPP TS 23.038 as a whole",
    };

    public static List<string> Sins(IEnumerable<string> tests, IReadOnlyCollection<string> sources)
    {
        List<string> sins = [];
        foreach (var test in tests.Where(t => t.StartsWith(Tests, StringComparison.Ordinal)))
        {
            var path = test[Tests.Length..];
            var parts = path.Split('/');
            if (parts.Length < 2 || Free.Contains(parts[0])) continue;
            var folder = "src/Parley." + string.Join('/', parts[..^1]) + "/";
            if (!sources.Any(s => s.StartsWith(folder, StringComparison.Ordinal)))
                sins.Add($"{test}: there is no {folder}");
            else if (path.EndsWith("Tests.cs", StringComparison.Ordinal) && !Whole.ContainsKey(path[..^8])
                && !sources.Contains($"{folder}{parts[^1][..^8]}.cs"))
                sins.Add($"{test}: there is no {folder}{parts[^1][..^8]}.cs");
        }
        return sins;
    }
}
