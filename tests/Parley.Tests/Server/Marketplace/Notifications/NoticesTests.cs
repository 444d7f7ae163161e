using Parley.Server.Marketplace.Notifications;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Server.Marketplace.Notifications;

public sealed class NoticesTests
{
    private const string Buyer = "2348030000111", Friend = "2348030000222";

    private static readonly SmsSettings Texts = new()
    {
        Countries = [new("CI", "fr")],
        Templates =
        [
            new(SmsEvent.TokenIssued, "en", "{product} {token} {reference}"),
            new(SmsEvent.TokenIssued, "fr", "Votre code {token}"),
            new(SmsEvent.PurchaseOk, "en", "Paid {total} {currency}: {amount} and {fee}"),
            new(SmsEvent.PurchaseFailed, "en", "No {product} for {target}"),
            new(SmsEvent.GiftReceived, "en", "{source} sent you {product}"),
        ],
    };

    [Fact]
    public void A_token_goes_to_whom_it_is_for_and_without_a_text_of_its_own_in_ours()
    {
        var plain = Of(new SmsSettings(), TargetKind.Meter, "45701122334", token: "1111-2222");
        Assert.Equal([(Buyer, "Power: 1111-2222 (NGN 2000.00 for 45701122334)")], plain);
        var voucher = Of(new SmsSettings(), TargetKind.Msisdn, Friend, token: "1111-2222");
        Assert.Equal([(Friend, "Power: 1111-2222 (NGN 2000.00 for 2348030000222)")], voucher);
        Assert.Equal([(Buyer, "Power 1111-2222 00000000-0000-0000-0000-00000000000a")],
            Of(Texts, TargetKind.Meter, "45701122334", token: "1111-2222"));
    }

    [Fact]
    public void The_country_of_the_product_chooses_the_language_and_the_clients_own_stands_in()
    {
        Assert.Equal([(Buyer, "Votre code 9")], Of(Texts, TargetKind.Meter, "4570", token: "9", country: "CI"));
        Assert.Equal(
            [(Buyer, "Paid 2100.00 NGN: 2000.00 and 100.00")], Of(Texts, TargetKind.Meter, "4570", country: "CI"));
    }

    [Fact]
    public void The_buyer_gets_a_copy_of_a_token_for_somebody_else_where_that_is_wanted()
    {
        var copy = Texts with { TokenCopy = true };
        var told = Of(copy, TargetKind.Msisdn, Friend, token: "9");
        Assert.Equal([Friend, Buyer], told.Select(t => t.To));
        Assert.All(told, t => Assert.Contains(" 9 ", t.Text, StringComparison.Ordinal));
        // Instead he is told that it went well.
        Assert.Equal([Friend, Buyer], Of(Texts, TargetKind.Msisdn, Friend, token: "9").Select(t => t.To));
        Assert.StartsWith("Paid", Of(Texts, TargetKind.Msisdn, Friend, token: "9")[1].Text, StringComparison.Ordinal);
        // Who is no phone gets nothing.
        Assert.Equal([Friend], Of(copy, TargetKind.Msisdn, Friend, token: "9", source: "account7").Select(t => t.To));
    }

    [Fact]
    public void A_gift_is_announced_to_who_gets_it_and_a_purchase_for_oneself_is_none()
    {
        Assert.Equal([(Friend, "2348030000111 sent you Power"), (Buyer, "Paid 2100.00 NGN: 2000.00 and 100.00")],
            Of(Texts, TargetKind.Msisdn, Friend));
        Assert.Equal([(Buyer, "Paid 2100.00 NGN: 2000.00 and 100.00")], Of(Texts, TargetKind.Msisdn, Buyer));
        Assert.Empty(Of(new SmsSettings(), TargetKind.Msisdn, Friend));
        var given = Texts with { Templates = [new(SmsEvent.GiftReceived, "en", "{source} gave you {token}")] };
        Assert.Equal([(Friend, "2348030000111 gave you 9")], Of(given, TargetKind.Msisdn, Friend, token: "9"));
    }

    [Fact]
    public void A_failure_is_told_to_the_buyer_once_it_was_accepted()
    {
        Assert.Equal([(Buyer, "No Power for 4570")], Of(Texts, TargetKind.Meter, "4570", at: PurchaseState.Failed));
        Assert.Empty(Of(new SmsSettings(), TargetKind.Meter, "4570", at: PurchaseState.Failed));
        foreach (var at in (PurchaseState[])
            [PurchaseState.Refused, PurchaseState.ReserveDeclined, PurchaseState.ReserveUnknown,
                PurchaseState.VendPending])
            Assert.Empty(Of(Texts, TargetKind.Meter, "4570", at: at));
    }

    [Fact]
    public void What_is_filled_in_is_not_filled_again()
    {
        var odd = new SmsSettings { Templates = [new(SmsEvent.TokenIssued, "en", "{token} {target}")] };
        Assert.Equal([(Buyer, "{target}{x} 4570")], Of(odd, TargetKind.Meter, "4570", token: "{target}{x}"));
    }

    [Theory]
    [InlineData(SmsEvent.TokenIssued, "no code", "does not tell")]
    [InlineData(SmsEvent.PurchaseOk, "{token}", "may not tell")]
    [InlineData(SmsEvent.PurchaseFailed, "{balance}", "{balance}")]
    [InlineData(SmsEvent.GiftReceived, "{token} of {source}", null)]
    public void A_text_is_looked_at_before_it_is_used(SmsEvent about, string text, string? problem)
    {
        var found = new SmsTemplate(about, "en", text).Problem;
        if (problem is null) Assert.Null(found);
        else Assert.Contains(problem, found!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_is_only_owed_where_something_may_be_told()
    {
        var silent = new Client { Id = 1 };
        var usual = silent with { IntegrationId = "shop" };
        var telling = usual with { Sms = Texts };
        Assert.False(Notices.MayBeDue(silent, PurchaseState.Succeeded, true));
        Assert.True(Notices.MayBeDue(usual, PurchaseState.Succeeded, true));
        Assert.False(Notices.MayBeDue(usual, PurchaseState.Succeeded, false));
        Assert.False(Notices.MayBeDue(usual, PurchaseState.Failed, false));
        Assert.True(Notices.MayBeDue(telling, PurchaseState.Succeeded, false));
        Assert.True(Notices.MayBeDue(telling, PurchaseState.Failed, false));
        Assert.False(Notices.MayBeDue(telling, PurchaseState.ReserveDeclined, false));
    }

    private static List<(string To, string Text)> Of(
        SmsSettings sms, TargetKind kind, string target, string? token = null, string country = "NG",
        string source = Buyer, PurchaseState at = PurchaseState.Succeeded)
    {
        var product = new Product
        {
            Id = 1,
            TypeId = 1,
            Description = "",
            ShortDescription = "",
            VendorId = 1,
            Country = country,
            Currency = "NGN",
            Least = 1,
            Most = 1,
            Target = kind,
            Routes = [],
        };
        var purchase = new Purchase
        {
            Id = "0000000000000000000000000000000a",
            Source = source,
            Target = target,
            ProductName = "Power",
            Currency = "NGN",
            PurchaseAmount = 200_000,
            FeeAmount = 10_000,
        };
        var client = new Client { Id = 1, IntegrationId = "shop", Sms = sms };
        return [.. Notices.Of(client, product, purchase, at, token).Select(n => (n.To, n.Text))];
    }
}
