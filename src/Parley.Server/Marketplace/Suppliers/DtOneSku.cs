using System.Globalization;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>What names the recipient at DT One (credit_party_identifier).</summary>
public enum DtOneParty
{
    /// <summary>An E.164 number.</summary>
    Mobile,

    /// <summary>A meter, a smartcard, an account.</summary>
    Account,

    /// <summary>Nobody: the product is a code.</summary>
    None,
}

/// <summary>How the amount of a product with a range is given at DT One (calculation_mode).</summary>
public enum DtOneRange
{
    /// <summary>The product has a fixed value.</summary>
    Fixed,

    /// <summary>In what the recipient gets.</summary>
    Destination,

    /// <summary>In what the sender pays.</summary>
    Source,
}

/// <summary>
/// A product of DT One as a product's <c>sku</c> here: its number, then, each with a colon before it and in any order,
/// <c>destination</c> or <c>source</c> for a range, and <c>account</c> or <c>none</c> when the recipient isn't a mobile
/// number. So a vend needs no look-up that could fail before it.
/// </summary>
public sealed record DtOneSku(int ProductId, DtOneRange Range, DtOneParty Party)
{
    /// <summary>Null when it is none.</summary>
    public static DtOneSku? Parse(string sku)
    {
        var words = sku.Split(':');
        if (!int.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id < 1) return null;
        DtOneRange? range = null;
        DtOneParty? party = null;
        foreach (var word in words[1..])
            switch (word)
            {
                case "destination" or "source" when range is null:
                    range = word == "source" ? DtOneRange.Source : DtOneRange.Destination;
                    break;
                case "mobile" or "account" or "none" when party is null:
                    party = Enum.Parse<DtOneParty>(word, ignoreCase: true);
                    break;
                default:
                    return null;
            }
        return new(id, range ?? DtOneRange.Fixed, party ?? DtOneParty.Mobile);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{ProductId}")
        + (Range == DtOneRange.Fixed ? "" : Range == DtOneRange.Source ? ":source" : ":destination")
        + (Party == DtOneParty.Mobile ? "" : Party == DtOneParty.Account ? ":account" : ":none");
}
