using Parley.Platform;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Purchases;

public sealed class PurchaseStepsTests
{
    private const long Now = 1_800_000_000_000_000;
    private const long Second = Micros.PerSecond;

    private static readonly Progress Reserving = new() { Id = "p", Version = 1, At = PurchaseState.Reserving };

    private static readonly Progress Vending =
        PurchaseSteps.Vend(Reserving with { At = PurchaseState.Reserved }, "river", Now);

    [Theory]
    [InlineData("0000", true, PurchaseState.Reserved, ResultState.None)]
    [InlineData("2010", true, PurchaseState.ReserveDeclined, ResultState.None)]
    [InlineData("2060", false, PurchaseState.ReserveUnknown, ResultState.Sending)]
    [InlineData("2090", false, PurchaseState.ReserveUnknown, ResultState.Sending)]
    internal void Follows_the_bank(string code, bool known, PurchaseState state, ResultState told)
    {
        var next = PurchaseSteps.Reserved(Reserving, new(code, code == "0000" ? "R" : null, known), Now).Next;
        Assert.Equal((state, told, code), (next.At, next.Told, next.ReserveCode));
        Assert.Equal(code == "0000" ? null : code, next.Code);
        Assert.Equal(2, next.Version);
    }

    [Fact]
    public void A_reservation_confirmed_too_late_contradicts_and_changes_nothing()
    {
        var unknown = PurchaseSteps.ReserveOverdue(Reserving, Now).Next;
        Assert.Equal((PurchaseState.ReserveUnknown, "2060"), (unknown.At, unknown.Code));
        var late = PurchaseSteps.Reserved(unknown, new ReserveAnswer("0000", "R", true), Now);
        Assert.Same(unknown, late.Next);
        Assert.NotNull(late.Contradiction);
        Assert.Null(PurchaseSteps.Reserved(unknown, new ReserveAnswer("2010", null, true), Now).Contradiction);
    }

    [Fact]
    public void Success_and_decline_are_final()
    {
        var sold = Heard(Vending, VendOutcome.Success).Next;
        Assert.Equal(("SUCCESS", "0000", ResultState.Sending), (sold.Status, sold.Code, sold.Told));
        var declined = Heard(Vending, VendOutcome.Declined, "2213").Next;
        Assert.Equal(("FAILED", "2213", ResultState.Sending), (declined.Status, declined.Code, declined.Told));
        var flipped = Heard(declined, VendOutcome.Success);
        Assert.Same(declined, flipped.Next);
        Assert.NotNull(flipped.Contradiction);
        Assert.NotNull(Heard(sold, VendOutcome.Declined, "2201").Contradiction);
        Assert.NotNull(Heard(sold, VendOutcome.Retryable, "2226").Contradiction);
        Assert.Null(Heard(sold, VendOutcome.Success).Contradiction);
    }

    [Fact]
    public void Whoever_finds_it_vending_asks_and_never_vends()
    {
        var open = PurchaseSteps.Interrupted(Vending, Now + Second);
        Assert.Equal((PurchaseState.VendPending, Now + (10 * Second)), (open.Next.At, open.LookAt!.Value));
        Assert.Throws<InvariantBroken>(() => PurchaseSteps.Vend(open.Next, "river", Now));
        Assert.Throws<InvariantBroken>(() => PurchaseSteps.Vend(Vending, "river", Now));
    }

    [Fact]
    public void Asks_on_the_schedule_then_hourly()
    {
        List<long> after = [];
        var (progress, now) = (Vending, Now);
        for (var i = 0; i < 9; i++)
        {
            var step = Heard(progress, VendOutcome.Pending, "", now);
            after.Add((step.LookAt!.Value - Now) / Second);
            (progress, now) = (step.Next, step.LookAt.Value);
        }
        Assert.Equal([10, 30, 60, 120, 300, 900, 1800, 5400, 9000], after);
    }

    [Fact]
    public void Tries_again_twice_and_only_within_a_minute()
    {
        var first = Heard(Vending, VendOutcome.Retryable, "2226");
        Assert.Equal((PurchaseState.VendAgain, Now + Second), (first.Next.At, first.LookAt!.Value));
        var second = Heard(PurchaseSteps.Vend(first.Next, "delta", Now + Second), VendOutcome.Retryable, "2226");
        Assert.Equal(PurchaseState.VendAgain, second.Next.At);
        var third = Heard(PurchaseSteps.Vend(second.Next, "river", Now + (2 * Second)), VendOutcome.Retryable, "2226");
        Assert.Equal(("2226", "FAILED"), (third.Next.Code!, third.Next.Status));
        Assert.Equal("FAILED", Heard(Vending, VendOutcome.Retryable, "2226", Now + (61 * Second)).Next.Status);
    }

