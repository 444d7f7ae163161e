using System.Text.Json;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Operators;

/// <summary>What became of asking for a number's operator; the operator is null when nobody knows it.</summary>
internal readonly record struct Resolved(bool Answered, FoundOperator? Operator);

/// <summary>
/// Whose number it is now: what is provisioned, then the outside resolver, where there is one, then the number plan. A resolver
/// that does not answer is no reason to guess.
/// </summary>
internal sealed class ResolveOperator(NumberPlan plan, Catalogue catalogue, PartnerHttp http)
{
    private const int LongestName = 100;

    public async Task<Resolved> Run(string digits, string country, CancellationToken cancel)
    {
        if (plan.Ported(digits) is { } own) return new(true, own);
        if (catalogue.Resolver is not { } resolver) return new(true, plan.ByRange(digits));
        var body = JsonSerializer.SerializeToUtf8Bytes(new { msisdn = digits, countryCode = country });
        var answer = await http.Post(
            resolver.Partner, "", body, TimeSpan.FromSeconds(resolver.TimeoutSeconds), cancel);
        if (!answer.Accepted || !TryRead(answer.Body, out var found)) return new(false, null);
        return new(true, found ?? plan.ByRange(digits));
    }

    /// <summary>False for what can't be read; the operator is null when the resolver knows of none.</summary>
    private bool TryRead(byte[] body, out FoundOperator? found)
    {
        found = null;
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return false;
            if (Text(document.RootElement, "mnoCode") is not { } code) return true;
            if (code.Length is < 5 or > 6 || !code.All(char.IsAsciiDigit)) return false;
            var known = catalogue.Operators.FirstOrDefault(o => o.Code == code);
            found = new(code, known?.Name ?? Text(document.RootElement, "mnoName") ?? code, known?.VendorId);
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static string? Text(JsonElement said, string name) =>
        said.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.GetString() is { Length: > 0 and <= LongestName } text && !text.Any(char.IsControl) ? text : null;
}
