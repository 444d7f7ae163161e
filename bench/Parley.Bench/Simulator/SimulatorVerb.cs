using System.Diagnostics;
using Parley.Bench.Wire;

namespace Parley.Bench.Simulator;

/// <summary>`simulator`: the SMSC both candidates are bound to.</summary>
static class SimulatorVerb
{
    public static int Run(CommandWords line)
    {
        var settings = SimulatorSettings.From(line);
        var totals = new SimulatorTotals { LastId = settings.FirstId };
        var receivers = new List<SmscConnection>();
        var controls = new Controls();
        using var loop = new EventLoop();
        loop.Listen(line.Int("port", 0), socket =>
        {
            socket.NoDelay = !settings.Ordinary;
            return new SmscConnection(socket, settings, totals, receivers);
        });
        Controls.Say($"ready {loop.Port}");
        loop.Run(() => Tick(controls, totals, receivers));
        return 0;
    }

    static int Tick(Controls controls, SimulatorTotals totals, List<SmscConnection> receivers)
    {
        while (controls.TryTake(out var words))
        {
            if (words[0] == "quit") return -1;
            if (words[0] == "totals") Controls.Say(Json.Line(totals));
        }
        var wait = 50;
        var now = Stopwatch.GetTimestamp();
        foreach (var receiver in receivers)
        {
            // At least 5 ms between looks, so that delayed receipts leave in groups and cost little.
            var next = receiver.Pump(now);
            receiver.Flush();
            if (next >= 0) wait = Math.Min(wait, Math.Max(next, 5));
        }
        return wait;
    }
}
