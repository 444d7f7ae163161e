#:property PublishAot=false
#:property ManagePackageVersionsCentrally=false
#:property TreatWarningsAsErrors=false

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

// The one script: dotnet dev.cs run | test | check | bench | chaos | simulate | verify-books | openapi | format | publish

var root = Path.GetDirectoryName(ThisFile())!;
Directory.SetCurrentDirectory(root);
var rest = args.Skip(1).ToArray();
return args.FirstOrDefault() switch
{
    "run" => Run("dotnet", ["run", "--project", "src/Parley.Server", "--", .. rest]),
    "test" => Test(rest, build: true),
    "check" => Check(),
    "bench" => Bench(rest),
    "chaos" => Chaos(rest),
    "simulate" => Simulate(rest),
    "verify-books" => Run("dotnet",
        ["run", "--project", "src/Parley.Server", "-v", "quiet", "--", "verify-books", .. rest]),
    "openapi" => Run("dotnet",
        ["run", "--project", "src/Parley.Server", "-v", "quiet", "--", "--openapi", "docs/openapi"]),
    "format" => Run("dotnet", ["format", "Parley.slnx", .. rest]),
    "publish" => Publish(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("""
        dotnet dev.cs run [options]        start the platform (options as for Parley.Server)
        dotnet dev.cs test [filters]       set up what the tests need and run them (filters as for xunit.v3, such as -class "*Chaos*")
        dotnet dev.cs check                what CI runs: build without warnings, formatting, all tests with nothing skipped
        dotnet dev.cs bench [scenario]     measure side by side with a peer on this machine
        dotnet dev.cs chaos [--kills N]    kill the server under load N times (default 20) and count what was lost
        dotnet dev.cs simulate [--seeds N] [--from S]
                                           the whole marketplace under N seeds (default 2,000) from S on; one seed shows all that happened
        dotnet dev.cs verify-books [...]   check the books of ./data, or of what --Storage:Postgres or --Storage:Folder names
        dotnet dev.cs openapi              write docs/openapi after a door has changed
        dotnet dev.cs format               bring the code into the house's form
        dotnet dev.cs publish              a self-contained single file under artifacts/
        """);
    return 2;
}

static int Check()
{
    if (Run("dotnet", ["build", "Parley.slnx", "-warnaserror"]) is not 0 and var built) return built;
    if (Run("dotnet",
        ["format", "whitespace", "Parley.slnx", "--verify-no-changes", "--no-restore"]) is not 0 and var formatted)
    {
        Console.Error.WriteLine("The formatting differs: run dotnet dev.cs format.");
        return formatted;
    }
    return Test([], build: false);
}

static int Test(string[] filters, bool build)
{
    if (build && Run("dotnet", ["build", "tests/Parley.Tests", "-v", "quiet"]) is not 0 and var built) return built;
    using var postgres = Postgres.Start();
    if (postgres is null)
        Console.WriteLine("PostgreSQL was not found and can't be installed here: its tests are skipped.");
    var clients = Clients.Install();
    if (clients is null)
        Console.WriteLine("Node.js packages can't be installed here: the tests with public clients are skipped.");
    var kannel = Clients.InstallKannel();
    if (!kannel) Console.WriteLine("Kannel can't be installed here: the test with it is skipped.");
    var report = Path.Combine(Path.GetTempPath(), $"parley-tests-{Environment.ProcessId}.xml");
    var code = Run("dotnet", ["tests/Parley.Tests/bin/Debug/net10.0/Parley.Tests.dll", "-xml", report, .. filters],
        ("PARLEY_TEST_POSTGRES", postgres?.ConnectionString ?? ""), ("PARLEY_TEST_CLIENTS", clients ?? ""),
        ("PARLEY_TEST_KANNEL", kannel ? "yes" : ""));
    return Totals(report, code);
}

static int Totals(string report, int code)
{
    if (!File.Exists(report))
    {
        Console.WriteLine("The tests did not run.");
        return code == 0 ? 1 : code;
    }
    var assemblies = XDocument.Load(report).Descendants("assembly").ToList();
    File.Delete(report);
    // Errors are those of clean-ups, outside of any test.
    var wrong = assemblies.Descendants("test").Where(t => (string?)t.Attribute("result") == "Fail")
        .Concat(assemblies.Descendants("error"));
    foreach (var test in wrong.Take(20))
        Console.WriteLine($"""

            FAILED {test.Attribute("name")?.Value ?? test.Attribute("type")?.Value}
            {Beginning(test.Descendants("message"), lines: 8)}
            {Beginning(test.Descendants("stack-trace"), lines: 6)}
            """);
    int Sum(string name) => assemblies.Sum(a => (int?)a.Attribute(name) ?? 0);
    var (passed, failed, skipped) = (Sum("passed"), Sum("failed") + Sum("errors"), Sum("skipped") + Sum("not-run"));
    if (skipped > 0 && Environment.GetEnvironmentVariable("CI") == "true")
    {
        Console.WriteLine($"{skipped} tests were skipped; in CI that is a failure.");
        failed += skipped;
    }
    Console.WriteLine($"{passed} passed, {failed} failed");
    return failed > 0 ? 1 : code;
}

// The runner says it once, in the middle of a long log; the end of a log is what one reads.
static string Beginning(IEnumerable<XElement> texts, int lines) => string.Join('\n',
    texts.SelectMany(t => t.Value.Split('\n')).Take(lines).Select(l => l.Length > 300 ? l[..300] + "…" : l));

// What is measured is what is deployed.
static int Bench(string[] rest) =>
    !rest.Contains("--help") && !rest.Contains("--server") && Publish(["-v", "quiet"]) is not 0 and var server ? server
    : Run("dotnet", ["run", "--project", "bench/Parley.Bench", "-c", "Release", "--", .. rest]);

static int Chaos(string[] rest)
{
    Environment.SetEnvironmentVariable("PARLEY_CHAOS_KILLS", Option(rest, "--kills", "20"));
    return Test(["-class", "*Chaos*", "-showLiveOutput"], build: true);
}

static int Simulate(string[] rest)
{
    if (Run("dotnet", ["build", "tests/Parley.Tests", "-v", "quiet"]) is not 0 and var built) return built;
    return Run("dotnet",
        [
            "tests/Parley.Tests/bin/Debug/net10.0/Parley.Tests.dll", "-method", "*.SimulationTests.Under_every_seed_*",
            "-diagnostics",
        ],
        ("PARLEY_SIMULATE_SEEDS", Option(rest, "--seeds", "2000")),
        ("PARLEY_SIMULATE_FROM", Option(rest, "--from", "1")));
}

static string Option(string[] rest, string name, string usual)
{
    var at = Array.IndexOf(rest, name);
    return at >= 0 && at + 1 < rest.Length ? rest[at + 1] : usual;
}

static int Publish(string[] rest)
{
    const string Folder = "artifacts/parley";
    if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    var code = Run("dotnet",
    [
        "publish", "src/Parley.Server", "-c", "Release", "-r", "linux-x64", "--self-contained", "-o", Folder,
        "-p:PublishSingleFile=true", "-p:PublishReadyToRun=true", "-p:IncludeNativeLibrariesForSelfExtract=true",
        "-p:DebugType=none", "-p:PublishDocumentationFiles=false", "-p:StaticWebAssetsEnabled=false", .. rest,
    ]);
    if (code != 0) return code;
    foreach (var file in Directory.GetFiles("deploy"))
        File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)), overwrite: true);
    Console.WriteLine(
        $"{Folder}/Parley.Server needs nothing else on the machine; how to install it: docs/operating.md");
    return 0;
}

