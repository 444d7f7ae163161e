using System.Diagnostics;

namespace Parley.Tests.Support;

/// <summary>
/// The server as a process of its own, for what can't be done to the tests' process: killing it, taking its disk away,
/// filling its sockets. Disposing kills it (SIGKILL), also when the test fails meanwhile.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly HttpClient _http;

    private ServerProcess(Process process, int port)
    {
        _process = process;
        _http = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = TimeSpan.FromSeconds(10),
        };
    }

    public int Id => _process.Id;

    /// <summary>Starts it without its sandbox and waits until it is ready, with one carrier up.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="provisioning">The provisioning file.</param>
    /// <param name="before">A shell's words to run first in its process, such as <c>ulimit -f 100</c>; empty for none.</param>
    /// <param name="settings">Further settings of the command line.</param>
    public static async Task<ServerProcess> Start(
        int port, string provisioning, string before, params string[] settings)
    {
        string[] command =
        [
            "dotnet", typeof(Parley.Server.ParleyServer).Assembly.Location, "--urls", $"http://127.0.0.1:{port}",
            "--Provision", provisioning, "--Sandbox:Enabled", "false",
            "--Logging:LogLevel:Default", "Error", "--SmppServer:Port", "0", "--SmppServer:TlsPort", "0", .. settings,
        ];
        var start = before.Length == 0
            ? new ProcessStartInfo(command[0], command[1..])
            : new ProcessStartInfo("bash", ["-c", $"{before}; exec \"$@\"", "parley", .. command]);
        var server = new ServerProcess(Process.Start(start)!, port);
        try
        {
            await Eventually.Holds(server.IsReady, "the server is ready");
        }
        catch
        {
            server.Dispose();
            throw;
        }
        return server;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _http.Dispose();
    }

    private async Task<bool> IsReady()
    {
        Assert.False(_process.HasExited, "The server ended by itself.");
        try
        {
            using var ready = await _http.GetAsync("/health/ready");
            var text = await ready.Content.ReadAsStringAsync();
            return ready.IsSuccessStatusCode && text.Contains("\"carriersUp\":1", StringComparison.Ordinal);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