    [Fact]
    public void An_unreachable_supplier_is_left_for_the_next_tried_again_and_given_up()
    {
        var next = PurchaseSteps.Heard(Vending, 1, new(VendOutcome.NotConnected), 1, Now);
        Assert.Equal((PurchaseState.VendAgain, Now), (next.Next.At, next.LookAt!.Value));
        var second = PurchaseSteps.Vend(next.Next, "delta", Now);
        var wait = PurchaseSteps.Heard(second, 2, new(VendOutcome.NotConnected), 0, Now);
        Assert.Equal((PurchaseState.VendAgain, Now + (10 * Second)), (wait.Next.At, wait.LookAt!.Value));
        var third = PurchaseSteps.Vend(wait.Next, "river", Now + (10 * Second));
        Assert.Equal("2239", PurchaseSteps.Heard(third, 3, new(VendOutcome.NotConnected), 0, Now).Next.Code);
    }

    [Fact]
    public void A_supplier_that_knows_nothing_is_believed_after_two_minutes()
    {
        Assert.Equal(PurchaseState.VendPending, Heard(Vending, VendOutcome.Unknown, "2201", Now + (119 * Second))
            .Next.At);
        Assert.Equal("FAILED", Heard(Vending, VendOutcome.Unknown, "2201", Now + (120 * Second)).Next.Status);
    }

    [Fact]
    public void A_given_up_attempt_that_sold_is_a_contradiction()
    {
        var given = Heard(Vending, VendOutcome.Retryable, "2226").Next;
        Assert.NotNull(Heard(given, VendOutcome.Success).Contradiction);
        var again = PurchaseSteps.Vend(given, "delta", Now + Second);
        var late = PurchaseSteps.Heard(again, 1, new(VendOutcome.Success), 0, Now);
        Assert.Same(again, late.Next);
        Assert.NotNull(late.Contradiction);
    }

    [Fact]
    public void A_person_decides_only_what_is_open()
    {
        var open = Heard(Vending, VendOutcome.Pending).Next;
        Assert.Equal("SUCCESS", PurchaseSteps.Decided(open, true, "2201", Now).Next.Status);
        Assert.Equal("2201", PurchaseSteps.Decided(open, false, "2201", Now).Next.Code);
        var sold = Heard(Vending, VendOutcome.Success).Next;
        Assert.Same(sold, PurchaseSteps.Decided(sold, false, "2201", Now).Next);
    }

    [Fact]
    public void Tells_until_it_is_heard_or_seven_business_days_have_passed()
    {
        var sold = Heard(Vending, VendOutcome.Success).Next;
        var failed = PurchaseSteps.Told(sold, new(false, false, "HTTP 500"), Now);
        Assert.Equal((ResultState.Sending, Now + (30 * Second)), (failed.Next.Told, failed.LookAt!.Value));
        Assert.Equal(Now + (3600 * Second), PurchaseSteps.Told(sold, new(false, true, "HTTP 404"), Now).LookAt);
        var last = PurchaseSteps.Told(failed.Next, new(false, false, "HTTP 500"), ResultSchedule.LastAt(Now));
        Assert.Equal(ResultState.Undelivered, last.Next.Told);
        var acked = PurchaseSteps.Told(failed.Next, new(true, false, "HTTP 202"), Now);
        Assert.Equal(ResultState.Acked, acked.Next.Told);
        Assert.Same(acked.Next, PurchaseSteps.Told(acked.Next, new(false, false, ""), Now).Next);
    }

    [Fact]
    public void The_release_of_an_unknown_reservation_is_told_once_more_to_a_bank_that_was_slow()
    {
        var unknown = PurchaseSteps.ReserveOverdue(Reserving, Now).Next;
        var acked = new ResultAnswer(true, false, "HTTP 202");
        var first = PurchaseSteps.Told(unknown, acked, Now + Second);
        Assert.Equal((ResultState.Sending, Now + (900 * Second)), (first.Next.Told, first.LookAt!.Value));
        Assert.Equal(ResultState.Acked, PurchaseSteps.Told(first.Next, acked, first.LookAt.Value).Next.Told);
    }

    private static Step Heard(Progress p, VendOutcome outcome, string code = "", long now = Now) =>
        PurchaseSteps.Heard(p, p.Attempt, new(outcome, code), 0, now);
}
