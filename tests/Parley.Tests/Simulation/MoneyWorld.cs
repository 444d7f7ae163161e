using System.Text;
using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Products;

namespace Parley.Tests.Simulation;

/// <summary>Money that is set aside for a purchase, at the bank or at the client.</summary>
internal sealed class Held(string key, string reference, long amount)
{
    public string Key { get; } = key;

    public string Reference { get; } = reference;

    public long Amount { get; } = amount;

    /// <summary>held, debited or released.</summary>
    public string State { get; set; } = "held";
}

/// <summary>
/// Whoever holds buyers' money: the bank, by our reference, and the clients, by their own. Both are idempotent, and do
/// what outcomes say; a release of what is not held does nothing, so what is held after it stays.
/// </summary>
internal sealed class MoneyWorld(World world)
{
    private readonly Dictionary<string, string> _declined = [];
    private readonly List<(string To, long From, long Until, bool Hourly)> _deaf = [];

    public Dictionary<string, Held> Holds { get; } = [];

    /// <summary>Outcomes as they came in, by our reference, acknowledged or not.</summary>
    public Dictionary<string, List<string>> Told { get; } = [];

    /// <summary>The client sets money aside itself, before it asks (contract marketplace §5.8).</summary>
    public void Reserve(string reference, long amount) => Holds[reference] = new(reference, reference, amount);

    /// <summary>The client hears that nothing came of it.</summary>
    public void Release(string reference)
    {
        if (Holds[reference] is { State: "held" } hold) hold.State = "released";
    }

    /// <summary>The bank is asked to hold.</summary>
    public ReserveAnswer Hold(byte[] request)
    {
        var order = JsonNode.Parse(request)!;
        var raas = (string)order["raasTxnRef"]!;
        if (_declined.TryGetValue(raas, out var code)) return new(code, null, code != "2060");
        if (!Holds.TryGetValue(raas, out var hold))
        {
            if (world.Strikes(w => w.Refusal / 4))
            {
                _declined[raas] = code = world.OneOf("2010", "2020", "2060", "2080", "2090");
                world.Trail.Write("bank", $"refuses {raas} with {code}");
                return new(code, null, code != "2060");
            }
            hold = Holds[raas] = new(raas, $"R-{Holds.Count}", (long)order["reserveAmount"]!);
        }
        world.Trail.Write("bank", $"{hold.State} for {raas}");
        return new("0000", hold.Reference, true);
    }

    /// <summary>An outcome comes in.</summary>
    public void Settle(byte[] result)
    {
        var outcome = JsonNode.Parse(result)!;
        var raas = (string)outcome["raasTxnRef"]!;
        if (!Told.TryGetValue(raas, out var told)) Told[raas] = told = [];
        told.Add(Encoding.UTF8.GetString(result));
        var code = (string)outcome["responseCode"]!;
        // The bank knows its hold by our reference, a client by the one that it gave.
        if (!Holds.TryGetValue(raas, out var hold))
            Holds.TryGetValue((string?)outcome["reserveFundsTxnRef"] ?? "", out hold);
        world.Trail.Write("money", $"hears {code} of {raas}, {hold?.State ?? "nothing held"}");
        if (hold is { State: "held" }) hold.State = code == "0000" ? "debited" : "released";
    }

    /// <summary>Chooses who hears nothing for how long.</summary>
    public void Deafen()
    {
        foreach (var to in (string[])["bank", "client"])
        {
            if (!world.Happens(world.Weather.Deaf)) continue;
            var from = Scheduler.Start + world.Between(0, 10 * Micros.PerMinute);
            var hours = world.Random.Next(8) == 0 ? world.Between(24, 400) : world.Between(0, 8);
            var until = from + (hours * 60 * Micros.PerMinute) + world.Between(1, 60 * Micros.PerMinute);
            _deaf.Add((to, from, until, world.Happens(0.3)));
            world.Trail.Write("money", $"{to} is deaf from {from} until {until}");
        }
    }

    /// <summary>What one who hears nothing answers; null when it hears.</summary>
    public ResultAnswer? Deaf(string to) => _deaf
        .Where(d => d.To == to && d.From <= world.Now && world.Now < d.Until)
        .Select(d => new ResultAnswer(false, d.Hourly, d.Hourly ? "HTTP 404" : "HTTP 503")).FirstOrDefault();
}

/// <summary>A node's way to whoever holds money, with the time limits and words of the HTTP one.</summary>
internal sealed class NodeBank(World world, SimNode node) : IBank
{
    private static readonly ReserveAnswer NoAnswer = new("2060", null, false);
    private static readonly long ResultWithin = 20 * Micros.PerSecond;

    public Task<ReserveAnswer> Reserve(
        FundingSource source, byte[] request, string reference, CancellationToken cancel)
    {
        var answer = new Awaited<ReserveAnswer>(world.Time, node);
        world.Trail.Write(node.Name, $"asks the bank for {reference}");
        if (world.Strikes(w => w.Away / 2))
        {
            // Tried twice, nothing was sent.
            world.Time.After(world.Between(1, 10 * Micros.PerSecond), () => answer.Set(NoAnswer));
            return answer.Answer;
        }
        world.Time.After(source.TimeoutSeconds * Micros.PerSecond, () => answer.Set(NoAnswer));
        // A bank may get to it minutes later: its queue is long.
        var slow = world.Strikes(w => w.Delay / 4) ? world.Between(0, 5 * Micros.PerMinute) : 0;
        world.Request(slow, () =>
        {
            var said = world.Money.Hold(request);
            if (world.Strikes(w => w.Loss / 4)) said = new("2090", null, false);
            world.Reply(() => answer.Set(said));
        });
        return answer.Answer;
    }

    public Task<ResultAnswer> Tell(Partner to, byte[] result, CancellationToken cancel)
    {
        var answer = new Awaited<ResultAnswer>(world.Time, node);
        var within = $"no answer within {ResultWithin / Micros.PerSecond} s";
        world.Time.After(ResultWithin, () => answer.Set(new(false, false, within)));
        world.Request(0, () =>
        {
            var deaf = world.Money.Deaf(to.Url);
            if (deaf is null) world.Money.Settle(result);
            var said = deaf ?? (world.Strikes(w => w.Loss / 4) ? new(false, false, "HTTP 500")
                : new(true, false, "HTTP 202"));
            world.Reply(() => answer.Set(said));
        });
        return answer.Answer;
    }
}
