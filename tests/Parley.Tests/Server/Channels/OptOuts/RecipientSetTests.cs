using CsCheck;
using Parley.Server.Channels.OptOuts;

namespace Parley.Tests.Server.Channels.OptOuts;

public sealed class RecipientSetTests
{
    [Fact]
    public void Holds_what_a_plain_set_holds_whatever_comes_and_goes() =>
        Gen.Select(Gen.Bool, Gen.Long[1, 60]).Array[0, 400].Sample(changes =>
        {
            var (set, plain) = (new RecipientSet(), new HashSet<long>());
            foreach (var (add, key) in changes)
            {
                if (add)
                {
                    set.Add(key);
                    plain.Add(key);
                }
                else
                {
                    set.Remove(key);
                    plain.Remove(key);
                }
            }
            return set.Count == plain.Count && Enumerable.Range(0, 70).All(k => set.Contains(k) == plain.Contains(k));
        });

    [Fact]
    public void A_million_take_less_than_a_fifth_of_what_they_may()
    {
        // Of this thread: others do their tests meanwhile. What it grew through counts, too, and is as much again.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var set = new RecipientSet();
        for (var i = 0L; i < 1_000_000; i++) set.Add(27_820_000_000 + (i * 7));
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(1_000_000, set.Count);
        Assert.True(set.Contains(27_820_000_007));
        Assert.False(set.Contains(27_820_000_001));
        Assert.InRange(taken, 16_000_000, 40_000_000);
    }

    [Theory]
    [InlineData("27821234567", 27_821_234_567)]
    [InlineData("999999999999999", 999_999_999_999_999)]
    [InlineData("9999999999999999", 0)]
    [InlineData("SHOP", 0)]
    [InlineData("", 0)]
    public void A_number_is_an_integer(string number, long key) => Assert.Equal(key, RecipientSet.Key(number));
}
