using Microsoft.Extensions.Logging;
using PhoneNumbers;

namespace Parley.Server.Channels.Numbers;

/// <summary>
/// Where a number's clock stands. Asked only for integrations with quiet hours; the library's table is read at the first
/// question. A number whose place nobody knows has the clock of UTC.
/// </summary>
internal sealed partial class TimeZones(ILogger<TimeZones> log)
{
    private static readonly IReadOnlyList<TimeZoneInfo> Utc = [TimeZoneInfo.Utc];
    private readonly Lazy<PhoneNumberToTimeZonesMapper> _mapper = new(PhoneNumberToTimeZonesMapper.GetInstance);
    private int _said;

    /// <summary>At least one; several where the digits don't tell (mobile numbers of a country with several zones).</summary>
    public IReadOnlyList<TimeZoneInfo> Of(string number)
    {
        if (Countries.Of(number) is not { } country) return Utc;
        var code = Countries.Prefixes(country)[0];
        if (code[0] is '1' or '7') code = code[..1];
        if (number.Length <= code.Length || !ulong.TryParse(number.AsSpan(code.Length), out var rest)) return Utc;
        // Not the question for valid numbers: new ranges and test numbers have clocks, too.
        var names = _mapper.Value.GetTimeZonesForGeographicalNumber(
            new PhoneNumber.Builder().SetCountryCode(int.Parse(code)).SetNationalNumber(rest).Build());
        var zones = new List<TimeZoneInfo>(names.Count);
        foreach (var name in names)
            if (Find(name) is { } zone) zones.Add(zone);
        return zones.Count > 0 ? zones : Utc;
    }

    private TimeZoneInfo? Find(string name)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        if (name != "Etc/Unknown" && Interlocked.Exchange(ref _said, 1) == 0) Missing(log, name);
        return null;
    }

    [LoggerMessage(
        LogLevel.Error, "The system does not know the time zone {Name}: is tzdata installed? UTC stands in for it")]
    private static partial void Missing(ILogger log, string name);
}
