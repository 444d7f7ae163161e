using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Parley.Bench.Wire;

namespace Parley.Bench.Load;

/// <summary>
/// `load`: N connections, as fast as the answers come or at a fixed rate. `go FIRST COUNT RATE` starts a run.
/// </summary>
sealed class LoadVerb(LoadSettings settings)
{
    readonly Controls controls = new();
    readonly EventLoop loop = new();
    readonly RequestText text = new(settings);
    readonly Stack<LoadConnection> idle = [];
    Latencies latencies = new(0);
    long next, end, startedAt, accepted, errors, asked, requests;
    double rate;
    string firstError = "";
    bool running;

    public static int Run(CommandWords line) => new LoadVerb(LoadSettings.From(line)).Run();

    public void Answered(LoadConnection connection, long askedAt, string? refusal)
    {
        var now = Stopwatch.GetTimestamp();
        latencies.Add(now - askedAt);
        if (refusal is null) accepted += settings.Batch;
        else Failed(refusal);
        requests++;
        if (rate == 0 && next < end) Ask(connection, now);
        else idle.Push(connection);
        FinishWhenAllAreAnswered(now);
    }

    public void Lost(bool busy)
    {
        if (!busy) return;
        Failed("connection lost");
        requests++;
        FinishWhenAllAreAnswered(Stopwatch.GetTimestamp());
    }

    int Run()
    {
        for (var i = 0; i < settings.Connections; i++) Connect();
        Controls.Say("ready 0");
        loop.Run(Tick);
        loop.Dispose();
        return 0;
    }

    void Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, settings.Port);
        var connection = new LoadConnection(socket, this);
        loop.Add(connection);
        idle.Push(connection);
    }

    int Tick()
    {
        while (controls.TryTake(out var words))
        {
            if (words[0] == "quit") return -1;
            if (words[0] == "go") Start(words);
        }
        if (!running) return 5;
        if (rate == 0) return 50;
        SendWhatIsDue();
        return 1;
    }

    void Start(string[] words)
    {
        next = long.Parse(words[1], CultureInfo.InvariantCulture);
        end = next + long.Parse(words[2], CultureInfo.InvariantCulture);
        rate = double.Parse(words[3], CultureInfo.InvariantCulture);
        (accepted, errors, asked, requests, firstError) = (0, 0, 0, 0, "");
        latencies = new((int)((end - next) / settings.Batch) + 1);
        running = true;
        startedAt = Stopwatch.GetTimestamp();
        if (rate > 0) return;
        for (var i = idle.Count; i > 0 && next < end; i--) AskAndFlush(idle.Pop(), Stopwatch.GetTimestamp());
    }

    void SendWhatIsDue()
    {
        var now = Stopwatch.GetTimestamp();
        while (next < end && idle.Count > 0)
        {
            var due = startedAt + (long)(asked * settings.Batch / rate * Stopwatch.Frequency);
            if (due > now) return;
            AskAndFlush(idle.Pop(), due);
        }
    }

    void AskAndFlush(LoadConnection connection, long since)
    {
        Ask(connection, since);
        connection.Flush();
    }

    void Ask(LoadConnection connection, long since)
    {
        connection.Ask(text, next, settings.Batch, since);
        next += settings.Batch;
        asked++;
    }

    void Failed(string what)
    {
        if (errors++ == 0) firstError = what;
    }

    void FinishWhenAllAreAnswered(long now)
    {
        if (!running || next < end || requests < asked) return;
        running = false;
        Controls.Say(Json.Line(latencies.Result(accepted, errors, firstError, startedAt, now)));
    }
}
