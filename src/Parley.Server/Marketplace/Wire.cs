using System.Globalization;
using Parley.Platform;

namespace Parley.Server.Marketplace;

/// <summary>How values stand on the wire (contract marketplace §4).</summary>
internal static class Wire
{
    /// <summary>The channels there are (§4.2).</summary>
    public static IReadOnlyList<int> Channels { get; } = [1, 2, 3, 4, 6, 7, 8];

    /// <summary>UTC with milliseconds and Z.</summary>
    public static string Time(long micros) =>
        Micros.ToTime(micros).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);

    /// <summary>Our reference of a purchase: its id as a UUID with hyphens.</summary>
    public static string Reference(string id) => Guid.ParseExact(id, "N").ToString("D");

    /// <summary>The id behind a reference; null when it is none of ours.</summary>
    public static string? IdOf(string reference) =>
        Guid.TryParseExact(reference, "D", out var id) ? id.ToString("N") : null;
}
