using Parley.Platform;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Tenants;

namespace Parley.Server.Marketplace.Notifications;

/// <summary>An SMS about a purchase.</summary>
internal sealed record Notice(SmsEvent Event, string To, string Text);

/// <summary>Who is told what of a purchase that ended (contract marketplace §11), without any I/O.</summary>
internal static class Notices
{
    private static readonly SmsTemplate TokenText = new(
        SmsEvent.TokenIssued, "en", "{product}: {token} ({currency} {amount} for {target})");

    /// <summary>What is due; the token is null when none was sold.</summary>
    public static IReadOnlyList<Notice> Of(
        Client client, Product? product, Purchase purchase, PurchaseState at, string? token)
    {
        List<Notice> notices = [];
        var country = product?.Country ?? "";
        if (at == PurchaseState.Failed)
        {
            Add(SmsEvent.PurchaseFailed, purchase.Source);
            return notices;
        }
        if (at != PurchaseState.Succeeded) return notices;
        var gift = product?.Target == TargetKind.Msisdn && purchase.Target != purchase.Source
            ? client.Sms.Find(SmsEvent.GiftReceived, country) : null;
        if (token is not null)
        {
            var holder = product?.Target == TargetKind.Msisdn ? purchase.Target : purchase.Source;
            var text = client.Sms.Find(SmsEvent.TokenIssued, country) ?? TokenText;
            var given = gift is not null && gift.Text.Contains("{token}", StringComparison.Ordinal) ? gift : text;
            notices.Add(new(given.Event, holder, Fill(given)));
            if (holder == purchase.Source) return notices;
            if (client.Sms.TokenCopy && IsNumber(purchase.Source))
                notices.Add(new(SmsEvent.TokenIssued, purchase.Source, Fill(text)));
        }
        else if (gift is not null) notices.Add(new(gift.Event, purchase.Target, Fill(gift)));
        if (notices.All(n => n.To != purchase.Source)) Add(SmsEvent.PurchaseOk, purchase.Source);
        return notices;

        void Add(SmsEvent about, string to)
        {
            if (client.Sms.Find(about, country) is { } text && IsNumber(to)) notices.Add(new(about, to, Fill(text)));
        }

        string Fill(SmsTemplate text) => text.Fill(place => ValueOf(place, purchase, token));
    }

    /// <summary>True when a purchase that ended so may have something to tell; what, is found later.</summary>
    public static bool MayBeDue(Client client, PurchaseState at, bool hasToken) => client.IntegrationId.Length > 0
        && at switch
        {
            PurchaseState.Succeeded => hasToken || client.Sms.Tells(SmsEvent.PurchaseOk)
                || client.Sms.Tells(SmsEvent.GiftReceived),
            PurchaseState.Failed => client.Sms.Tells(SmsEvent.PurchaseFailed),
            _ => false,
        };

    /// <summary>A buyer may be known by something that is no number of a phone.</summary>
    private static bool IsNumber(string text) =>
        text.Length is >= 8 and <= 15 && text[0] != '0' && text.All(char.IsAsciiDigit);

    private static string ValueOf(string place, Purchase p, string? token) => place switch
    {
        "amount" => Currency.Format(p.PurchaseAmount, p.Currency),
        "fee" => Currency.Format(p.FeeAmount, p.Currency),
        "total" => Currency.Format(p.Amounts.Reserve, p.Currency),
        "currency" => p.Currency,
        "product" => p.ProductName,
        "token" => token ?? "",
        "reference" => p.Reference,
        "clientReference" => p.ClientRef,
        "source" => p.Source,
        "target" => p.Target,
        _ => "",
    };
}
