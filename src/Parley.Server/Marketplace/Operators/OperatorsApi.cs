using System.Globalization;
using Parley.Server.Marketplace.Security;

namespace Parley.Server.Marketplace.Operators;

/// <summary>MNO Lookup and Country Prefix Lookup (contract marketplace §5.4).</summary>
internal sealed class OperatorsApi(ResolveOperator resolve)
{
    public static Task<MarketAnswer> Prefixes(MarketCall call)
    {
        var country = call.Fields.Text("countryCode", 2);
        if (call.Problem is { } problem) return Task.FromResult<MarketAnswer>(problem);
        return Task.FromResult(MarketAnswer.Ok(NumberPlan.Prefixes
            .Where(p => country is null || p.CountryCode.Equals(country, StringComparison.OrdinalIgnoreCase))
            .Select(p => new
            {
                countryName = p.CountryName,
                dialingPrefix = p.DialingPrefix,
                countryCode = p.CountryCode,
            })));
    }

    public async Task<MarketAnswer> Operator(MarketCall call)
    {
        var msisdn = call.Fields.Text("msisdn", 32, required: true);
        var calling = call.Fields.Number("countryCallingCode", 3, true);
        var reference = call.Fields.Text("clientTxnRef", 64);
        call.Fields.Number("channelId", 3, false);
        if (call.Problem is { } problem) return problem;
        var digits = msisdn!.TrimStart('+');
        if (!digits.StartsWith(calling!.Value.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            || !digits.All(char.IsAsciiDigit) || NumberPlan.CountryOf(digits, calling.Value) is not { } country)
            return new MarketError(400, "9010", "msisdn: malformed or not of that country");
        var (answered, known) = await resolve.Run(digits, country, call.Cancel);
        if (!answered) return new MarketError(504, "9030", "The resolver of numbers did not answer");
        if (known is not { } found) return new MarketError(400, "9020", "msisdn: operator not identifiable");
        return MarketAnswer.Ok(new
        {
            responseCode = "0000",
            responseMessage = "Found",
            clientTxnRef = reference,
            msisdn = digits,
            countryCallingCode = calling,
            countryCode = country,
            mnoCode = found.Code,
            mnoName = found.Name,
            vendorId = found.VendorId,
        });
    }
}
