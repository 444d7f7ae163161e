using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Parley.Bench.Load;
using Parley.Bench.Wire;

namespace Parley.Bench.Market;

/// <summary>
/// `market`: a client with N buyers, its bank and a supplier in one thread, so that the end of a purchase is seen where it
/// was begun. `go PORT FIRST SECONDS TOKEN` starts a run.
/// </summary>
sealed class MarketVerb(int count)
{
    const int MostPurchases = 2_000_000;

    readonly Controls controls = new();
    readonly EventLoop loop = new();
    readonly Buyer[] buyers = [.. Enumerable.Range(0, count).Select(_ => new Buyer())];
    readonly BuyerConnection?[] connections = new BuyerConnection?[count];
    PurchaseText text = new("");
    Latencies whole = new(0), own = new(0), answers = new(0);
    long completed, errors, startedAt, until;
    string firstError = "";
    bool running;

    public static int Run(CommandWords line) => new MarketVerb(line.Int("buyers", 64)).Run();

    public void Answered(BuyerConnection connection, string? refusal)
    {
        var buyer = connection.Buyer;
        if (buyer.Number < 0) return;
        buyer.Answered();
        answers.Add(buyer.AnsweredAt - buyer.AskedAt);
        if (refusal is not null)
        {
            Wrong(refusal);
            buyer.Told();
        }
        GoOn(Array.IndexOf(buyers, buyer));
    }

    public void Lost(BuyerConnection connection)
    {
        var index = Array.IndexOf(buyers, connection.Buyer);
        connections[index] = null;
        if (connection.Buyer.Number < 0) return;
        Wrong("connection lost");
        connection.Buyer.End();
        FinishWhenAllAreDone();
    }

    /// <summary>Ticks spent at a partner, for the purchase of this number.</summary>
    public void Spent(long number, long ticks) => SpentFor((int)(number % count), ticks);

    /// <summary>Ticks spent at a partner, for the buyer.</summary>
    public void SpentFor(int buyer, long ticks)
    {
        if (buyer >= 0 && buyer < count) buyers[buyer].Outside += ticks;
    }

    public void Told(long number, bool sold)
    {
        var index = (int)(number % count);
        if (buyers[index].Number != number)
        {
            Wrong($"purchase {number} was told again");
            return;
        }
        if (!sold) Wrong($"purchase {number} failed");
        buyers[index].Told();
        GoOn(index);
    }

    public void Wrong(string what)
    {
        if (errors++ == 0) firstError = what;
    }

    int Run()
    {
        loop.Listen(0, socket =>
        {
            socket.NoDelay = true;
            return new PartnerConnection(socket, this);
        });
        Controls.Say($"ready {loop.Port}");
        loop.Run(Tick);
        loop.Dispose();
        return 0;
    }

    int Tick()
    {
        while (controls.TryTake(out var words))
        {
            if (words[0] == "quit") return -1;
            if (words[0] == "go") Start(words);
        }
        return 50;
    }

    void Start(string[] words)
    {
        var port = int.Parse(words[1], CultureInfo.InvariantCulture);
        var first = long.Parse(words[2], CultureInfo.InvariantCulture);
        text = new(words[4]);
        (completed, errors, firstError, running) = (0, 0, "", true);
        (whole, own, answers) = (new(MostPurchases), new(MostPurchases), new(MostPurchases));
        startedAt = Stopwatch.GetTimestamp();
        until = startedAt + (int.Parse(words[3], CultureInfo.InvariantCulture) * Stopwatch.Frequency);
        for (var i = 0; i < count; i++)
        {
            // The number names the buyer too: his place, and as many further as there are buyers.
            connections[i] ??= Connect(port, buyers[i]);
            buyers[i].Begin((first * count) + i);
            connections[i]!.Ask(text, i);
            connections[i]!.Flush();
        }
    }

    BuyerConnection Connect(int port, Buyer buyer)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        var connection = new BuyerConnection(socket, buyer, this);
        loop.Add(connection);
        return connection;
    }

    void GoOn(int index)
    {
        var buyer = buyers[index];
        if (!buyer.IsDone || buyer.Number < 0) return;
        var end = Math.Max(buyer.AnsweredAt, buyer.ToldAt);
        whole.Add(buyer.ToldAt - buyer.AskedAt);
        own.Add(buyer.ToldAt - buyer.AskedAt - buyer.Outside);
        completed++;
        var number = buyer.Number + count;
        buyer.End();
        if (end < until && connections[index] is { } connection)
        {
            buyer.Begin(number);
            connection.Ask(text, index);
            connection.Flush();
            return;
        }
        FinishWhenAllAreDone();
    }

    void FinishWhenAllAreDone()
    {
        if (!running || buyers.Any(b => b.Number >= 0)) return;
        running = false;
        var now = Stopwatch.GetTimestamp();
        LoadResult Of(Latencies latencies) => latencies.Result(completed, errors, firstError, startedAt, now);
        var (all, ours, replies) = (Of(whole), Of(own), Of(answers));
        Controls.Say(Json.Line(new MarketResult(
            completed, errors, firstError, startedAt, now, all.P50, all.P99, all.Max, ours.P50, ours.P99, replies.P50,
            replies.P99)));
    }
}
