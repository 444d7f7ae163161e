using System.Text.Json;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>
/// What an error answer of DT One says of a transaction that was to be made (DVS API 1.23, "API Error Codes"). Only what
/// is documented to be a refusal is taken as one; a server's error, a code of later days and an answer of somebody in
/// between leave the outcome open.
/// </summary>
internal static class DtOneErrors
{
    public const long NotFound = 1008004;

    /// <summary>The first code; null when the answer is none of DT One's.</summary>
    public static long? CodeOf(PartnerAnswer answer) =>
        SupplierJson.Parse(answer.Body) is { ValueKind: JsonValueKind.Object } said
            ? SupplierJson.List(SupplierJson.Inner(said, "errors"), 1)
                .Select(e => SupplierJson.Whole(SupplierJson.Inner(e, "code"))).FirstOrDefault() : null;

    public static SupplierAnswer OfMaking(PartnerAnswer answer) => (answer.Status, CodeOf(answer)) switch
    {
        // Neither looks at what was asked.
        (401, _) => new(VendOutcome.Retryable, "2226"),
        (429, _) => new(VendOutcome.Retryable, "2225"),
        // Somebody has used our reference, and that can only be we: the transaction is there.
        (400, 1007001) => new(VendOutcome.Pending),
        (400, 1000400 or 1003003 or 1005503 or 1006003 or 1006503) => new(VendOutcome.Declined, "2210"),
        (400, 1003002 or 1007500) => new(VendOutcome.Declined, "2214"),
        (400, 1005003) => new(VendOutcome.Declined, "2213"),
        // Another supplier may have what this one hasn't.
        (400, 1006001) => new(VendOutcome.Retryable, "2225"),
        (404, 1003001 or 1005004 or 1005005 or 1005006 or 1006009) => new(VendOutcome.Retryable, "2226"),
        _ => SupplierAnswer.Unheard,
    };
}
