using Parley.Server.Channels.Messages;
using Parley.Server.Channels.SmppServer;
using Parley.Smpp.Text;

namespace Parley.Tests.Server.Channels.SmppServer;

public sealed class InboundWriterTests
{
    [Fact]
    public void Binary_goes_as_it_came_with_its_header()
    {
        var one = Assert.Single(InboundWriter.Of(Message("0a0bff", "0605041f901f90", binary: true), "i", 7));
        Assert.Equal(("0605041f901f90" + "0a0bff", 0x40L, 4L), (Hex(one.Content), one.EsmClass, one.DataCoding));
        Assert.Equal(("27999000123", "12025550160", 7L), (one.Source, one.Destination, one.DueAt));
    }

    [Fact]
    public void A_text_that_looks_like_hexadecimal_stays_a_text()
    {
        var one = Assert.Single(InboundWriter.Of(Message("0a0b", "", binary: false), "i", 7));
        Assert.Equal(("0a0b", 0L, 0L), (UserData.Text(one.Content, TextEncoding.Gsm), one.EsmClass, one.DataCoding));
    }

    [Fact]
    public void Parts_have_ids_in_their_order_and_one_reference()
    {
        var parts = InboundWriter.Of(Message(new string('x', 400), "", binary: false), "i", 7);
        Assert.Equal(["m0f-001", "m0f-002", "m0f-003"], parts.Select(p => p.Id));
        Assert.All(parts, p => Assert.Equal(0x0F, p.Content[3]));
        Assert.Equal([1, 2, 3], parts.Select(p => (int)p.Content[5]));
    }

    private static InboundReceived Message(string content, string header, bool binary) =>
        new("m0f", "i", null, null, "27999000123", "12025550160", content, header, "carrier", 1) { Binary = binary };

    private static string Hex(byte[] octets) => Convert.ToHexStringLower(octets);
}
