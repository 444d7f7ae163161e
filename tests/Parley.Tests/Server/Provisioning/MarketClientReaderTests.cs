using System.Net;
using Parley.Server.Marketplace.Products;
using Parley.Server.Provisioning;
using Parley.Tests.Server.Marketplace.Security;

namespace Parley.Tests.Server.Provisioning;

public sealed class MarketClientReaderTests
{
    [Fact]
    public void Reads_who_may_call_how_often_and_what_buyers_are_told()
    {
        using var authority = new ClientCertificateMaker();
        var client = Read(
            $$"""
            allowedNetworks: [ 203.0.113.0/24, 198.51.100.7 ],
            apis: [ products, reserveAndTransact ], apiLimits: [ { api: products, perSecond: 5 } ],
            certificates: [ { sha256: "{{Fingerprint()}}" },
              { subject: "CN=a, O=b", authorities: [ "{{authority.RootPem.ReplaceLineEndings(" ")}}", "{{authority.Issuer}}" ] } ],
            velocity: [ { seconds: 60, count: 2, answer: "2070" }, { seconds: 3600, amount: 900, currency: NGN } ],
            sms: { language: pt-br, tokenCopy: true, countries: [ { country: KE, language: sw } ],
              templates: [ { event: tokenIssued, text: "{token}" }, { event: giftReceived, language: sw, text: "{product}" } ] }
            """, out var problems);
        Assert.Empty(problems);
        Assert.True(client!.MayCallFrom(IPAddress.Parse("::ffff:198.51.100.7")));
        Assert.False(client.MayCallFrom(IPAddress.Parse("198.51.100.8")));
        Assert.False(client.MayCallFrom(null));
        Assert.True(client.MayUse(MarketApi.ReserveAndTransact));
        Assert.False(client.MayUse(MarketApi.Transact));
        Assert.Equal((5, 0), (client.LimitOf(MarketApi.Products), client.LimitOf(MarketApi.Tokens)));
        Assert.Equal(new string('a', 64), client.Certificates[0].Sha256);
        Assert.Equal([authority.Root, authority.Issuer], client.Certificates[1].Authorities);
        Assert.Equal((60, 2, 0L, "", "2070"), Of(client.Velocity[0]));
        Assert.Equal((3600, 0, 900L, "NGN", "2040"), Of(client.Velocity[1]));
        Assert.Equal("pt-br", client.Sms.Find(SmsEvent.TokenIssued, "KE")!.Language);
        Assert.Equal("{product}", client.Sms.Find(SmsEvent.GiftReceived, "KE")!.Text);
        Assert.Null(client.Sms.Find(SmsEvent.GiftReceived, "NG"));

        static string Fingerprint() => string.Join(':', Enumerable.Repeat("AA", 32));

        static (int, int, long, string, string) Of(VelocityLimit v) =>
            (v.Seconds, v.Count, v.Amount, v.Currency, v.Code);
    }

    [Theory]
    [InlineData("allowedNetworks: [ everywhere ]", "allowedNetworks[0]")]
    [InlineData("apis: [ everything ]", "apis[0]")]
    [InlineData("apis: [ \"3\" ]", "apis[0]")]
    [InlineData("apiLimits: [ { perSecond: 5 } ]", "api: is missing")]
    [InlineData("apiLimits: [ { api: products, perSecond: 0 } ]", "not 1 to")]
    [InlineData("apiLimits: [ { api: products }, { api: products } ]", "stands twice")]
    [InlineData("certificates: [ { sha256: abc } ]", "64 hexadecimal")]
    [InlineData("certificates: [ {} ]", "either it or a subject")]
    [InlineData("certificates: [ { subject: \"CN=a\" } ]", "no root")]
    [InlineData("certificates: [ { subject: \"CN=a\", authorities: [ AAAA ] } ]", "no certificate")]
    [InlineData("certificates: [ { subject: \"nothing=at all=\", authorities: [ AAAA ] } ]", "no name")]
    [InlineData("velocity: [ { count: 5 } ]", "seconds: is missing")]
    [InlineData("velocity: [ { seconds: 60 } ]", "count: is missing")]
    [InlineData("velocity: [ { seconds: 60, amount: 5 } ]", "currency: is missing")]
    [InlineData("velocity: [ { seconds: 60, amount: 5, currency: XXX } ]", "XXX")]
    [InlineData("velocity: [ { seconds: 60, count: 5, answer: \"2010\" } ]", "2040 or 2070")]
    [InlineData("sms: { templates: [ { event: tokenIssued, text: hello } ] }", "{token}")]
    [InlineData("sms: { templates: [ { event: purchaseOk, text: \"{price}\" } ] }", "{price}")]
    [InlineData("sms: { templates: [ { event: purchaseOk, text: a }, { event: purchaseOk, text: b } ] }", "twice")]
    [InlineData("sms: { templates: [ { text: a } ] }", "event: is missing")]
    [InlineData("sms: { language: Eng_lish }", "lower-case")]
    [InlineData("sms: { colour: red }", "colour")]
    public void Says_what_is_wrong_and_where(string more, string problem)
    {
        Assert.Null(Read(more, out var problems));
        Assert.Contains(problems, p => p.Contains(problem, StringComparison.Ordinal));
    }

    private static Client? Read(string more, out IReadOnlyList<string> problems)
    {
        var text = $"marketplace: {{ clients: [ {{ id: 7, secrets: [ x ], {more.ReplaceLineEndings(" ")} }} ] }}";
        var read = ProvisioningFile.Parse(text, "m.yaml", _ => null);
        problems = read.Problems;
        if (read.Document is not { } document) return null;
        var catalogue = new Catalogue();
        catalogue.Replace(document.Marketplace);
        return catalogue.Client(7);
    }
}
