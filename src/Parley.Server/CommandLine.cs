using System.Globalization;
using Parley.Server.Operations;

namespace Parley.Server;

/// <summary>
/// The command line: settings, which the configuration reads, and a few words that make the program say something and
/// end. What would be ignored silently is refused here.
/// </summary>
internal static class CommandLine
{
    /// <summary>Writes the OpenAPI documents into a folder and ends: <c>--openapi docs/openapi</c>.</summary>
    public const string OpenApi = "--openapi";

    /// <summary>Checks the books of the database that the settings name and ends, with 1 when something is wrong.</summary>
    public const string VerifyBooks = "verify-books";

    public static bool WantsHelp(string[] args) => args.Any(a => a is "--help" or "-h" or "-?" or "help");

    public static bool WantsVersion(string[] args) => args is ["--version"];

    /// <summary>What is wrong with how it is written; whether the values fit is the options' matter.</summary>
    public static List<string> Problems(string[] args)
    {
        List<string> problems = [];
        for (var at = 0; at < args.Length; at++)
        {
            var word = args[at];
            if (!word.StartsWith("--", StringComparison.Ordinal))
            {
                problems.Add($"{word}: a setting is written --Name value (--help lists them)");
                continue;
            }
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? word[2..] : word[2..equals];
            if (!Settings.Known(name)) problems.Add($"--{name}: there is no such setting (--help lists them)");
            if (equals >= 0) continue;
            var valued = at + 1 < args.Length && !args[at + 1].StartsWith("--", StringComparison.Ordinal);
            if (valued) at++;
            else problems.Add($"--{name} has no value");
        }
        return problems;
    }

    public static string Help()
    {
        var settings = Settings.All.Select(s =>
            string.Create(
                CultureInfo.InvariantCulture, $"  --{s.Name,-32} {(s.Written.Length == 0 ? "(none)" : s.Written)}"));
        return $"""
            Parley {OperationsModule.Version}: a self-hosted chat-commerce platform.

            Parley.Server [--Setting value ...]      starts; without settings: SQLite in ./data and a sandbox world around it
            Parley.Server --help | --version
            Parley.Server --openapi folder           writes the OpenAPI documents and ends
            Parley.Server verify-books [--Storage:Folder ...]   rebuilds the ledger's balances from its transfers, compares, and ends

            Settings and their defaults. Each can also come from the environment (Storage__Folder=/var/lib/parley) or from appsettings.json.
            What they do is in docs/configuration.md.

            {string.Join('\n', settings)}
            """;
    }
}
