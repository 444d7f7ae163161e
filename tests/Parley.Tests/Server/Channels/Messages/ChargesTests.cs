using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Channels.Messages;

public sealed class ChargesTests
{
    private static readonly MessagePrice Price = new(60_000, 40_000);

    [Theory]
    [InlineData(MessageStatus.DeviceAck, "27821234567", 2, "3")]
    [InlineData(MessageStatus.DeliveryFailure, "27821234567", 1, "1.5")]
    [InlineData(MessageStatus.DeviceAck, "27999112345", 1, "0.5")]
    [InlineData(MessageStatus.RoutingError, "27821234567", 2, "0")]
    [InlineData(MessageStatus.StoppedByUser, "27821234567", 2, "0")]
    [InlineData(MessageStatus.InsufficientAccountBalance, "27821234567", 2, "0")]
    [InlineData(MessageStatus.DeviceAck, "", 1, "1.5")]
    public void What_a_carrier_got_costs_its_parts_and_a_test_number_a_third(
        MessageStatus status, string to, int parts, string credits) =>
        Assert.Equal(
            decimal.Parse(credits, System.Globalization.CultureInfo.InvariantCulture),
            Charges.Credits(Price, status, to, parts));

    [Theory]
    [InlineData(30_000, "0.75")]
    [InlineData(0, "0")]
    public void What_was_charged_to_an_account_is_the_charge(long charged, string credits) =>
        Assert.Equal(
            decimal.Parse(credits, System.Globalization.CultureInfo.InvariantCulture),
            Charges.Credits(Price, MessageStatus.DeviceAck, "27821234567", 2, charged));
}