static int Run(string program, string[] arguments, params (string Name, string Value)[] environment)
{
    var start = new ProcessStartInfo(program, arguments);
    foreach (var (name, value) in environment) start.Environment[name] = value;
    using var process = Process.Start(start)!;
    process.WaitForExit();
    return process.ExitCode;
}

static string ThisFile([CallerFilePath] string path = "") => path;

/// <summary>A throw-away PostgreSQL on loopback, ended with the tests.</summary>
sealed class Postgres : IDisposable
{
    private readonly string _folder;
    private readonly string _binaries;
    private bool _ended;

    private Postgres(string folder, string binaries, int port)
    {
        (_folder, _binaries) = (folder, binaries);
        ConnectionString = $"Host=127.0.0.1;Port={port};Username=parley;Database=postgres";
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Dispose();
        Console.CancelKeyPress += (_, _) => Dispose();
    }

    public string ConnectionString { get; }

    public static Postgres? Start()
    {
        var binaries = Find() ?? Install();
        if (binaries is null) return null;
        var folder = Directory.CreateTempSubdirectory("parley-postgres-").FullName;
        var data = Path.Combine(folder, "data");
        if (Environment.UserName == "root") Sh($"chown postgres {folder}");
        var port = FreePort();
        As($"{binaries}/initdb -D {data} -U parley --auth=trust -E UTF8 --locale=C.UTF-8 --no-sync");
        As($"{binaries}/pg_ctl -D {data} -w -l {folder}/log -o \"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off -c max_connections=300\" start");
        return new Postgres(folder, binaries, port);
    }

