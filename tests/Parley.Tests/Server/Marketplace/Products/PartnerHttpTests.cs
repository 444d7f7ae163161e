using System.Text;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Marketplace.Products;
using Parley.Tests.Server.Web;

namespace Parley.Tests.Server.Marketplace.Products;

/// <summary>How we prove to banks and suppliers that it is us.</summary>
public sealed class PartnerHttpTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly PartnerHttp _http;

    public PartnerHttpTests() => _http = new(_clock);

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_token_is_fetched_once_for_all_and_again_shortly_before_it_expires()
    {
        await using var bank = await TokenBank.Start();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
            Assert.True((await Reserve(bank.Partner())).Accepted)));
        Assert.Equal((1, 20), (bank.Fetched, bank.Done));
        Assert.Equal("grant_type=client_credentials&scope=reserve", bank.Form);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("us%3A1:s%26cret")), bank.FetchedWith);
        _clock.Advance(TimeSpan.FromSeconds(269));
        await Reserve(bank.Partner());
        Assert.Equal(1, bank.Fetched);
        _clock.Advance(TimeSpan.FromSeconds(2));
        await Reserve(bank.Partner());
        Assert.Equal((2, 22), (bank.Fetched, bank.Done));
        await Reserve(bank.Partner(inForm: true));
        Assert.Equal(
            ("grant_type=client_credentials&scope=reserve&client_id=us%3A1&client_secret=s%26cret", ""),
            (bank.Form, bank.FetchedWith));
    }

    [Fact]
    public async Task A_token_that_was_withdrawn_is_fetched_once_more_and_the_reservation_is_made_once()
    {
        await using var bank = await TokenBank.Start();
        await Reserve(bank.Partner());
        bank.Withdraw();
        Assert.True((await Reserve(bank.Partner())).Accepted);
        Assert.Equal((2, 2, 3), (bank.Fetched, bank.Done, bank.Called));
    }

    [Fact]
    public async Task A_bank_that_refuses_every_token_is_asked_twice_and_has_done_nothing()
    {
        await using var bank = await TokenBank.Start();
        bank.Refuses = true;
        var answer = await Reserve(bank.Partner());
        Assert.Equal((CallOutcome.Answered, 401), (answer.Outcome, answer.Status));
        Assert.Equal((2, 2, 0), (bank.Fetched, bank.Called, bank.Done));
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(401, """{"error":"invalid_client"}""")]
    [InlineData(200, "<html>")]
    [InlineData(200, """{"access_token":""}""")]
    [InlineData(200, """{"access_token":"x","token_type":"mac"}""")]
    public async Task Without_a_token_nothing_is_sent(int status, string body)
    {
        await using var bank = await TokenBank.Start();
        bank.Instead = (status, body);
        Assert.Equal(CallOutcome.NotSent, (await Reserve(bank.Partner())).Outcome);
        Assert.Equal(CallOutcome.NotSent, (await Reserve(bank.Partner())).Outcome);
        // It rests for a second.
        Assert.Equal((1, 0), (bank.Fetched, bank.Called));
        bank.Instead = null;
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True((await Reserve(bank.Partner())).Accepted);
    }

    [Fact]
    public async Task An_answer_that_is_lost_after_a_token_is_not_asked_for_again()
    {
        await using var bank = await TokenBank.Start();
        bank.LosesAnswers = true;
        Assert.Equal(CallOutcome.Uncertain, (await Reserve(bank.Partner())).Outcome);
        Assert.Equal((1, 1), (bank.Called, bank.Done));
    }

    [Fact]
    public async Task A_key_goes_in_the_header_that_the_partner_wants()
    {
        await using var bank = await TokenBank.Start();
        var keyed = bank.Partner() with { ApiKey = new("X-Bank-Key", "k-1"), OAuth = null };
        await Reserve(keyed with { User = "u", Password = "p" });
        Assert.Equal(("k-1", "Basic dTpw"), (bank.LastKey, bank.LastAuthorization));
    }

    [Fact]
    public async Task Our_certificate_is_shown_and_the_next_one_is_used_when_the_file_changes()
    {
        using var theirs = new CertificateMaker();
        using var ours = new CertificateMaker();
        theirs.Write("localhost");
        ours.Write("first");
        await using var bank = await TlsBank.Start(theirs);
        var partner = new Partner
        {
            Url = bank.Url,
            Tls = new PartnerTls { Certificate = ours.Certificate, Key = ours.Key, Trust = theirs.Certificate },
        };
        Assert.Equal("CN=first", await Seen(partner));
        ours.Write("second");
        using var fresh = new PartnerHttp(_clock);
        await Eventually.Holds(
            async () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return await Seen(partner) == "CN=second";
            },
            "the new certificate is shown");
        // What can't be used changes nothing.
        await File.WriteAllTextAsync(ours.Certificate, "-----BEGIN nonsense");
        Assert.Equal("CN=second", await Seen(partner));
        // A process that has never had a usable one sends nothing.
        Assert.Equal(CallOutcome.NotSent, (await Reserve(partner, fresh)).Outcome);
        Assert.NotNull(PartnerHttp.Problem(partner.Tls));
    }

    [Fact]
    public async Task A_partner_whom_nobody_of_ours_certifies_is_not_sent_anything()
    {
        using var theirs = new CertificateMaker();
        using var others = new CertificateMaker();
        theirs.Write("localhost");
        others.Write("localhost");
        await using var bank = await TlsBank.Start(theirs);
        foreach (var tls in (PartnerTls?[])[null, new PartnerTls { Trust = others.Certificate }])
            Assert.Equal(CallOutcome.NotSent, (await Reserve(new Partner { Url = bank.Url, Tls = tls })).Outcome);
        var elsewhere = bank.Url.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        var named = new Partner { Url = elsewhere, Tls = new PartnerTls { Trust = theirs.Certificate } };
        Assert.Equal(CallOutcome.NotSent, (await Reserve(named)).Outcome);
    }

    private Task<PartnerAnswer> Reserve(Partner bank, PartnerHttp? http = null) =>
        (http ?? _http).Post(bank, "/reserve", "{}"u8.ToArray(), TimeSpan.FromSeconds(30), CancellationToken.None);

    private async Task<string> Seen(Partner bank)
    {
        var answer = await Reserve(bank);
        Assert.True(answer.Accepted, answer.Error);
        return Encoding.UTF8.GetString(answer.Body);
    }
}
