using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Parley.Platform;

namespace Parley.Tests.Platform;

public sealed class IdsTests
{
    [Fact]
    public void Ids_ascend_strictly_whatever_the_clock_does() =>
        Gen.Int[-5_000, 5_000].Array[1, 200].Sample(jumps =>
        {
            var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
            var ids = new Ids(new Shifted(clock, jumps), new Random(1));
            var made = jumps.Select(_ => ids.Next()).ToList();
            Assert.Equal(made.Distinct().Order(StringComparer.Ordinal), made);
            Assert.All(made, id => Assert.True(Ids.IsId(id)));
        });

    [Fact]
    public void An_id_is_a_UUID_of_version_7_and_says_its_time()
    {
        var time = new DateTimeOffset(2026, 11, 25, 1, 2, 3, 4, TimeSpan.Zero);
        var id = new Ids(new FakeTimeProvider(time), new Random(1)).Next();
        var uuid = Guid.ParseExact(id, "n");
        Assert.Equal(7, uuid.Version);
        Assert.Equal(8, uuid.Variant & 0xC);
        Assert.Equal(time.ToUnixTimeMilliseconds(), Convert.ToInt64(id[..12], 16));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef", false)]
    [InlineData("0123456789abcdef0123456789abcde", false)]
    [InlineData("0123456789abcdef0123456789abcdefa", false)]
    [InlineData("0123456789abcdef0123456789abcde'", false)]
    public void Knows_the_form_of_an_id(string text, bool isId) => Assert.Equal(isId, Ids.IsId(text));

    /// <summary>Jumps by so many milliseconds at each look.</summary>
    private sealed class Shifted(FakeTimeProvider clock, int[] jumps) : TimeProvider
    {
        private int _looks;

        public override DateTimeOffset GetUtcNow() =>
            clock.GetUtcNow().AddMilliseconds(jumps[_looks++ % jumps.Length]);
    }
}
