using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class QuarantineRulesTests
{
    private const long Now = 1_000_000 * Micros.PerMinute;
    private static readonly QuarantinePolicy Policy = new();
    private static readonly Health Fine = new() { SupplierId = "river", ChangedAt = Now };

    [Fact]
    public void What_counts_against_a_supplier_is_its_own_trouble()
    {
        foreach (var (answer, sign) in (IEnumerable<(SupplierAnswer, Sign)>)
            [
                (SupplierAnswer.Unheard, Sign.Silent), (new(VendOutcome.NotConnected, "2239"), Sign.Silent),
                (new(VendOutcome.Retryable, "2225"), Sign.Fails), (new(VendOutcome.Declined, "2201"), Sign.Fails),
                (new(VendOutcome.Declined, "2226"), Sign.Fails), (new(VendOutcome.Declined, "2213"), Sign.Works),
                (new(VendOutcome.Declined, "2214"), Sign.Works), (new(VendOutcome.Declined, "2242"), Sign.Works),
                (new(VendOutcome.Pending), Sign.Works), (new(VendOutcome.Success, "0000"), Sign.Works),
            ])
            Assert.Equal(sign, QuarantineRules.SignOf(answer));
    }

    [Fact]
    public void Silence_in_a_row_puts_it_out_and_any_answer_between_begins_anew()
    {
        var h = Fine;
        for (var i = 1; i < 5; i++)
        {
            h = After(h, Sign.Silent);
            Assert.Equal((i, false), (h.Strikes, h.IsOut));
        }
        Assert.Equal(0, After(h, Sign.Works).Strikes);
        Assert.Equal(0, After(h, Sign.Fails).Strikes);
        h = After(h, Sign.Silent);
        Assert.Equal((Now, Now + (30 * Micros.PerSecond), 1L), (h.Since, h.Until, h.Times));
        Assert.Contains("5 vends in a row", h.Reason);
        Assert.Same(Fine, After(Fine, Sign.Works));
    }

    [Theory]
    [InlineData(10, 9, false)]
    [InlineData(10, 10, true)]
    [InlineData(11, 10, false)]
    [InlineData(0, 19, false)]
    [InlineData(0, 20, true)]
    public void A_share_of_failures_over_the_window_puts_it_out(long good, long bad, bool isOut)
    {
        var h = QuarantineRules.After(Fine, Policy, "A-1", Sign.Fails, new(good, bad), Now);
        Assert.Equal(isOut, h.IsOut);
        if (isOut) Assert.Contains($"{bad} of {good + bad} vends failed", h.Reason);
    }

    [Fact]
    public void Each_time_in_a_row_is_longer_up_to_the_longest()
    {
        var h = Fine;
        foreach (var seconds in (long[])[30, 60, 120, 240, 480, 960, 1_800, 1_800])
        {
            h = h.IsOut ? After(h with { Probe = "A-1" }, Sign.Silent)
                : Out(h);
            Assert.Equal(Now + (seconds * Micros.PerSecond), h.Until);
            Assert.Null(h.Probe);
        }
        Assert.Equal(Now, h.Since);
        // It came back and soon failed again: not from the beginning. Much later: from the beginning.
        var back = After(h with { Probe = "A-1" }, Sign.Works);
        Assert.Equal((false, 8L), (back.IsOut, back.Times));
        Assert.Equal(9, Out(back).Times);
        Assert.Equal(1, QuarantineRules.After(
            back with { Strikes = 4 }, Policy, "A-1", Sign.Silent, default, Now + (1_801 * Micros.PerSecond)).Times);
    }

    [Fact]
    public void Only_the_probe_speaks_while_it_is_out()
    {
        var h = Out(Fine) with { Probe = "P-1", ProbeAt = Now };
        foreach (var sign in Enum.GetValues<Sign>()) Assert.Same(h, After(h, sign));
        Assert.False(QuarantineRules.After(h, Policy, "P-1", Sign.Works, default, Now).IsOut);
        foreach (var sign in (Sign[])[Sign.Fails, Sign.Silent])
        {
            var longer = QuarantineRules.After(h, Policy, "P-1", sign, default, Now);
            Assert.Equal((2L, Now + (60 * Micros.PerSecond)), (longer.Times, longer.Until));
        }
    }

    [Fact]
    public void A_probe_whose_answer_nobody_heard_is_told_by_its_status()
    {
        var h = Out(Fine) with { Probe = "P-1", ProbeAt = Now };
        Assert.Same(h, Status(h, "P-2", new(VendOutcome.Success, "0000")));
        var free = Status(h, "P-1", new(VendOutcome.Unknown, "2201"));
        Assert.Equal((null, h.Until, true), (free.Probe, free.Until, free.IsOut));
        Assert.False(Status(h, "P-1", new(VendOutcome.Pending)).IsOut);
        Assert.Equal(2, Status(h, "P-1", SupplierAnswer.Unheard).Times);

        static Health Status(Health h, string attempt, SupplierAnswer answer) =>
            QuarantineRules.AfterStatus(h, Policy, attempt, answer, Now);
    }

    [Fact]
    public void Hands_put_it_out_until_hands_lift_it()
    {
        var h = QuarantineRules.PutOut(Fine, "Ada", "maintenance", Now);
        Assert.Equal((true, null, "Ada", "maintenance"), (h.IsOut, h.Until, h.ChangedBy, h.Reason));
        var lifted = QuarantineRules.Lift(Out(Fine), "Ben", Now);
        Assert.Equal((false, 0L, 0L, "Ben"), (lifted.IsOut, lifted.Times, lifted.Strikes, lifted.ChangedBy));
    }

    [Fact]
    public void A_policy_of_nothing_never_puts_it_out()
    {
        var never = Policy with { Strikes = 0, SharePercent = 0 };
        var h = QuarantineRules.After(Fine with { Strikes = 99 }, never, "A-1", Sign.Silent, new(0, 99), Now);
        Assert.False(h.IsOut);
    }

    private static Health After(Health h, Sign sign) => QuarantineRules.After(h, Policy, "A-1", sign, new(0, 1), Now);

    private static Health Out(Health h) => After(h with { Strikes = 4 }, Sign.Silent);
}
