using Parley.Smpp;

namespace Parley.Tests.Smpp;

public sealed class SmppWindowTests
{
    [Fact]
    public void Sequence_numbers_wrap_past_those_outstanding()
    {
        var window = new SmppWindow(8, 1);
        Assert.True(window.TryOpen(CommandId.SubmitSm, "kept", 0, control: false, out var kept));
        Assert.Equal(1u, kept);
        window = new SmppWindow(8, 0x7FFF_FFFF);
        Assert.True(window.TryOpen(CommandId.SubmitSm, null, 0, control: false, out var last));
        Assert.True(window.TryOpen(CommandId.SubmitSm, null, 0, control: false, out var first));
        Assert.Equal((0x7FFF_FFFFu, 1u), (last, first));
    }

    [Fact]
    public void A_number_that_is_outstanding_is_never_given_again()
    {
        var window = new SmppWindow(8, 1);
        window.TryOpen(CommandId.SubmitSm, "slow", 0, control: false, out var slow);
        for (var i = 0; i < 1_000; i++)
        {
            Assert.True(window.TryOpen(CommandId.SubmitSm, "fast", 0, control: false, out var fast));
            Assert.NotEqual(slow, fast);
            Assert.True(window.TryClose(fast, CommandId.SubmitSmResp, out _));
        }
        Assert.True(window.TryClose(slow, CommandId.SubmitSmResp, out var closed));
        Assert.Equal("slow", closed.State);
        Assert.False(window.TryClose(slow, CommandId.SubmitSmResp, out _));
    }

    [Fact]
    public void A_window_that_grows_loses_none_that_is_outstanding_and_stops_at_its_limit()
    {
        var window = new SmppWindow(1_000, 0x7FFF_FF00);
        var open = new List<uint>();
        while (window.TryOpen(CommandId.SubmitSm, open.Count, 0, control: false, out var sequence)) open.Add(sequence);
        Assert.Equal((1_000, 1_000), (open.Count, open.Distinct().Count()));
        foreach (var (sequence, i) in open.Select((s, i) => (s, i)))
        {
            Assert.True(window.TryClose(sequence, CommandId.SubmitSmResp, out var closed));
            Assert.Equal(i, closed.State);
        }
        Assert.Equal(0, window.Outstanding);
    }
}
