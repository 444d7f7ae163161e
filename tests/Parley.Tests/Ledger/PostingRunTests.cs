using CsCheck;
using Parley.Ledger;

namespace Parley.Tests.Ledger;

/// <summary>Whatever is posted, in whatever lists: the real books and the plain ones give the same answers and balances.</summary>
public sealed class PostingRunTests
{
    private static readonly Dictionary<string, long?> Overdrafts = new(
        )
    { ["a"] = null, ["b"] = 0, ["c"] = 0, ["d"] = 25 };
    private static readonly string[] Names = [.. Overdrafts.Keys];

    private static readonly Gen<Asked> OneAsked = Gen.Select(
        Gen.Int[0, 7], Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[1, 40], Gen.Int[0, 19], Gen.Int[0, 19], Gen.Int[0, 4],
        (kind, debit, credit, amount, id, other, linked) =>
            new Asked(kind, debit, credit, amount, id, other, linked == 0));

    private static readonly Gen<Asked[][]> Lists = OneAsked.Array[1, 8].Array[1, 10];

    public static TheoryData<string> Engines => TestEngine.All;

    private sealed record Asked(int Kind, int Debit, int Credit, int Amount, int Id, int Other, bool Linked)
    {
        public Transfer Transfer(string prefix, long now)
        {
            string id = $"{prefix}{Id}", other = $"{prefix}{Other}", debit = prefix + Names[Debit],
            credit = prefix + Names[Credit];
            var transfer = Kind switch
            {
                0 or 1 => Parley.Ledger.Transfer.Move(id, debit, credit, Amount),
                2 or 3 => Parley.Ledger.Transfer.Hold(id, debit, credit, Amount),
                4 => Parley.Ledger.Transfer.Hold(id, debit, credit, Amount, now + 1),
                5 => Parley.Ledger.Transfer.Capture(id, other, Amount),
                6 => Parley.Ledger.Transfer.Capture(id, other),
                _ => Parley.Ledger.Transfer.Void(id, other),
            };
            return transfer with { Linked = Linked };
        }
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Answers_as_plain_books_do(string engine)
    {
        await using var world = await LedgerWorld.Create(engine);
        var sample = 0;
        await Lists.SampleAsync(async lists =>
        {
            var prefix = $"{Interlocked.Increment(ref sample)}:";
            var plain = new PlainBooks(Overdrafts.ToDictionary(o => prefix + o.Key, o => o.Value));
            await world.Open([.. Overdrafts.Select(o =>
                new Account { Id = prefix + o.Key, Currency = "KWD", Side = Side.Credit, Overdraft = o.Value })]);
            foreach (var list in lists)
            {
                var transfers = list.Select(asked => asked.Transfer(prefix, world.Now)).ToArray();
                var answers = await world.Post(transfers);
                Assert.Equal(
                    plain.Post(transfers, world.Now),
                    answers.Select(a => a.Outcome == Outcome.Repeated ? "repeated" : a.Refusal?.Code));
                if (list.Length % 3 != 0) continue;
                world.Time.Advance(TimeSpan.FromSeconds(1));
                await world.Books.ExpireHolds(1_000, CancellationToken.None);
                plain.Expire(world.Now);
            }
            foreach (var name in Names)
                await world.Stands(prefix + name, plain.Posted[prefix + name], plain.Held[prefix + name]);
            foreach (var (id, hold) in plain.Holds)
                Assert.Equal(hold.State, (await world.Books.FindHold(id, CancellationToken.None))!.State);
        }, iter: 40, threads: 1);
        await world.Balances();
    }
}
