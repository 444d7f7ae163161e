using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Parley.Bench.Measure;
using Parley.Bench.Peers;
using Parley.Bench.Report;
using Pdu = Parley.Bench.Simulator.Smpp;

namespace Parley.Bench.Scenarios;

/// <summary>What a bound session costs that does nothing: resident memory before and after 2,000 of them.</summary>
static class IdleSessions
{
    const int Sessions = 2_000;
    const double GoalKb = 30;

    public static async Task Measure(BenchOptions options, Findings findings, CancellationToken stop)
    {
        await using var peer = new ParleyPeer(options.Server, options.Postgres, null, FreePort.Next());
        await using var smsc = await Instrument.Start("simulator", options.Work().Simulator.Words(), stop);
        await peer.Start(new(smsc.Port, 9, 100), stop);
        await FreePort.Answers(peer.SmppPort, TimeSpan.FromSeconds(30), () => "", stop);
        List<Socket> sockets = [];
        try
        {
            // The first hundred pay for code and pools that all share.
            for (var i = 0; i < 100; i++) sockets.Add(await Bind(peer.SmppPort, i, stop));
            await Task.Delay(TimeSpan.FromSeconds(3), stop);
            var before = ProcessReading.ResidentKb(peer.Pid);
            for (var i = 100; i < 100 + Sessions; i++) sockets.Add(await Bind(peer.SmppPort, i, stop));
            await Task.Delay(TimeSpan.FromSeconds(3), stop);
            var each = (ProcessReading.ResidentKb(peer.Pid) - before) / (double)Sessions;
            var table = new Markdown("figure", "value");
            table.Row(
                $"resident memory for each of {Sessions} idle sessions, kB",
                each.ToString("F1", CultureInfo.InvariantCulture));
            findings.Section("Idle sessions", table.ToString());
            if (each > GoalKb) findings.Fail($"an idle session takes {each:F1} kB; the goal is {GoalKb}");
        }
        finally
        {
            foreach (var socket in sockets) socket.Dispose();
        }
    }

    static async Task<Socket> Bind(int port, int number, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, stop);
        // A hundred of each kind is what an API id may have.
        uint[] kinds = [Pdu.BindTransceiver, Pdu.BindReceiver, Pdu.BindTransmitter];
        var body = Encoding.ASCII.GetBytes(
            $"{ParleyProvisioning.User}\0{ParleyProvisioning.Password}\0" +
            $"{ParleyProvisioning.IdleApiId(number / 300)}\0\x34\0\0\0");
        var pdu = new byte[Pdu.HeaderLength + body.Length];
        Pdu.Header(pdu, pdu.Length, kinds[number % 3], 0, 1);
        body.CopyTo(pdu, Pdu.HeaderLength);
        await socket.SendAsync(pdu, stop);
        var answer = new byte[256];
        var length = await socket.ReceiveAsync(answer, stop);
        if (length < Pdu.HeaderLength || Pdu.Word(answer, 8) != 0)
            throw new IOException($"bind {number} was refused: {Convert.ToHexString(answer, 0, length)}");
        return socket;
    }
}
