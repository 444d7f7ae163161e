using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Terms;

/// <summary>The amounts of one sale in minor units (contract marketplace §4.3, §8).</summary>
public sealed record Quote(long Purchase, long Fee, long Discount, long ClientShare)
{
    /// <summary>What the funding source holds.</summary>
    public long Reserve => Purchase + Fee;

    /// <summary>What is asked of the supplier.</summary>
    public long Vend => Purchase;

    /// <summary>What the client owes us.</summary>
    public long Settlement => Reserve - ClientShare;

    /// <summary>What we owe the supplier.</summary>
    public long ToSupplier => Vend - Discount;

    /// <summary>What stays with us; negative when the client's share is larger than fee and discount.</summary>
    public long Gross => Settlement - ToSupplier;

    /// <summary>Reckons the amounts of a purchase under a contract's row.</summary>
    public static Quote Of(TermsRow terms, long purchase)
    {
        var fee = terms.FeeTiers.Count == 0
            ? terms.FeeFlat + Part(purchase, terms.FeeBasisPoints)
            : (terms.FeeTiers.FirstOrDefault(t => purchase <= t.UpTo) ?? terms.FeeTiers[^1]).Fee;
        var discount = Part(purchase, terms.DiscountBasisPoints);
        var share = terms.ShareBasis switch
        {
            ShareBasis.Discount => Part(discount, terms.ShareBasisPoints),
            ShareBasis.Purchase => Part(purchase, terms.ShareBasisPoints),
            _ => terms.ShareFlat,
        };
        return new(purchase, fee, discount, Math.Min(share, purchase + fee));
    }

    /// <summary>Half up, in whole minor units: 10^12 times 10^4 fits.</summary>
    private static long Part(long amount, int basisPoints) => ((amount * basisPoints) + 5_000) / 10_000;
}
