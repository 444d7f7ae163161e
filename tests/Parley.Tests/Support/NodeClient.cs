using System.Diagnostics;
using Parley.Tests.House;

namespace Parley.Tests.Support;

/// <summary>
/// A public client package of Node.js, unmodified, driven by a script of <c>tests/Parley.Tests/Clients</c>. The packages
/// are those that <c>dotnet dev.cs test</c> installs (PARLEY_TEST_CLIENTS); without them such tests are skipped on a
/// laptop, and fail in CI.
/// </summary>
internal static class NodeClient
{
    private const string Variable = "PARLEY_TEST_CLIENTS";

    private static string Packages => Environment.GetEnvironmentVariable(Variable) ?? "";

    /// <summary>The first line of each test that runs one.</summary>
    public static void Needed()
    {
        if (Packages.Length > 0) return;
        const string Missing = $"{Variable} names no folder of packages: use dotnet dev.cs test";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(Missing);
        Assert.Skip(Missing);
    }

    /// <summary>Runs the script to its end, which must be a good one; answers the lines that it wrote.</summary>
    public static async Task<string[]> Run(string script, params string[] arguments)
    {
        using var client = Start(script, arguments);
        var output = client.StandardOutput.ReadToEndAsync();
        var errors = client.StandardError.ReadToEndAsync();
        try
        {
            await client.WaitForExitAsync().WaitAsync(Deadline.Longest);
        }
        finally
        {
            if (!client.HasExited) client.Kill();
        }
        Assert.True(client.ExitCode == 0, $"{script} ended with {client.ExitCode}: {await errors}{await output}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Starts the script; for tests that talk with it over its standard input and output.</summary>
    public static Process Start(string script, params string[] arguments)
    {
        Needed();
        var start = new ProcessStartInfo(
            "node", [Path.Combine(Tree.Root, "tests/Parley.Tests/Clients", script), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NODE_PATH"] = Packages;
        return Process.Start(start)!;
    }
}
