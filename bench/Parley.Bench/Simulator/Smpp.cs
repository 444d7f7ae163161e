using System.Buffers.Binary;

namespace Parley.Bench.Simulator;

/// <summary>
/// The few PDUs an SMSC needs, by hand: the peer must not be measured with the codec of either candidate.
/// </summary>
static class Smpp
{
    public const uint GenericNack = 0x80000000;
    public const uint BindReceiver = 0x01;
    public const uint BindTransmitter = 0x02;
    public const uint SubmitSm = 0x04;
    public const uint DeliverSm = 0x05;
    public const uint Unbind = 0x06;
    public const uint BindTransceiver = 0x09;
    public const uint EnquireLink = 0x15;
    public const uint Response = 0x80000000;
    public const int HeaderLength = 16;
    public const uint InvalidCommandId = 0x03;

    public static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

    /// <summary>SMPP 3.4 §3.2: length, id, status, sequence.</summary>
    public static void Header(Span<byte> pdu, int length, uint id, uint status, uint sequence)
    {
        BinaryPrimitives.WriteInt32BigEndian(pdu, length);
        BinaryPrimitives.WriteUInt32BigEndian(pdu[4..], id);
        BinaryPrimitives.WriteUInt32BigEndian(pdu[8..], status);
        BinaryPrimitives.WriteUInt32BigEndian(pdu[12..], sequence);
    }

    /// <summary>The C-octet string at the front, without its zero.</summary>
    public static ReadOnlySpan<byte> Text(ref ReadOnlySpan<byte> rest)
    {
        var length = rest.IndexOf((byte)0);
        if (length < 0) throw new InvalidDataException("A C-octet string without its end");
        var text = rest[..length];
        rest = rest[(length + 1)..];
        return text;
    }
}
