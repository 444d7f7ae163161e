using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using Parley.Bench.Wire;

namespace Parley.Bench.Simulator;

/// <summary>
/// What is owed for one submitted message, kept small: tens of thousands wait when receipts are delayed.
/// </summary>
struct Receipt
{
    public long Due;
    public uint Id;
    Address from;
    Address to;
    byte fromLength;
    byte toLength;

    static ReadOnlySpan<byte> Between =>
        " sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000 text:"u8;

    public static Receipt For(uint id, ReadOnlySpan<byte> source, ReadOnlySpan<byte> destination, long due)
    {
        // The receipt travels the other way: its source is the message's destination.
        var receipt = new Receipt { Id = id, Due = due };
        (receipt.fromLength, receipt.toLength) = ((byte)destination.Length, (byte)source.Length);
        destination.CopyTo(receipt.from);
        source.CopyTo(receipt.to);
        return receipt;
    }

    /// <summary>
    /// deliver_sm (SMPP 3.4 §4.6.1) with the usual text (appendix B) and the TLVs (§5.3.2.12, §5.3.2.35).
    /// </summary>
    public readonly void Write(OutBuffer output, uint sequence)
    {
        const int most = 320;
        var pdu = output.Reserve(most);
        var at = Smpp.HeaderLength;
        pdu[at++] = 0;
        at += Party(pdu[at..], from, fromLength);
        at += Party(pdu[at..], to, toLength);
        ReadOnlySpan<byte> fixedFields = [0x04, 0, 0, 0, 0, 0, 0, 0, 0];
        fixedFields.CopyTo(pdu[at..]);
        at += fixedFields.Length;
        var lengthAt = at++;
        "id:"u8.CopyTo(pdu[at..]);
        at += 3 + Digits(pdu[(at + 3)..], Id);
        Between.CopyTo(pdu[at..]);
        at += Between.Length;
        pdu[lengthAt] = (byte)(at - lengthAt - 1);
        at += Tlvs(pdu[at..]);
        Smpp.Header(pdu, at, Smpp.DeliverSm, 0, sequence);
        output.Advance(at);
    }

    public static int Digits(Span<byte> room, uint id)
    {
        Utf8Formatter.TryFormat(id, room, out var length, new('D', 10));
        return length;
    }

    readonly int Tlvs(Span<byte> room)
    {
        BinaryPrimitives.WriteUInt32BigEndian(room, 0x001E_000B);
        var length = 4 + Digits(room[4..], Id);
        room[length++] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(room[length..], 0x0427_0001);
        room[length + 4] = 2;
        return length + 5;
    }

    static int Party(Span<byte> room, ReadOnlySpan<byte> address, int length)
    {
        room[0] = 1;
        room[1] = 1;
        address[..length].CopyTo(room[2..]);
        room[2 + length] = 0;
        return length + 3;
    }

    [InlineArray(21)]
    struct Address
    {
        byte first;
    }
}
