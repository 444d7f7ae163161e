using Parley.Server.Channels.Messages;
using Parley.Server.Web;

namespace Parley.Server.Channels.Numbers;

/// <summary>What an operator may ask about numbers: <c>/admin/v1/countries</c>, <c>/admin/v1/numbers/…</c>.</summary>
internal static class NumbersApi
{
    public static void MapNumbers(this IEndpointRouteBuilder app)
    {
        var admin = app.MapAdministration();
        admin.MapGet("/countries", (CountryRules rules) => new { rules = rules.All.Select(Out) })
            .WithSummary("The countries' rules in force.");
        admin.MapGet("/numbers/{number}", (CountryRules rules, TimeZones zones, string number) =>
                number.Length <= 15 && number.All(char.IsAsciiDigit)
                    ? Results.Ok(new NumberOut(
                        number, Countries.Of(number), TestNumbers.Are(number), [.. zones.Of(number).Select(z => z.Id)],
                        rules.Of(number) is { } rule ? Out(rule) : null))
                    : Results.Json(new { error = "a number has at most 15 digits" }, statusCode: 400))
            .WithSummary("A number's country, clock and rules.");
    }

    private static CountryRuleOut Out(CountryRule r) => new(
        r.Place, Word(r.Names), Word(r.TwoWay), r.StopCommands ? "needed" : "free", Word(r.Registration));

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

internal sealed record CountryRuleOut(
    string Place, string Names, string TwoWay, string StopCommands, string Registration);

internal sealed record NumberOut(
    string Number, string? Country, bool TestNumber, string[] TimeZones, CountryRuleOut? Rule);
