using System.Globalization;
using Parley.Platform;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>A day in UTC: a purchase settles on the day of its final outcome (contract marketplace §8).</summary>
internal readonly record struct SettlementDay(DateOnly Date)
{
    private const string Form = "yyyy-MM-dd";

    /// <summary>Its first moment, in microseconds UTC.</summary>
    public long From => Micros.FromTime(new DateTimeOffset(Date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero));

    /// <summary>The first moment after it.</summary>
    public long Until => Next.From;

    public SettlementDay Next => new(Date.AddDays(1));

    public static SettlementDay Of(long micros) => new(DateOnly.FromDateTime(Micros.ToTime(micros).UtcDateTime));

    /// <summary>Null when the text is no day from 2000 to 2999, written 2026-11-25.</summary>
    public static SettlementDay? Parse(string? text) =>
        DateOnly.TryParseExact(text, Form, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date.Year is >= 2000 and < 3000 ? new(date) : null;

    /// <summary>True when nothing can become final in it any more.</summary>
    public bool IsClosed(long now, TimeSpan grace) => now >= Until + Micros.From(grace);

    public override string ToString() => Date.ToString(Form, CultureInfo.InvariantCulture);
}
