using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Parley.Bench.Load;
using Parley.Bench.Wire;

namespace Parley.Bench.Esme;

/// <summary>
/// `esme`: binds N transceivers and submits as fast as their windows allow. `go FIRST COUNT` starts a run, which ends with the
/// last receipt.
/// </summary>
sealed class EsmeVerb(EsmeSettings settings)
{
    readonly Controls controls = new();
    readonly EventLoop loop = new();
    readonly List<EsmeConnection> sessions = [];
    Latencies latencies = new(0);
    long next, end, answered, accepted, errors, receipts, startedAt, answeredAt, receiptedAt;
    int bound;
    string firstError = "";
    bool running;

    public static int Run(CommandWords line) => new EsmeVerb(EsmeSettings.From(line)).Run();

    public void Bound(uint status)
    {
        if (status != 0) throw new IOException($"bind refused with 0x{status:X8}");
        if (++bound == settings.Sessions) Controls.Say("ready 0");
    }

    public bool TryNext(out long number)
    {
        number = next;
        if (!running || next >= end) return false;
        next++;
        return true;
    }

    public void Answered(long ticks, uint status)
    {
        latencies.Add(ticks);
        answered++;
        answeredAt = Stopwatch.GetTimestamp();
        if (status == 0) accepted++;
        else if (errors++ == 0) firstError = $"submit_sm answered with 0x{status:X8}";
    }

    public void Receipted()
    {
        receipts++;
        receiptedAt = Stopwatch.GetTimestamp();
    }

    public void Lost()
    {
        if (errors++ == 0) firstError = "connection lost";
        answered = end;
    }

    int Run()
    {
        for (var i = 0; i < settings.Sessions; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(IPAddress.Loopback, settings.Port);
            var session = new EsmeConnection(socket, this, settings);
            loop.Add(session);
            sessions.Add(session);
            session.Bind();
        }
        loop.Run(Tick);
        return 0;
    }

    int Tick()
    {
        while (controls.TryTake(out var words))
        {
            if (words[0] == "quit") return -1;
            if (words[0] == "go") Start(words);
        }
        if (!running) return 5;
        if (answered < end || (errors == 0 && receipts < accepted)) return 5;
        running = false;
        var submits = latencies.Result(accepted, errors, firstError, startedAt, answeredAt);
        Controls.Say(Json.Line(new EsmeResult(submits, receipts, receiptedAt)));
        return 5;
    }

    void Start(string[] words)
    {
        next = long.Parse(words[1], CultureInfo.InvariantCulture);
        var count = int.Parse(words[2], CultureInfo.InvariantCulture);
        end = next + count;
        (answered, accepted, errors, receipts, firstError) = (next, 0, 0, 0, "");
        latencies = new(count);
        running = true;
        startedAt = Stopwatch.GetTimestamp();
        foreach (var session in sessions)
        {
            session.Fill();
            session.Flush();
        }
    }
}
