using BenchmarkDotNet.Attributes;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Parley.Smpp.Text;

namespace Parley.Bench.Scenarios;

/// <summary>The two PDUs of the hot path, whole: header, body, TLVs; and their text in the default alphabet.</summary>
[MemoryDiagnoser]
public class Codec
{
    const string Text = "Your parcel A-4471 is ready: pay 12€ at the counter before 17:00 today";
    readonly byte[] submit = new byte[512];
    readonly byte[] receipt = new byte[512];
    readonly byte[] target = new byte[512];
    readonly byte[] septets = new byte[512];
    int length;

    /// <summary>Writes what is read later.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        WriteSubmit(submit);
        WriteReceipt(receipt);
        length = EncodeText();
    }

    /// <summary>70 characters, one of them of the extension table.</summary>
    [Benchmark]
    public int EncodeText() => GsmAlphabet.Encode(Text, septets);

    /// <summary>The same back, as a new string.</summary>
    [Benchmark]
    public string DecodeText() => GsmAlphabet.Decode(septets.AsSpan(0, length));

    /// <summary>submit_sm with a text of 70 octets.</summary>
    [Benchmark]
    public int EncodeSubmitSm() => WriteSubmit(target);

    /// <summary>The same back.</summary>
    [Benchmark]
    public int DecodeSubmitSm()
    {
        var header = PduHeader.Read(submit);
        var status = ShortMessage.TryRead(submit.AsSpan(PduHeader.Size, header.Length - PduHeader.Size), out var pdu);
        return status == CommandStatus.Ok ? pdu.Content.Length : -1;
    }

    /// <summary>deliver_sm with a receipt's text and two TLVs.</summary>
    [Benchmark]
    public int EncodeReceipt() => WriteReceipt(target);

    /// <summary>The same back, the TLVs looked up.</summary>
    [Benchmark]
    public int DecodeReceipt()
    {
        var header = PduHeader.Read(receipt);
        var status = ShortMessage.TryRead(receipt.AsSpan(PduHeader.Size, header.Length - PduHeader.Size), out var pdu);
        var known = pdu.Tlvs.TryGet(TlvTag.MessageState, out uint state)
            && pdu.Tlvs.TryGet(TlvTag.ReceiptedMessageId, out ReadOnlySpan<byte> _);
        return status == CommandStatus.Ok && known && pdu.IsReceipt ? (int)state : -1;
    }

    static int WriteSubmit(Span<byte> target) => Write(target, CommandId.SubmitSm, new ShortMessage
    {
        Source = new Address(1, 1, "27820000001"u8),
        Destination = new Address(1, 1, "27000000042"u8),
        RegisteredDelivery = 1,
        Content = "Your parcel A-4471 is ready: bring your ID to the counter before 17:00"u8,
    });

    static int WriteReceipt(Span<byte> target)
    {
        Span<byte> room = stackalloc byte[64];
        var tlvs = new TlvWriter(room);
        tlvs.Add(TlvTag.ReceiptedMessageId, "0000000042\0"u8);
        tlvs.Add(TlvTag.MessageState, 2);
        return Write(target, CommandId.DeliverSm, new ShortMessage
        {
            Source = new Address(1, 1, "27000000042"u8),
            Destination = new Address(1, 1, "27820000001"u8),
            EsmClass = 0x04,
            Content =
                "id:0000000042 sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000"u8,
            Tlvs = tlvs.Written,
        });
    }

    static int Write(Span<byte> target, CommandId command, scoped in ShortMessage pdu)
    {
        var writer = new PduWriter(target[PduHeader.Size..], withTlvs: true);
        pdu.Write(ref writer);
        var length = PduHeader.Size + writer.Length;
        new PduHeader(length, command, CommandStatus.Ok, 1).Write(target);
        return length;
    }
}
