using System.Collections.Concurrent;
using System.Text.Json;
using Parley.Platform;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Operators;

/// <summary>What somebody else says of a number.</summary>
internal enum Resolved
{
    /// <summary>The operator is told.</summary>
    Found,

    /// <summary>Nothing is known of it.</summary>
    Unknown,

    /// <summary>Nobody is asked.</summary>
    NotAsked,

    /// <summary>No answer in time, or none that could be read.</summary>
    NoAnswer,
}

/// <summary>The word on a number; code and name as far as they are said.</summary>
internal sealed record Resolution(Resolved Outcome, string? Code = null, string? Name = null);

/// <summary>
/// Asks an HTTP service whose number it is: <c>GET url?msisdn=…&amp;countryCode=…</c>, answered by 200 with <c>mnoCode</c> or
/// <c>mnoName</c>, or by 404. Answers are remembered for a while; after no answer it is left alone for some seconds.
/// </summary>
internal sealed class NumberResolver(PartnerHttp http, Catalogue catalogue, TimeProvider time)
{
    private const int MostRemembered = 50_000;
    private const int MostAtOnce = 64;
    private const long RestFor = 5 * Micros.PerSecond;

    private readonly ConcurrentDictionary<string, (Resolution Answer, long Until)> _answers = new();
    private int _underWay;
    private long _restUntil;

    public async Task<Resolution> Ask(string digits, string country, CancellationToken cancel)
    {
        if (catalogue.Resolver is not { } resolver) return new(Resolved.NotAsked);
        var now = time.NowMicros();
        if (_answers.TryGetValue(digits, out var known) && known.Until > now) return known.Answer;
        if (now < Volatile.Read(ref _restUntil)) return new(Resolved.NoAnswer);
        var answer = await Once(resolver, digits, country, cancel);
        if (answer.Outcome == Resolved.NoAnswer)
        {
            // Whoever hangs up himself has learnt nothing of the service.
            if (!cancel.IsCancellationRequested) Volatile.Write(ref _restUntil, now + RestFor);
            return answer;
        }
        if (resolver.RememberSeconds == 0) return answer;
        if (_answers.Count >= MostRemembered) _answers.Clear();
        _answers[digits] = (answer, now + (resolver.RememberSeconds * Micros.PerSecond));
        return answer;
    }

    private async Task<Resolution> Once(
        NumberResolution resolver, string digits, string country, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _underWay) > MostAtOnce)
        {
            Interlocked.Decrement(ref _underWay);
            return new(Resolved.NoAnswer);
        }
        try
        {
            var joint = resolver.Partner.Url.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var call = new PartnerCall(HttpMethod.Get, $"{joint}msisdn={digits}&countryCode={country}");
            var within = TimeSpan.FromMilliseconds(resolver.TimeoutMs);
            return Read(await http.Send(resolver.Partner, call, within, cancel));
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }

    internal static Resolution Read(PartnerAnswer answer)
    {
        if (answer is { Outcome: CallOutcome.Answered, Status: 404 }) return new(Resolved.Unknown);
        if (answer is not { Outcome: CallOutcome.Answered, Status: 200 }) return new(Resolved.NoAnswer);
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            var (code, name) = (Text(document, "mnoCode", 6), Text(document, "mnoName", 100));
            return code is null && name is null ? new(Resolved.Unknown) : new(Resolved.Found, code, name);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return new(Resolved.NoAnswer);
        }
    }

    private static string? Text(JsonDocument document, string name, int most) =>
        document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 } text && text.Length <= most && !text.Any(char.IsControl)
            ? text : null;
}
