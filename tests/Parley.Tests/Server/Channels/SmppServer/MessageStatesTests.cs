using Parley.Server.Channels.Messages;
using Parley.Server.Channels.SmppServer;

namespace Parley.Tests.Server.Channels.SmppServer;

public sealed class MessageStatesTests
{
    [Theory]
    [InlineData(MessageStatus.DeviceAck, null, "DELIVRD", 2, 0)]
    [InlineData(MessageStatus.Expired, null, "EXPIRED", 3, 8)]
    [InlineData(MessageStatus.StoppedByAdmin, null, "DELETED", 4, 999)]
    [InlineData(MessageStatus.DeliveryFailure, "part 1: Undeliverable, error 002", "UNDELIV", 5, 1)]
    [InlineData(MessageStatus.DeliveryFailure, "part 1: Rejected, error not given", "REJECTD", 8, 6)]
    [InlineData(MessageStatus.DeliveryFailure, "part 2 refused with command_status 0x0000000A", "REJECTD", 8, 6)]
    [InlineData(MessageStatus.DeliveryFailure, "part 1: Unknown, error 999", "UNKNOWN", 7, 1)]
    [InlineData(MessageStatus.RecipientDoesNotExist, null, "UNDELIV", 5, 2)]
    [InlineData(MessageStatus.RoutingError, null, "UNDELIV", 5, 5)]
    [InlineData(MessageStatus.SentToSupplier, null, "ACCEPTD", 6, 0)]
    public void Each_status_has_its_word_its_state_and_its_error(
        MessageStatus status, string? error, string stat, byte state, int code)
    {
        Assert.Equal((stat, state), MessageStates.Of(status, error));
        Assert.Equal(code, NetworkErrors.Of(status, error));
    }
}
