using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Parley.Sandbox;
using Parley.Smpp;
using Parley.Tests.Server.Channels.Carriers;
using Parley.Tests.Server.Channels.Messages;
using Parley.Tests.Server.Webhooks;

namespace Parley.Tests.Journeys;

/// <summary>The world around the server fails, and nothing that was accepted is lost.</summary>
public sealed class FaultTests
{
    private const string Key = "fault-key-0123456789==";

    public static TheoryData<string> Engines => TestEngine.All;

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task What_an_SMSC_that_hangs_does_not_answer_goes_again_and_the_timeline_says_so(string engine)
    {
        await using var smsc = new ScriptedSmsc { Answer = static _ => null };
        await using var sink = await StatusSink.Start();
        using var folder = new Folder();
        await using var server = await Running(engine, folder, smsc.Port, sink.Url, "responseTimeoutSeconds: 1");
        List<string> ids = [];
        for (var i = 0; i < 5; i++) ids.Add(await server.SendOne($"2799900090{i}", $"hang {i}"));
        foreach (var id in ids)
            await Eventually.Holds(
                async () => (await Timeline(server, id)).Contains("waiting"), "it waits for another try");
        foreach (var id in ids)
            await Eventually.Holds(
                async () => (await Timeline(server, id)).Contains("may-repeat"), "it may have been taken");
        smsc.Answer = static _ => CommandStatus.Ok;
        server.Clock.Jump(TimeSpan.FromMinutes(2));
        foreach (var id in ids) await server.Becomes(id, "SENT_TO_SUPPLIER");
        Assert.Equal(5, smsc.All.Select(s => s.Text).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task An_SMSC_that_restarts_in_the_middle_loses_nothing(string engine)
    {
        var smsc = new ScriptedSmsc(Ports.Free());
        await using var sink = await StatusSink.Start();
        using var folder = new Folder();
        await using var server = await Running(engine, folder, smsc.Port, sink.Url, "");
        List<string> ids = [];
        for (var i = 0; i < 20; i++) ids.Add(await server.SendOne("27999000910", $"before {i}"));
        var port = smsc.Port;
        await smsc.DisposeAsync();
        for (var i = 0; i < 20; i++) ids.Add(await server.SendOne("27999000910", $"while {i}"));
        await using var again = new ScriptedSmsc(port);
        server.Clock.Jump(TimeSpan.FromMinutes(3));
        foreach (var id in ids) await server.Becomes(id, "SENT_TO_SUPPLIER");
        var texts = smsc.All.Concat(again.All).Select(s => s.Text).ToHashSet();
        Assert.Equal(40, texts.Count);
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_callback_address_that_hangs_redirects_or_refuses_holds_up_nobody_else(string engine)
    {
        await using var hanging = await CallbackReceiver.Start();
        await using var redirecting = await CallbackReceiver.Start();
        await using var sink = await StatusSink.Start();
        hanging.Script = CallbackReceiver.Hang;
        redirecting.Answers(302);
        await using var smsc = new SandboxSmsc(
            new SandboxOptions { ReceiptDelayMs = 5 }, new Phones(TimeProvider.System), TimeProvider.System);
        using var folder = new Folder();
        var dead = $"http://127.0.0.1:{Ports.Free()}/dead";
        var file = await folder.Write(Provisioning(
            smsc.Port, sandbox: true, "",
            ("hangs", hanging.Url), ("redirects", redirecting.Url), ("dead", dead), ("fine", sink.Url)));
        await using var server = await RunningServer.Start(engine, "--provision", file);
        List<string> fine = [];
        foreach (var name in new[] { "hangs", "redirects", "dead", "fine" })
        {
            server.Use(KeyOf(name));
            for (var i = 0; i < 30; i++)
            {
                var id = await server.SendOne("27999000920", $"{name} {i}");
                if (name == "fine") fine.Add(id);
            }
        }
        await sink.AllAre(fine, "DEVICE_ACK");
        Assert.All(fine, id => Assert.Equal(1, sink.Times[(id, "SENT_TO_SUPPLIER")]));
    }

    [Fact]
    public async Task PostgreSQL_goes_away_and_comes_back_and_nothing_accepted_is_lost()
    {
        TestEngine.NeedsPostgres();
        await using var server = await RunningServer.Start("postgres");
        using var stop = new CancellationTokenSource();
        ConcurrentBag<string> accepted = [];
        var (refused, sent) = (0, 0);
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref sent);
                var (status, body) = await server.Send(
                    $$"""{"messages":[{"to":"27999{{number:D5}}7","content":"away {{number}}"}]}""");
                if (status == 202) accepted.Add((string)body["messages"]![0]!["apiMessageId"]!);
                else if (status == 503) Interlocked.Increment(ref refused);
                else Assert.Fail($"{status}: {body}");
            }
        })).ToArray();
        await Eventually.Holds(() => accepted.Count > 100, "some are accepted");
        await server.Engine.GoAway();
        await Eventually.Holds(() => Volatile.Read(ref refused) > 5, "some are refused");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await server.Http.GetAsync("/health/ready")).StatusCode);
        await server.Engine.ComeBack();
        var before = accepted.Count;
        await Eventually.Holds(() => accepted.Count > before + 100, "some are accepted again");
        await stop.CancelAsync();
        await Task.WhenAll(load);
        foreach (var id in accepted) await server.Becomes(id, "DEVICE_ACK");
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health/ready")).StatusCode);
    }

    [Fact]
    public async Task A_full_disk_is_answered_503_and_when_there_is_room_again_everything_goes_on()
    {
        if (OperatingSystem.IsWindows()) return;
        await using var smsc = new SandboxSmsc(
            new SandboxOptions { ReceiptDelayMs = 5 }, new Phones(TimeProvider.System), TimeProvider.System);
        await using var sink = await StatusSink.Start();
        using var folder = new Folder();
        var port = Ports.Free();
        var file = await folder.Write(Provisioning(smsc.Port, sandbox: true, "", ("main", sink.Url)));
        // A write beyond the limit fails instead of ending the process.
        using var server = await ServerProcess.Start(
            port, file, "trap '' XFSZ", "--Storage:Folder", Path.Combine(folder.Path, "data"));
        using var http = Client(port);
        List<string> accepted = [];
        Assert.Equal(202, await Post(http, accepted));
        var largest = new DirectoryInfo(Path.Combine(folder.Path, "data")).GetFiles().Max(f => f.Length);
        await Limit(server.Id, $"{largest + 200_000}");
        var status = 202;
        for (var tries = 0; status == 202 && tries < 500; tries++) status = await Post(http, accepted);
        Assert.Equal(503, status);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/live")).StatusCode);
        await Limit(server.Id, "unlimited");
        await Eventually.Holds(async () => await Post(http, accepted) == 202, "it accepts again");
        await sink.AllAre(accepted, "DEVICE_ACK");
    }

    [Fact]
    public async Task Ten_thousand_idle_connections_hold_up_nobody()
    {
        await using var smsc = new SandboxSmsc(
            new SandboxOptions { ReceiptDelayMs = 5 }, new Phones(TimeProvider.System), TimeProvider.System);
        await using var sink = await StatusSink.Start();
        using var folder = new Folder();
        var port = Ports.Free();
        var file = await folder.Write(Provisioning(smsc.Port, sandbox: true, "", ("main", sink.Url)));
        using var server = await ServerProcess.Start(
            port, file, "", "--Storage:Folder", Path.Combine(folder.Path, "data"));
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 10_000; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                idle.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, port);
            }
            using var http = Client(port);
            List<string> accepted = [];
            Assert.Equal(202, await Post(http, accepted));
            await sink.AllAre(accepted, "DEVICE_ACK");
        }
        finally
        {
            foreach (var socket in idle) socket.Dispose();
        }
    }

    private static async Task<IReadOnlyList<string>> Timeline(RunningServer server, string id) =>
        [.. (await server.Administer(HttpMethod.Get, $"/messages/{id}", Key))["timeline"]!.AsArray()
            .Select(t => (string)t!["what"]!)];

    private static HttpClient Client(int port)
    {
        var http = new HttpClient
        {
            BaseAddress = new Uri($"http://127.0.0.1:{port}"),
            Timeout = Deadline.Longest,
        };
        http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", KeyOf("main"));
        return http;
    }

    private static async Task<int> Post(HttpClient http, List<string> accepted)
    {
        var content = new string('x', 1_500);
        var entries = string.Join(',', Enumerable.Range(0, 20).Select(
            i => $$"""{"to":"2799900093{{i:D2}}","content":"{{content}}"}"""));
        using var response = await http.PostAsync("/v1/message", new StringContent($$"""{"messages":[{{entries}}]}"""));
        if ((int)response.StatusCode != 202) return (int)response.StatusCode;
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        accepted.AddRange(body["messages"]!.AsArray().Select(m => (string)m!["apiMessageId"]!));
        return 202;
    }

    /// <summary>The largest file that a process may write, from now on.</summary>
    private static async Task Limit(int process, string octets)
    {
        using var tool = Process.Start("prlimit", ["--pid", $"{process}", $"--fsize={octets}:unlimited"]);
        await tool.WaitForExitAsync();
        Assert.Equal(0, tool.ExitCode);
    }

    private static async Task<RunningServer> Running(
        string engine, Folder folder, int smsc, string sink, string carrier)
    {
        var server = await RunningServer.Start(
            engine, "--provision", await folder.Write(Provisioning(smsc, sandbox: false, carrier, ("main", sink))));
        server.Use(KeyOf("main"));
        return server;
    }

    private static string KeyOf(string name) => $"{name}-{Key}";

    private static string Provisioning(
        int smsc, bool sandbox, string carrier, params (string Name, string Url)[] integrations) => $$"""
        adminKeys: ["{{Key}}"]
        tenants:
          - name: faults
            balance: { amount: 1000, currency: EUR }
            integrations:
        {{string.Join('\n', integrations.Select(i => $$"""
              - name: {{i.Name}}
                keys: ["{{KeyOf(i.Name)}}"]
                requestsPerSecond: 0
                allowPrivateTargets: true
                status: { url: "{{i.Url}}" }
        """))}}
        carriers:
          - name: c
            host: 127.0.0.1
            port: {{smsc}}
            systemId: {{(sandbox ? "sandbox" : "parley")}}
            password: {{(sandbox ? "sandbox" : "secret")}}
            defaultSender: Parley
            {{carrier}}
        routes:
          - { name: all, prefix: "", carrier: c }
        """;

    /// <summary>A temporary folder.</summary>
    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("parley-fault-").FullName;

        public async Task<string> Write(string provisioning)
        {
            var file = System.IO.Path.Combine(Path, "faults.yaml");
            await File.WriteAllTextAsync(file, provisioning);
            return file;
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
