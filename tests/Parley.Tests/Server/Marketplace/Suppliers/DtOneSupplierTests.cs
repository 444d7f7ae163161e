using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Suppliers;

namespace Parley.Tests.Server.Marketplace.Suppliers;

public sealed class DtOneSupplierTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private readonly PartnerHttp _http = new(TimeProvider.System);
    private DtOnePreprod _preprod = null!;
    private DtOneSupplier _adapter = null!;

    private Supplier Account => new()
    {
        Id = "dtone",
        Protocol = SupplierProtocol.DtOne,
        Partner = new Partner { Url = _preprod.Url, User = DtOnePreprod.Key, Password = DtOnePreprod.Secret },
        TimeoutSeconds = 10,
    };

    public async ValueTask InitializeAsync()
    {
        _preprod = await DtOnePreprod.Start(_clock);
        _adapter = new(_http, _clock);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return _preprod.DisposeAsync();
    }

    [Theory]
    [InlineData("100", 3, VendOutcome.Success, "0000")]
    [InlineData("101", 3, VendOutcome.Success, "0000")]
    [InlineData("200", 20, VendOutcome.Success, "0000")]
    [InlineData("300", 300, VendOutcome.Success, "0000")]
    [InlineData("102", 3, VendOutcome.Declined, "2213")]
    [InlineData("203", 20, VendOutcome.Declined, "2214")]
    [InlineData("104", 3, VendOutcome.Retryable, "2226")]
    [InlineData("105", 3, VendOutcome.Declined, "2242")]
    [InlineData("306", 300, VendOutcome.Declined, "2201")]
    [InlineData("107", 3, VendOutcome.Declined, "2201")]
    public async Task A_number_ends_as_its_suffix_says_after_its_delay(
        string suffix, int seconds, VendOutcome outcome, string code)
    {
        var vended = await Vend($"+6595123{suffix}");
        Assert.Equal((VendOutcome.Pending, false), (vended.Outcome, vended.IsLost));
        _clock.Advance(TimeSpan.FromSeconds(seconds - 2));
        Assert.Equal(VendOutcome.Pending, (await Status()).Outcome);
        _clock.Advance(TimeSpan.FromSeconds(3));
        var ended = await Status();
        Assert.Equal((outcome, code), (ended.Outcome, ended.Code));
        Assert.Equal(suffix == "101", ended.Token is not null);
        Assert.Single(_preprod.Posts);
    }

    [Fact]
    public async Task Waits_for_the_outcome_when_it_is_told_to()
    {
        var sold = await Vend("6595123101", Account with { Synchronous = true });
        Assert.Equal((VendOutcome.Success, "0000"), (sold.Outcome, sold.Code));
        Assert.Matches("^\\d{4} 5678 9012$", sold.Token!);
        Assert.Contains("""{"name":"serial","value":"S""", sold.Details);
        Assert.Contains("""{"name":"credits","value":"500.0 NGN"}""", sold.Details);
        Assert.Contains("*123*PIN#", sold.Details);
    }

    [Theory]
    [InlineData(DtOneFault.LoseAnswer)]
    [InlineData(DtOneFault.FailAfterwards)]
    public async Task What_was_accepted_and_badly_answered_is_open_and_asked_for(DtOneFault fault)
    {
        _preprod.Fail(fault);
        Assert.True((await Vend("6595123100")).IsLost);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(VendOutcome.Success, (await Status()).Outcome);
        Assert.Single(_preprod.Posts);
    }

    [Theory]
    [InlineData(DtOneFault.LoseRequest)]
    [InlineData(DtOneFault.FailBefore)]
    public async Task What_never_arrived_is_open_until_it_is_said_to_be_unknown(DtOneFault fault)
    {
        _preprod.Fail(fault);
        var vended = await Vend("6595123100");
        Assert.Equal((VendOutcome.Pending, true), (vended.Outcome, vended.IsLost));
        Assert.Equal(VendOutcome.Unknown, (await Status()).Outcome);
    }

    [Fact]
    public async Task Nobody_there_is_not_connected()
    {
        var nobody = Account with { Partner = new Partner { Url = $"http://127.0.0.1:{Ports.Free()}/v1" } };
        var answer = await Vend("6595123100", nobody);
        Assert.Equal((VendOutcome.NotConnected, "2239"), (answer.Outcome, answer.Code));
    }

    [Fact]
    public async Task A_reference_that_was_used_is_our_own_transaction_and_asked_for()
    {
        await Vend("6595123100");
        var again = await Vend("6595123100");
        Assert.Equal((VendOutcome.Pending, false), (again.Outcome, again.IsLost));
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(VendOutcome.Success, (await Status()).Outcome);
    }

    [Theory]
    [InlineData(404, """{"errors":[{"code":1008004,"message":"Transaction not found"}]}""", VendOutcome.Unknown)]
    [InlineData(200, "[]", VendOutcome.Unknown)]
    [InlineData(404, "<html>no such page</html>", VendOutcome.Pending)]
    [InlineData(404, """{"errors":[{"code":1000404,"message":"Resource not found"}]}""", VendOutcome.Pending)]
    [InlineData(200, """[{"external_id":"another","status":{"class":{"message":"COMPLETED"}}}]""", VendOutcome.Pending)]
    [InlineData(200, """{"external_id":"R-1"}""", VendOutcome.Pending)]
    [InlineData(429, "", VendOutcome.Pending)]
    [InlineData(503, "", VendOutcome.Pending)]
    public async Task Only_a_plain_no_is_a_no(int status, string body, VendOutcome outcome)
    {
        await Vend("6595123300");
        _preprod.Instead = (status, body);
        Assert.Equal(outcome, (await Status()).Outcome);
    }

    [Fact]
    public async Task In_two_steps_what_is_made_is_confirmed()
    {
        var twice = Account with { TwoSteps = true, Synchronous = true };
        Assert.Equal(VendOutcome.Pending, (await Vend("6595123100", twice)).Outcome);
        Assert.Equal("SUBMITTED", _preprod.StatusOf("R-1"));
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(VendOutcome.Success, (await _adapter.Status(twice, "R-1", CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task In_two_steps_what_nobody_confirmed_is_cancelled_and_certainly_not_sold()
    {
        var twice = Account with { TwoSteps = true };
        _preprod.Fail(DtOneFault.None, DtOneFault.LoseRequest);
        Assert.True((await Vend("6595123100", twice)).IsLost);
        Assert.Equal(VendOutcome.Retryable, (await _adapter.Status(twice, "R-1", CancellationToken.None)).Outcome);
        Assert.Equal("CANCELLED", _preprod.StatusOf("R-1"));
    }

    [Fact]
    public async Task In_two_steps_a_confirmation_whose_answer_is_lost_stays_open()
    {
        var twice = Account with { TwoSteps = true };
        _preprod.Fail(DtOneFault.None, DtOneFault.LoseAnswer);
        Assert.True((await Vend("6595123100", twice)).IsLost);
        Assert.Equal(VendOutcome.Pending, (await _adapter.Status(twice, "R-1", CancellationToken.None)).Outcome);
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(VendOutcome.Success, (await _adapter.Status(twice, "R-1", CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Sends_what_is_documented()
    {
        var account = Account with
        {
            CallbackUrl = "https://pay.example.com",
            CallbackSecret = "a-secret-of-24-characters",
        };
        await Vend("2348030000111", account, $"{DtOneShelf.Ranged}:destination", 200_050);
        var sent = Assert.Single(_preprod.Posts);
        Assert.Equal(
            JsonNode.Parse(
                """
                {"external_id":"R-1","product_id":1002,"auto_confirm":true,"calculation_mode":"DESTINATION_AMOUNT",
                 "destination":{"unit_type":"CURRENCY","unit":"NGN","amount":2000.50},
                 "credit_party_identifier":{"mobile_number":"+2348030000111"},
                 "callback_url":"https://pay.example.com/marketplace/v1/suppliers/dtone/callbacks/a-secret-of-24-characters"}
                """)!.ToJsonString(),
            sent.ToJsonString());
    }

    [Theory]
    [InlineData("1001", "0803000011x", VendOutcome.Declined, "2213")]
    [InlineData("1001", "0123456", VendOutcome.Declined, "2213")]
    [InlineData("1004:destination:account", " ", VendOutcome.Declined, "2210")]
    [InlineData("no number", "6595123100", VendOutcome.Declined, "2226")]
    [InlineData("999999", "6595123100", VendOutcome.Retryable, "2226")]
    [InlineData("1005", "6595123100", VendOutcome.Retryable, "2225")]
    [InlineData("1002", "6595123100", VendOutcome.Declined, "2210")]
    [InlineData("1002:destination", "6595123100", VendOutcome.Declined, "2214")]
    [InlineData("1002:source", "6595123100", VendOutcome.Declined, "2210")]
    public async Task Says_why_nothing_is_made(string sku, string target, VendOutcome outcome, string code)
    {
        var answer = await Vend(target, Account, sku, amount: 1);
        Assert.Equal((outcome, code, false), (answer.Outcome, answer.Code, answer.IsLost));
        Assert.Equal(VendOutcome.Unknown, (await Status()).Outcome);
    }

    [Fact]
    public async Task Wrong_credentials_make_nothing()
    {
        var stranger = Account with { Partner = new Partner { Url = _preprod.Url, User = "nobody", Password = "x" } };
        Assert.Equal(VendOutcome.Retryable, (await Vend("6595123100", stranger)).Outcome);
        Assert.Empty(_preprod.Posts);
        Assert.True((await _adapter.Status(stranger, "R-1", CancellationToken.None)).IsLost);
        Assert.Null(await _adapter.Balance(stranger, "USD", CancellationToken.None));
    }

    [Fact]
    public async Task Tells_what_lies_there()
    {
        Assert.Equal(123_456, await _adapter.Balance(Account, "USD", CancellationToken.None));
        Assert.Null(await _adapter.Balance(Account, "EUR", CancellationToken.None));
    }

    [Theory]
    [InlineData("1001", "2348030000111", AccountOutcome.Valid, null)]
    [InlineData("1001", "2348030000000", AccountOutcome.NotFound, null)]
    [InlineData("1001", "12", AccountOutcome.NotFound, null)]
    [InlineData("1004:destination:account", "45701", AccountOutcome.Valid, 15_050L)]
    [InlineData("1004:destination:account", "45700", AccountOutcome.NotFound, null)]
    [InlineData("1003:none", "", AccountOutcome.Valid, null)]
    public async Task Validates_whom_it_can_ask_about(string sku, string target, AccountOutcome outcome, long? owed)
    {
        var answer = await _adapter.Validate(Account, sku, target, 1, CancellationToken.None);
        Assert.Equal((outcome, owed), (answer.Outcome, answer.Outstanding));
    }

    private Task<SupplierAnswer> Vend(
        string target, Supplier? account = null, string sku = "1001", long amount = 50_000) => _adapter.Vend(
            account ?? Account, new("R-1", sku, amount, "NGN", target, "2348030000111"), CancellationToken.None);

    private Task<SupplierAnswer> Status() => _adapter.Status(Account, "R-1", CancellationToken.None);
}