    public void Dispose()
    {
        if (_ended) return;
        _ended = true;
        As($"{_binaries}/pg_ctl -D {_folder}/data -m immediate -w stop");
        Directory.Delete(_folder, recursive: true);
    }

    private static string? Find() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(d => Path.Combine(d, "bin"))
                .Where(d => File.Exists(Path.Combine(d, "initdb"))).Order().LastOrDefault()
            : null;

    private static string? Install()
    {
        if (Environment.UserName != "root" || !File.Exists("/usr/bin/apt-get")) return null;
        Console.WriteLine("Installing PostgreSQL for the tests ...");
        try
        {
            Sh("apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >/dev/null");
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine(error.Message);
        }
        return Find();
    }

    // PostgreSQL refuses to run as root.
    private static void As(string command) =>
        Sh(Environment.UserName == "root" ? $"cd /tmp && runuser -u postgres -- {command}" : command);

    private static void Sh(string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        // The server inherits the pipe; reading to its end would wait for the server.
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"This failed: {command}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>Public client packages of Node.js, as tests/Parley.Tests/Clients pins them, and Kannel; they stay for the next run.</summary>
static class Clients
{
    /// <summary>The folder of the packages; null when they can't be had.</summary>
    public static string? Install()
    {
        var modules = Path.GetFullPath("artifacts/test-clients/node_modules");
        var mark = Path.Combine(modules, ".installed");
        var wanted = File.ReadAllText("tests/Parley.Tests/Clients/package-lock.json");
        if (!Works("node") && !Apt("nodejs")) return null;
        if (File.Exists(mark) && File.ReadAllText(mark) == wanted) return modules;
        if (!Works("npm") && !Apt("npm")) return null;
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(modules)!).FullName;
        foreach (var file in new[] { "package.json", "package-lock.json" })
            File.Copy(Path.Combine("tests/Parley.Tests/Clients", file), Path.Combine(folder, file), overwrite: true);
        if (!Sh($"cd '{folder}' && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >&2")) return null;
        File.WriteAllText(mark, wanted);
        return modules;
    }

    /// <summary>An SMS gateway that speaks SMPP and legacy HTTP as a client.</summary>
    public static bool InstallKannel() =>
        File.Exists("/usr/sbin/bearerbox") || (Apt("kannel") && File.Exists("/usr/sbin/bearerbox"));

    private static bool Works(string program) => Sh($"{program} --version >/dev/null 2>&1");

    private static bool Apt(string package)
    {
        if (Environment.UserName != "root" || !File.Exists("/usr/bin/apt-get")) return false;
        Console.WriteLine($"Installing {package} for the tests ...");
        return Sh($"apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq {package} >/dev/null");
    }

    private static bool Sh(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]))!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
