using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Operators;

/// <summary>
/// Whose number it is: what was imported for ported numbers, then the catalogue's own prefixes, then whoever is asked
/// outside, then the number plan.
/// </summary>
internal sealed class FindOperator(
    NumberPlan plan, PortedNumbers ported, NumberResolver resolver, Catalogue catalogue)
{
    /// <summary>The operator; null with 9020 (nothing tells it) or 9030 (who could tell it did not answer).</summary>
    public async Task<(FoundOperator? Found, string Code)> Run(
        string digits, string country, CancellationToken cancel)
    {
        if (await ported.Find(digits, cancel) is { } code && ByCode(code) is { } moved) return (moved, "0000");
        if (plan.Own(digits) is { } own) return (own, "0000");
        var said = await resolver.Ask(digits, country, cancel);
        if (said.Outcome == Resolved.Found && Named(said, country) is { } resolved) return (resolved, "0000");
        var unanswered = said.Outcome == Resolved.NoAnswer;
        if (unanswered && catalogue.Resolver is { Fallback: false }) return (null, "9030");
        return plan.OfRange(digits) is { } found ? (found, "0000") : (null, unanswered ? "9030" : "9020");
    }

    private FoundOperator? ByCode(string code) =>
        catalogue.Operators.FirstOrDefault(o => o.Code == code) is { } known
            ? new(known.Code, known.Name, known.VendorId) : null;

    private FoundOperator? Named(Resolution said, string country)
    {
        if (said.Code is { } code && ByCode(code) is { } known) return known;
        if (said.Name is not { } name) return null;
        return plan.Named(name, country) ?? new(null, name, null);
    }
}
