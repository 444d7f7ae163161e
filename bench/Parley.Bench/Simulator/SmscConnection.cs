using System.Diagnostics;
using System.Net.Sockets;
using Parley.Bench.Wire;

namespace Parley.Bench.Simulator;

/// <summary>One bind. Responses and the receipts that fit into the window leave in one send per read.</summary>
sealed class SmscConnection(
    Socket socket, SimulatorSettings settings, SimulatorTotals totals, List<SmscConnection> receivers)
    : Connection(socket)
{
    const int TcpQuickAck = 12;
    readonly ReceiptQueue owed = new();
    readonly long delay = (long)(settings.Delay.TotalSeconds * Stopwatch.Frequency);
    uint lastSequence;
    int outstanding;

    /// <summary>Sends the receipts that fell due, window permitting; answers the ms until the next, or -1.</summary>
    public int Pump(long now)
    {
        while (owed.Count > 0 && outstanding < settings.Window && owed.First.Due <= now)
        {
            owed.First.Write(Out, ++lastSequence);
            owed.RemoveFirst();
            outstanding++;
            totals.Receipts++;
            totals.MostOutstanding = Math.Max(totals.MostOutstanding, outstanding);
        }
        if (owed.Count == 0 || outstanding >= settings.Window) return -1;
        return (int)Math.Max(1, (owed.First.Due - now) * 1000 / Stopwatch.Frequency);
    }

    protected override void Received()
    {
        if (!settings.Ordinary) Socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpQuickAck, [1, 0, 0, 0]);
    }

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        var now = Stopwatch.GetTimestamp();
        while (bytes.Length - taken >= Smpp.HeaderLength)
        {
            var length = (int)Smpp.Word(bytes, taken);
            if (length is < Smpp.HeaderLength or > 70_000) return -1;
            if (bytes.Length - taken < length) break;
            if (!Take(bytes.Slice(taken, length), now)) return -1;
            taken += length;
        }
        foreach (var receiver in receivers) receiver.PumpAndFlush(now, this);
        return taken;
    }

    protected override void Closed() => receivers.Remove(this);

    void PumpAndFlush(long now, SmscConnection reader)
    {
        Pump(now);
        if (this != reader && !Out.IsEmpty) Flush();
    }

    bool Take(ReadOnlySpan<byte> pdu, long now)
    {
        var (id, sequence) = (Smpp.Word(pdu, 4), Smpp.Word(pdu, 12));
        switch (id)
        {
            case Smpp.SubmitSm:
                Submit(pdu[Smpp.HeaderLength..], sequence, now);
                return true;
            case Smpp.DeliverSm | Smpp.Response:
                outstanding--;
                totals.Acknowledged++;
                return true;
            case Smpp.BindReceiver or Smpp.BindTransceiver or Smpp.BindTransmitter:
                totals.Binds++;
                if (id != Smpp.BindTransmitter) receivers.Add(this);
                Answer(id, sequence, "bench\0"u8);
                return true;
            case Smpp.EnquireLink:
                Answer(id, sequence, []);
                return true;
            case Smpp.Unbind:
                Answer(id, sequence, []);
                Flush();
                return false;
            default:
                if ((id & Smpp.Response) == 0) Answer(Smpp.GenericNack, sequence, [], Smpp.InvalidCommandId);
                return true;
        }
    }

    void Submit(ReadOnlySpan<byte> body, uint sequence, long now)
    {
        totals.Submits++;
        var id = ++totals.LastId;
        Span<byte> text = stackalloc byte[11];
        text[Receipt.Digits(text, id)] = 0;
        Answer(Smpp.SubmitSm, sequence, text);
        if (!settings.Receipts) return;

        Smpp.Text(ref body);
        body = body[2..];
        var source = Smpp.Text(ref body);
        body = body[2..];
        var destination = Smpp.Text(ref body);
        body = body[3..];
        Smpp.Text(ref body);
        Smpp.Text(ref body);
        var wantsReceipt = (body[0] & 1) != 0;
        if (!wantsReceipt) return;
        var receiver = receivers.Contains(this) ? this : receivers.FirstOrDefault() ?? this;
        receiver.owed.Add(Receipt.For(id, source, destination, now + delay));
    }

    void Answer(uint id, uint sequence, ReadOnlySpan<byte> body, uint status = 0)
    {
        var length = Smpp.HeaderLength + body.Length;
        var pdu = Out.Reserve(length);
        Smpp.Header(pdu, length, id | Smpp.Response, status, sequence);
        body.CopyTo(pdu[Smpp.HeaderLength..]);
        Out.Advance(length);
    }
}
