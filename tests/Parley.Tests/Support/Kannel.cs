using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Parley.Tests.Support;

/// <summary>
/// Kannel, unmodified, as a client of two doors: <c>by-smpp</c> binds to the SMPP server, <c>by-http</c> calls legacy HTTP and takes its callbacks.
/// It is what <c>dotnet dev.cs test</c> installs (PARLEY_TEST_KANNEL); without it such tests are skipped on a laptop, and fail in CI.
/// </summary>
internal sealed class Kannel : IDisposable
{
    private const string Variable = "PARLEY_TEST_KANNEL";

    private readonly string _folder = Directory.CreateTempSubdirectory("parley-kannel-").FullName;
    private readonly int _admin = Ports.Free();
    private readonly int _box = Ports.Free();
    private readonly int _send = Ports.Free();
    private readonly List<Process> _processes = [];
    private readonly HttpClient _http = new() { Timeout = Deadline.Longest };

    /// <summary>Where the server's callbacks go.</summary>
    public int CallbackPort { get; } = Ports.Free();

    /// <summary>The first line of each test that runs it.</summary>
    public static void Needed()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 }) return;
        const string Missing = $"{Variable} says that there is no Kannel: use dotnet dev.cs test";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(Missing);
        Assert.Skip(Missing);
    }

    /// <summary>Starts both boxes and waits until both connections are up.</summary>
    /// <param name="smppPort">The SMPP server, account gate/secret12 with API id 3001.</param>
    /// <param name="address">The web server, account web/secret12 with API id 3002.</param>
    /// <param name="hook">Where messages from phones are told.</param>
    public async Task Start(int smppPort, string address, string hook)
    {
        var file = Path.Combine(_folder, "kannel.conf");
        await File.WriteAllTextAsync(file, Configuration(smppPort, address, hook));
        Run("/usr/sbin/bearerbox", file);
        await Eventually.Holds(async () => await Status() is not null, "bearerbox answers");
        // Its port for boxes comes after that for administrators, and a smsbox that finds nobody there ends.
        await Eventually.Holds(() => Listens(_box), "bearerbox takes boxes");
        Run("/usr/sbin/smsbox", file);
        await Eventually.Holds(
            async () => await Status() is { } text && text.Split("(online").Length == 3 && text.Contains("smsbox:"),
            "both connections are up");
    }

    /// <summary>Hands it a message; delivery reports come to the address with <c>type</c> and <c>by</c>.</summary>
    public async Task Send(string by, string from, string to, string text, string told)
    {
        var report = Uri.EscapeDataString($"{told}?phone={to}&type=%d&by=%i");
        using var sent = await _http.GetAsync(
            $"http://127.0.0.1:{_send}/cgi-bin/sendsms?username=test&password=test&dlr-mask=31&smsc={by}&from={from}"
            + $"&to={to}&charset=UTF-8&coding={(text.All(char.IsAscii) ? 0 : 2)}&text={Uri.EscapeDataString(text)}"
            + $"&dlr-url={report}");
        Assert.Equal(202, (int)sent.StatusCode);
    }

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
        _http.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Run(string program, string file)
    {
        var start = new ProcessStartInfo(program, ["-v", "4", file])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        _processes.Add(Process.Start(start)!);
    }

    private static async Task<bool> Listens(int port)
    {
        using var socket = new TcpClient();
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<string?> Status()
    {
        Assert.DoesNotContain(_processes, p => p.HasExited);
        try
        {
            return await _http.GetStringAsync($"http://127.0.0.1:{_admin}/status.txt?password=admin");
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private string Configuration(int smppPort, string address, string hook) => $"""
        group = core
        admin-port = {_admin}
        admin-interface = 127.0.0.1
        admin-password = admin
        smsbox-port = {_box}
        smsbox-interface = 127.0.0.1
        box-allow-ip = "127.0.0.1"
        dlr-storage = internal

        group = smsc
        smsc = smpp
        smsc-id = by-smpp
        host = 127.0.0.1
        port = {smppPort}
        transceiver-mode = true
        smsc-username = gate
        smsc-password = secret12
        system-type = "3001"
        allowed-smsc-id = by-smpp

        group = smsc
        smsc = http
        smsc-id = by-http
        system-type = clickatell
        send-url = "{address.TrimEnd('/')}/http"
        smsc-username = web
        smsc-password = secret12
        system-id = 3002
        port = {CallbackPort}
        connect-allow-ip = 127.0.0.1
        allowed-smsc-id = by-http

        group = smsbox
        bearerbox-host = 127.0.0.1
        bearerbox-port = {_box}
        sendsms-port = {_send}
        sendsms-interface = 127.0.0.1

        group = sendsms-user
        username = test
        password = test
        max-messages = 10
        concatenation = true

        group = sms-service
        keyword = default
        catch-all = true
        max-messages = 0
        get-url = "{hook}?to=%P&by=%i&text=%a"
        """;
}
