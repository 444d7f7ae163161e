using System.Text.Json;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Banks;

/// <summary>The HTTP bank interface of the contract (§5.10, §5.11).</summary>
public sealed class HttpBank(PartnerHttp http) : IBank
{
    private static readonly TimeSpan ResultWithin = TimeSpan.FromSeconds(20);

    /// <summary>What a bank may say; anything else is 2090.</summary>
    private static readonly string[] Codes = ["2010", "2020", "2030", "2040", "2050", "2060", "2070", "2080", "2090"];

    public async Task<ReserveAnswer> Reserve(
        FundingSource source, byte[] request, string reference, CancellationToken cancel)
    {
        var within = TimeSpan.FromSeconds(source.TimeoutSeconds);
        var answer = await http.Post(source.Reserve, "", request, within, cancel);
        if (answer.Outcome == CallOutcome.NotSent) answer =
            await http.Post(source.Reserve, "", request, within, cancel);
        return answer.Outcome == CallOutcome.Answered ? Read(answer, reference) : new("2060", null, false);
    }

    public async Task<ResultAnswer> Tell(Partner to, byte[] result, CancellationToken cancel)
    {
        var answer = await http.Post(to, "", result, ResultWithin, cancel);
        var said = answer.Outcome == CallOutcome.Answered ? $"HTTP {answer.Status}" : answer.Error;
        var hourly = answer.Status is >= 400 and < 500 and not (408 or 425 or 429);
        return new(answer.Accepted, hourly, said);
    }

    internal static ReserveAnswer Read(PartnerAnswer answer, string reference)
    {
        var unusable = new ReserveAnswer("2090", null, false);
        if (answer.Status != 200) return unusable;
        try
        {
            using var document = JsonDocument.Parse(answer.Body);
            if (Text(document, "raasTxnRef") is { } echo && echo != reference) return unusable;
            var code = Text(document, "responseCode");
            if (code == "0000")
                return Text(document, "reserveFundsTxnRef") is { Length: > 0 and <= 64 } held
                    && !held.Any(char.IsControl)
                    ? new("0000", held, true) : unusable;
            // 2060 is the bank's own doubt: a hold may stand.
            return code is null ? unusable : Codes.Contains(code) ? new(code, null, code != "2060")
                : new("2090", null, true);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return unusable;
        }
    }

    private static string? Text(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;
}
