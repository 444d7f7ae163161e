using System.Text.RegularExpressions;

namespace Parley.Tests.House;

/// <summary>What is not called and not named here, and the few places that may.</summary>
internal static class Banned
{
    public static readonly Ban[] Calls =
    [
        new("the clock is injected (TimeProvider)", "src/", new(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b")),
        new("ids come from Ids", "src/", new(@"\bGuid\.(NewGuid|CreateVersion7)\(\)")),
        new("randomness is injected", "src/", new(@"\bRandom\.Shared\b|\bnew Random\(\)"),
            ("src/Parley.Server/ParleyServer.cs", "the composition root injects it")),
        new("nobody sleeps", "src/", new(@"\bThread\.Sleep\b")),
        new("a delay takes the injected clock", "src/", new(@"\bTask\.Delay\((?!.*\b_?time\b)")),
        new("output goes to the log", "src/", new(@"\bConsole\.(Write|Out|Error)"),
            ("src/Parley.Server/Program.cs", "what is wrong at the start is said plainly"),
            ("src/Parley.Server/Greeting.cs", "the key and the line to paste at the start")),
        new("nobody blocks on a task", "src/", new(@"\.Result\b(?!\.)|\.GetAwaiter\(\)\.GetResult\(\)|\.Wait\("),
            ("src/Parley.Platform/Batching/Batcher.cs", "the writer is a thread of its own; it waits on a semaphore")),
        new("HttpClient is made in one place", "src/", new(@"\bnew HttpClient\("),
            ("src/Parley.Server/Webhooks/CallbackSender.cs", "the one place")),
        new("async void loses its errors", "src/", new(@"\basync void\b")),
        new("no dynamic", "src/", new(@"(?<![\w""@])dynamic\s+\w")),
        new("no fraction holds an amount", "src/", new(@"\b(double|float|decimal)\??\s+\w*(Amount|Balance)\b")),
        new("wait for the thing, with a deadline", "tests/", new(@"\bTask\.Delay\(|\bThread\.Sleep\("),
            ("tests/Parley.Tests/House/", "names what it bans")),
        new("no test is skipped for good", "tests/", new(@"\bSkip\s*="),
            ("tests/Parley.Tests/House/", "names what it bans")),
        new("a test must be able to fail", "tests/", new(@"Assert\.True\(true\)"),
            ("tests/Parley.Tests/House/", "names what it bans")),
    ];

    private const string Names = "Services?|Helpers?|Utils?|Utilities|Managers?|Common|Models?|Interfaces|D[Tt][Oo]s?";

    public static readonly Ban[] Words =
    [
        new("a name that says nothing", "src/",
            new($@"^\s*((public|internal|private|sealed|static|abstract|partial|readonly)\s+)*(class|record|struct|interface|enum)\s+(struct\s+)?\w*?({Names})\b")),
        new("no Async suffix inside the server", "src/Parley.Server/",
            new(@"^(?!.*\boverride\b).*\b(Task|ValueTask)(<.*>)?\s+(?!DisposeAsync|StartAsync|StopAsync)\w+Async\(")),
        new("finish it, or write an issue", "src/",
            new(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b|NotImplementedException")),
    ];

    /// <summary>Folders whose name says nothing about what is inside.</summary>
    public static List<string> Folders(IEnumerable<SourceFile> files) =>
        [.. files.Where(f => f.Path.Split('/')[..^1].Any(p => Regex.IsMatch(p, $"^({Names})$"))).Select(f => f.Path)];
}
