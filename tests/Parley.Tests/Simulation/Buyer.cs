using System.Text.Json.Nodes;
using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Security;

namespace Parley.Tests.Simulation;

/// <summary>What a client was answered: by a purchase call, or by a lookup (then with the status of the purchase).</summary>
internal sealed record Heard(int Http, string Code, string? Reference, string? ReserveRef, string? Status);

/// <summary>
/// A client's call for one purchase. It repeats what is not answered, sometimes what is, asks what became of it, and
/// now and then sends something else under the same reference.
/// </summary>
internal sealed class Buyer
{
    private const int MostTries = 6;

    private readonly World _world;
    private readonly Client _client;
    private readonly long _amount;
    private readonly int _product;

    public Buyer(World world, int number)
    {
        (_world, Ref, _client) = (world, $"B-{number}", world.Catalogue.Client(Wares.ClientId)!);
        IsReserving = world.Happens(0.6);
        _product = world.Random.Next(1, Wares.Products + 1);
        // Now and then too much or too little.
        _amount = world.Happens(0.05) ? world.OneOf(999, 100_001) : world.Between(1_000, 40_000);
    }

    public string Ref { get; }

    public bool IsReserving { get; }

    /// <summary>The client's own reservation, with Transact.</summary>
    public string ReserveRef => "C-" + Ref;

    /// <summary>In the order in which nodes said it, whether it was heard or not.</summary>
    public List<Heard> Said { get; } = [];

    /// <summary>What other content under the same reference was answered.</summary>
    public List<Heard> SaidToOther { get; } = [];

    public List<Heard> Looked { get; } = [];

    public bool Done { get; private set; }

    private long Patience => (IsReserving ? 45 : 10) * Micros.PerSecond;

    public async Task Buy()
    {
        await _world.Wait(Place.Outside, _world.Between(0, _world.Weather.Storm * 3 / 4));
        if (!IsReserving) _world.Money.Reserve(ReserveRef, _amount + Wares.Fee);
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (_world.Happens(0.1)) _world.Time.Begin($"repeat of {Ref}", () => Ask(Order(_amount), Said));
            var reply = await Ask(Order(_amount), Said);
            if (reply is { Http: 200 } && _world.Happens(0.1)) await Ask(Order(_amount + 1), SaidToOther);
            if (reply is { Http: 200 } && _world.Happens(0.8)) break;
            if (reply is { Http: >= 400 and < 500 }) break;
            await _world.Wait(Place.Outside, _world.Between(1, 30) * Micros.PerSecond);
            if (_world.Happens(0.3)) await Look();
        }
        Done = true;
    }

    /// <summary>When all is over: what is recorded of it?</summary>
    public async Task LookAtLast()
    {
        await Look();
        if (!IsReserving && Looked[^1] is { Status: "FAILED" or null }) _world.Money.Release(ReserveRef);
    }

    private async Task Look()
    {
        var query = $$"""{"clientId":{{Wares.ClientId}},"clientTxnRef":"{{Ref}}"}""";
        await Send(n => SimNode.Call(new(n.Of<LookupsApi>().Transaction), _client, query), Looked);
    }

    private Task<Heard?> Ask(string order, List<Heard> said) => Send(
        n => SimNode.Call(IsReserving ? n.Purchases.ReserveAndTransact : n.Purchases.Transact, _client, order), said);

    private Task<Heard?> Send(Func<SimNode, Task<(int Status, JsonNode Body)>> call, List<Heard> said)
    {
        var reply = new Awaited<Heard?>(_world.Time, Place.Outside);
        _world.Time.After(Patience, () => reply.Set(null));
        _world.Request(0, () =>
        {
            // Nobody listens where a node has died.
            if (_world.Any is not { } node) reply.Set(null);
            else _world.Time.Begin($"call of {Ref}", () => Answer(node, call, said, reply));
        });
        return reply.Answer;
    }

    private async Task Answer(
        SimNode node, Func<SimNode, Task<(int Status, JsonNode Body)>> call, List<Heard> said, Awaited<Heard?> reply)
    {
        await _world.Pause(node);
        var (status, body) = await call(node);
        var heard = new Heard(
            status, (string?)body["responseCode"] ?? "", (string?)body["raasTxnRef"],
            (string?)body["reserveFundsTxnRef"], (string?)body["transactionStatus"]);
        said.Add(heard);
        _world.Trail.Write(node.Name, $"answers {Ref}: {heard}");
        if (_world.Strikes(w => w.Death)) await node.Die("before a reply");
        _world.Reply(() => reply.Set(heard));
    }

    private string Order(long amount) =>
        $$"""
        {"clientId":{{Wares.ClientId}},"clientTxnRef":"{{Ref}}","productId":{{_product}},"purchaseAmount":{{amount}},
         "feeAmount":{{Wares.Fee}},"channelId":7,"channelName":"USSD","channelSessionId":"{{Ref}}",
         "sourceIdentifier":"2348030000111","targetIdentifier":"45701122334"
         {{(IsReserving ? "" : $",\"reserveFundsTxnRef\":\"{ReserveRef}\"")}}}
        """;
}
