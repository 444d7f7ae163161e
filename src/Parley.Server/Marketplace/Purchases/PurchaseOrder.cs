using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Security;
using Parley.Server.Marketplace.Terms;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>What a client asks for, as it is read off the request (contract marketplace §5.8, §5.9).</summary>
internal sealed record PurchaseOrder
{
    public required Purchase Purchase { get; init; }

    /// <summary>False when the fee was left out.</summary>
    public bool HasFee { get; init; }

    public string? CurrencyCode { get; init; }

    /// <summary>For the bank only: it is not kept.</summary>
    public string? AuthCode { get; init; }

    /// <summary>Reads the fields; null when <see cref="Fields.Problem"/> says why.</summary>
    public static PurchaseOrder? Read(Fields fields, Client client, PurchaseKind kind)
    {
        var reserving = kind == PurchaseKind.ReserveAndTransact;
        if (reserving && fields.Has("reserveFundsTxnRef"))
            fields.Wrong("reserveFundsTxnRef", "not allowed: the funds are reserved by this call");
        var purchase = new Purchase
        {
            ClientId = client.Id,
            Kind = (long)kind,
            ClientRef = fields.Text("clientTxnRef", 64, required: true) ?? "",
            ProductId = fields.Number("productId", 5, true) ?? 0,
            PurchaseAmount = fields.Whole("purchaseAmount", 12, true) ?? 0,
            FeeAmount = fields.Whole("feeAmount", 12, false) ?? 0,
            ChannelId = fields.Number("channelId", 2, true) ?? 0,
            ChannelName = fields.Text("channelName", 64, required: true) ?? "",
            SessionId = Visible(fields, "channelSessionId") ?? "",
            Source = fields.Identifier("sourceIdentifier", true) ?? "",
            Target = fields.Identifier("targetIdentifier", true) ?? "",
            Account = fields.Text("accountIdentifier", 64),
            GivenReserveRef = reserving ? null : fields.Text("reserveFundsTxnRef", 64, required: true),
            FundingSourceId = reserving
                ? fields.Number("fundingSourceId", 9, false) ?? client.FundingSources[0] : null,
            SentAt = fields.Time("timestamp"),
        };
        var order = new PurchaseOrder
        {
            Purchase = purchase,
            HasFee = fields.Has("feeAmount"),
            CurrencyCode = fields.Text("currencyCode", 3),
            AuthCode = fields.Text("authCode", 64),
        };
        return fields.Problem is null ? order : null;
    }

    /// <summary>What makes it no order at all: nothing is recorded.</summary>
    public MarketError? Unsound(Client client, Product product)
    {
        var channel = (int)Purchase.ChannelId;
        if (!product.IsSoldOn(channel) || (client.Channels.Count > 0 && !client.Channels.Contains(channel))
            || !Wire.Channels.Contains(channel)) return MarketError.Invalid("channelId: not configured");
        if (CurrencyCode is { } currency && currency != product.Currency)
            return MarketError.Invalid("currencyCode: not the product's");
        if (product.Target == TargetKind.Msisdn && !IsMsisdn(Purchase.Target))
            return MarketError.Invalid("targetIdentifier: must be an MSISDN in international format");
        if (Purchase.IsReserving && !client.FundingSources.Contains((int)Purchase.FundingSourceId!.Value))
            return MarketError.Invalid("fundingSourceId: unknown");
        var amount = Purchase.PurchaseAmount;
        return amount >= product.Least && amount <= product.Most && (amount - product.Least) % product.Increment != 0
            ? MarketError.Invalid($"purchaseAmount: not a multiple of {product.Increment} above {product.Least}")
                : null;
    }

    /// <summary>What is refused and recorded; null when it may go on.</summary>
    public string? Refused(Client client, Product product, Quote quote)
    {
        if (client.BlockedSources.Contains(Purchase.Source)) return "2070";
        if (Purchase.PurchaseAmount < product.Least) return "2050";
        if (Purchase.PurchaseAmount > product.Most) return "2040";
        return !HasFee || Purchase.FeeAmount != quote.Fee ? "2055" : null;
    }

    private static bool IsMsisdn(string text) =>
        text.Length is >= 8 and <= 15 && text[0] != '0' && text.All(char.IsAsciiDigit);

    private static string? Visible(Fields fields, string name)
    {
        var text = fields.Text(name, 64, required: true);
        if (text is null || text.All(c => c is > ' ' and <= '~')) return text;
        fields.Wrong(name, "must be visible ASCII");
        return null;
    }
}
