using Parley.Bench.Wire;

namespace Parley.Bench.Sink;

/// <summary>`sink`: the customer's web server that receives the status callbacks.</summary>
static class SinkVerb
{
    public static int Run(CommandWords line)
    {
        var counter = new EventCounter();
        var controls = new Controls();
        using var loop = new EventLoop();
        loop.Listen(line.Int("port", 0), socket =>
        {
            socket.NoDelay = true;
            return new SinkConnection(socket, counter);
        });
        Controls.Say($"ready {loop.Port}");
        loop.Run(() => Tick(controls, counter));
        return 0;
    }

    static int Tick(Controls controls, EventCounter counter)
    {
        while (controls.TryTake(out var words))
        {
            if (words[0] == "quit") return -1;
            if (words[0] == "reset") counter.Reset();
            if (words[0] is "totals" or "reset") Controls.Say(Json.Line(counter.Totals));
        }
        return 20;
    }
}
