using System.Diagnostics;
using System.Net.Sockets;
using Parley.Bench.Load;
using Parley.Bench.Wire;
using Pdu = Parley.Bench.Simulator.Smpp;

namespace Parley.Bench.Esme;

/// <summary>One transceiver: keeps its window full, and acknowledges what comes.</summary>
sealed class EsmeConnection(Socket socket, EsmeVerb owner, EsmeSettings settings) : Connection(socket)
{
    const int RegisteredDeliveryAt = 9;
    readonly Dictionary<uint, long> asked = [];
    uint sequence;

    public void Bind()
    {
        var body = Out.Reserve(Pdu.HeaderLength + 128);
        var at = Pdu.HeaderLength;
        foreach (var text in (string[])[settings.SystemId, settings.Password, settings.SystemType])
        {
            at += System.Text.Encoding.ASCII.GetBytes(text, body[at..]);
            body[at++] = 0;
        }
        ReadOnlySpan<byte> rest = [0x34, 0, 0, 0];
        rest.CopyTo(body[at..]);
        Write(body, at + rest.Length, Pdu.BindTransceiver, ++sequence);
        Flush();
    }

    /// <summary>Asks as long as the window has room and there is something to ask.</summary>
    public void Fill()
    {
        while (asked.Count < settings.Window && owner.TryNext(out var number)) Submit(number);
    }

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (bytes.Length - taken >= Pdu.HeaderLength)
        {
            var length = (int)Pdu.Word(bytes, taken);
            if (bytes.Length - taken < length) break;
            Take(bytes.Slice(taken, length));
            taken += length;
        }
        Fill();
        return taken;
    }

    protected override void Closed() => owner.Lost();

    void Take(ReadOnlySpan<byte> pdu)
    {
        var (id, status, number) = (Pdu.Word(pdu, 4), Pdu.Word(pdu, 8), Pdu.Word(pdu, 12));
        switch (id)
        {
            case Pdu.SubmitSm | Pdu.Response:
                asked.Remove(number, out var at);
                owner.Answered(Stopwatch.GetTimestamp() - at, status);
                break;
            case Pdu.DeliverSm:
                var answer = Out.Reserve(Pdu.HeaderLength + 1);
                answer[Pdu.HeaderLength] = 0;
                Write(answer, Pdu.HeaderLength + 1, Pdu.DeliverSm | Pdu.Response, number);
                owner.Receipted();
                break;
            case Pdu.BindTransceiver | Pdu.Response:
                owner.Bound(status);
                break;
        }
    }

    void Submit(long number)
    {
        var pdu = Out.Reserve(Pdu.HeaderLength + 64 + Numbers.Text.Length);
        var at = Pdu.HeaderLength;
        ReadOnlySpan<byte> before = [0, 0, 0, 0, 1, 1];
        before.CopyTo(pdu[at..]);
        at += before.Length;
        System.Buffers.Text.Utf8Formatter.TryFormat(Numbers.FirstPhone + number, pdu[at..], out var digits);
        at += digits;
        // The destination's end, esm_class to priority_flag, two empty times, then registered_delivery and what follows.
        pdu.Slice(at, 10).Clear();
        pdu[at + RegisteredDeliveryAt - 3] = 1;
        at += 10;
        pdu[at++] = (byte)Numbers.Text.Length;
        at += System.Text.Encoding.ASCII.GetBytes(Numbers.Text, pdu[at..]);
        asked[++sequence] = Stopwatch.GetTimestamp();
        Write(pdu, at, Pdu.SubmitSm, sequence);
    }

    void Write(Span<byte> pdu, int length, uint id, uint number)
    {
        Pdu.Header(pdu, length, id, 0, number);
        Out.Advance(length);
    }
}
