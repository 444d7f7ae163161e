using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Operators;

/// <summary>What became of asking for a number's operator; the operator is null when nobody knows it.</summary>
internal readonly record struct Resolved(bool Answered, FoundOperator? Operator);

/// <summary>
/// Whose number it is now: what was imported for ported numbers, what is provisioned, then the outside resolver, where
/// there is one, then the number plan. A resolver that does not answer is no reason to guess, unless it is set to be one.
/// </summary>
internal sealed class ResolveOperator(
    NumberPlan plan, PortedNumbers ported, AskResolver resolver, Catalogue catalogue)
{
    public async Task<Resolved> Run(string digits, string country, CancellationToken cancel)
    {
        if (await ported.Find(digits, cancel) is { } code) return new(true, ByCode(code, null));
        if (plan.Ported(digits) is { } own) return new(true, own);
        if (catalogue.Resolver is not { } settings) return new(true, plan.ByRange(digits));
        if (await resolver.Ask(settings, digits, country, cancel) is not { } said)
            return settings.Fallback && plan.ByRange(digits) is { } guessed ? new(true, guessed) : new(false, null);
        return new(true, Told(said, country) ?? plan.ByRange(digits));
    }

    private FoundOperator? Told(Resolution said, string country)
    {
        if (said.Code is { } code) return ByCode(code, said.Name);
        if (said.Name is not { } name) return null;
        var known = catalogue.Operators.FirstOrDefault(o => o.Country == country
            && o.PlanNames.Append(o.Name).Contains(name, StringComparer.OrdinalIgnoreCase));
        return new(known?.Code, known?.Name ?? name, known?.VendorId);
    }

    private FoundOperator ByCode(string code, string? name)
    {
        var known = catalogue.Operators.FirstOrDefault(o => o.Code == code);
        return new(code, known?.Name ?? name ?? code, known?.VendorId);
    }
}
