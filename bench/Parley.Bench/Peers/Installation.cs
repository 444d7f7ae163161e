using System.Diagnostics;

namespace Parley.Bench.Peers;

/// <summary>Sees to it that what is measured against is there: Debian's packages, installed when we are root.</summary>
static class Installation
{
    public static void OfKannel()
    {
        if (File.Exists("/usr/sbin/bearerbox") && File.Exists("/usr/sbin/smsbox")) return;
        Install("kannel");
        // The package starts a gateway of its own; its smsbox would only cost CPU while we measure.
        Run("systemctl", "stop", "kannel");
    }

    /// <summary>The folder of the newest PostgreSQL's programs.</summary>
    public static string OfPostgres()
    {
        const string root = "/usr/lib/postgresql";
        if (Newest(root) is null) Install("postgresql");
        return Newest(root) ?? throw new IOException("PostgreSQL is not installed; apt-get install postgresql");
    }

    static string? Newest(string root) => !Directory.Exists(root) ? null
        : Directory.EnumerateDirectories(root).Select(d => Path.Combine(d, "bin"))
            .Where(d => File.Exists(Path.Combine(d, "initdb")))
            .MaxBy(d => int.TryParse(Path.GetFileName(Path.GetDirectoryName(d)), out var version) ? version : 0);

    static void Install(string package)
    {
        if (Environment.UserName != "root") throw new IOException($"'{package}' is missing: apt-get install {package}");
        Console.WriteLine($"Installing {package}");
        Run("apt-get", "update", "-q");
        Run("apt-get", "install", "-y", "-q", "--no-install-recommends", package);
    }

    static void Run(string file, params string[] arguments)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5))) process.Kill();
    }
}
