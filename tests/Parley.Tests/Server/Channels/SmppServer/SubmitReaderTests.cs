using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Channels.SmppServer;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Server.Channels.SmppServer;

public sealed class SubmitReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("", "", null, null)]
    [InlineData("000000010000000R", "", 60, null)]
    [InlineData("260301140000000+", "", 120, null)]
    [InlineData("260301140000004+", "", 60, null)]
    [InlineData("", "000000000500000R", null, 5)]
    [InlineData("", "000000000001000R", null, 1)]
    [InlineData("", "000100000000000R", null, 10_080)]
    [InlineData("000000010000000R", "000000013000000R", 60, 30)]
    public void Times_are_relative_or_absolute_and_validity_begins_with_the_schedule(
        string schedule, string validity, int? minutesAhead, int? minutes)
    {
        var times = new ShortMessage { ScheduledAt = CString.Of(schedule), Validity = CString.Of(validity) };
        Assert.Equal(CommandStatus.Ok, Read(times, out var made));
        long? at = minutesAhead is { } ahead ? Micros.FromTime(Now.AddMinutes(ahead)) : null;
        Assert.Equal((at, minutes), (made!.ScheduledAt, made.ValidityMinutes));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    public void Priority_counts_the_other_way_here(byte flag, int priority)
    {
        Assert.Equal(CommandStatus.Ok, Read(new() { Priority = flag }, out var made));
        Assert.Equal(priority, made!.Priority);
    }

    [Theory]
    [InlineData(0x00, Told.Nothing)]
    [InlineData(0x01, Told.Delivered | Told.Failed)]
    [InlineData(0x02, Told.Failed)]
    [InlineData(0x03, Told.Delivered)]
    [InlineData(0x10, Told.Sent)]
    [InlineData(0x11, Told.All)]
    [InlineData(0x1D, Told.All)]
    [InlineData(0x0C, Told.Nothing)]
    public void Registered_delivery_becomes_what_is_told(byte registered, Told told) =>
        Assert.Equal(told, SubmitReader.ToldBy(registered));

    [Fact]
    public void A_predefined_message_is_refused()
    {
        var empty = new ShortMessage { DefaultMessageId = 3 };
        Assert.Equal(CommandStatus.InvalidPredefinedMessage, SubmitReader.Read(empty, Now, out _));
    }

    private static CommandStatus Read(ShortMessage with, out NewMessage? made)
    {
        var pdu = new ShortMessage
        {
            Destination = new Address(1, 1, "27999000123"u8),
            Content = "x"u8,
            Priority = with.Priority,
            ScheduledAt = with.ScheduledAt,
            Validity = with.Validity,
        };
        return SubmitReader.Read(pdu, Now, out made);
    }
}
