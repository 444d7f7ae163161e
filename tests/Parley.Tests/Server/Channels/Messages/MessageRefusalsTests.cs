using System.Reflection;
using Parley.Platform;
using Parley.Server.Channels.LegacyApi;
using Parley.Server.Channels.Messages;
using Parley.Server.Channels.OneApi;
using Parley.Server.Channels.SmppServer;
using Parley.Server.Channels.SmsApi;
using Parley.Smpp;

namespace Parley.Tests.Server.Channels.Messages;

/// <summary>Every refusal has its own word on every door: none falls to a door's answer for what it does not know.</summary>
public sealed class MessageRefusalsTests
{
    public static TheoryData<string> All =>
    [
        .. typeof(MessageRefusals).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!),
    ];

    [Theory, MemberData(nameof(All))]
    public void Each_is_known_to_each_door(string code)
    {
        var refusal = new Refusal(code, "Because.");
        Assert.NotNull(OneApiError.Find(refusal));
        Assert.NotNull(Statuses.Find(refusal));
        Assert.NotNull(LegacyCodes.FindError(refusal));
        // "Try later" is a promise that it may go then.
        var later = code == MessageRefusals.TryLater;
        Assert.Equal(later, OneApiError.Of(refusal).Code is 18 or 19);
        Assert.Equal(later, LegacyError.Of(refusal).Code == 901);
        Assert.Equal(later, SmsError.Of(refusal).Code == 901);
        Assert.Equal(later, Statuses.Of(refusal) is CommandStatus.MessageQueueFull or CommandStatus.SystemError);
        if (!later) Assert.NotEqual("Internal error, please retry.", SmsError.Of(refusal).Title);
    }

    [Fact]
    public void An_unknown_one_would_be_noticed()
    {
        var refusal = new Refusal("message.of-tomorrow", "Because.");
        Assert.Null(OneApiError.Find(refusal));
        Assert.Null(Statuses.Find(refusal));
        Assert.Null(LegacyCodes.FindError(refusal));
    }

    [Theory]
    [InlineData("content", 23, 107, 0x01)]
    [InlineData("from", 23, 106, 0x0A)]
    [InlineData("userDataHeader", 23, 102, 0x43)]
    [InlineData("scheduledDeliveryTime", 23, 120, 0x61)]
    [InlineData("validityPeriod", 23, 101, 0x62)]
    [InlineData("clientMessageId", 23, 101, 0x45)]
    public void A_parameter_that_is_wrong_is_told_by_its_name(string name, int oneApi, int legacy, uint smpp)
    {
        var refusal = MessageRefusals.Parameter(name, "Because.");
        Assert.Equal((oneApi, legacy), (OneApiError.Of(refusal).Code, LegacyError.Of(refusal).Code));
        Assert.Equal((legacy, (CommandStatus)smpp), (SmsError.Of(refusal).Code, Statuses.Of(refusal)));
        Assert.Contains(name, OneApiError.Of(refusal).Description, StringComparison.Ordinal);
    }
}
