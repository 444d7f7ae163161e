using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Platform;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Operators;

/// <summary>What the resolver said of a number; both null when it knows nothing.</summary>
internal sealed record Resolution(string? Code, string? Name);

/// <summary>
/// Asks the outside resolver (docs/provisioning.md, <c>numberResolver</c>). Its answers are remembered for a while; when
/// it does not answer, it is left alone for some seconds.
/// </summary>
internal sealed class AskResolver(PartnerHttp http, TimeProvider time)
{
    private const int MostRemembered = 50_000;
    private const int MostAtOnce = 64;
    private const int LongestName = 100;
    private const long RestFor = 5 * Micros.PerSecond;

    private readonly ConcurrentDictionary<string, (Resolution Said, long Until)> _remembered = new();
    private int _underWay;
    private long _restUntil;

    /// <summary>Null when it gave no answer in time, or none that can be read.</summary>
    public async Task<Resolution?> Ask(
        NumberResolver resolver, string digits, string country, CancellationToken cancel)
    {
        var now = time.NowMicros();
        if (_remembered.TryGetValue(digits, out var known) && known.Until > now) return known.Said;
        if (now < Volatile.Read(ref _restUntil)) return null;
        if (await Once(resolver, digits, country, cancel) is not { } said)
        {
            // Whoever hangs up himself has learnt nothing of the service.
            if (!cancel.IsCancellationRequested) Volatile.Write(ref _restUntil, time.NowMicros() + RestFor);
            return null;
        }
        if (resolver.RememberSeconds == 0) return said;
        if (_remembered.Count >= MostRemembered) _remembered.Clear();
        _remembered[digits] = (said, now + (resolver.RememberSeconds * Micros.PerSecond));
        return said;
    }

    private async Task<Resolution?> Once(
        NumberResolver resolver, string digits, string country, CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref _underWay) > MostAtOnce) return null;
            var body = JsonSerializer.SerializeToUtf8Bytes(new { msisdn = digits, countryCode = country });
            return Read(await http.Post(
                resolver.Partner, "", body, TimeSpan.FromSeconds(resolver.TimeoutSeconds), cancel));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    internal static Resolution? Read(PartnerAnswer answer)
    {
        if (answer is { Outcome: CallOutcome.Answered, Status: 404 }) return new(null, null);
        if (!answer.Accepted) return null;
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            var (code, name) = (Text(document.RootElement, "mnoCode"), Text(document.RootElement, "mnoName"));
            return code is { Length: < 5 or > 6 } || code?.All(char.IsAsciiDigit) == false ? null : new(code, name);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement said, string name) =>
        said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= LongestName } text && !text.Any(char.IsControl) ? text : null;
}
