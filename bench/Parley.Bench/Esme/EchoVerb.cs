using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Parley.Bench.Wire;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Bench.Esme;

/// <summary>
/// `echo`: the library's server with nothing behind it: every submit_sm is answered at once and its receipt sent. What a
/// gateway adds is the distance to this.
/// </summary>
static class EchoVerb
{
    public static int Run(CommandWords line)
    {
        var controls = new Controls();
        var server = new SmppServer(
            new SmppServerOptions
            {
                EndPoint = new(IPAddress.Loopback, 0),
                Session = new SmppSessionOptions { Window = line.Int("window", 100) },
            },
            _ => new Handler(), TimeProvider.System);
        Controls.Say($"ready {server.EndPoint.Port}");
        while (!controls.TryTake(out var words) || words[0] != "quit") Thread.Sleep(20);
        return 0;
    }

    sealed class Handler : SmppHandler
    {
        static long last;
        readonly ConcurrentQueue<(long Id, byte[] Phone)> owed = [];

        public override void OnBind(SmppSession session, in PduHeader header, Bind bind) =>
            session.AnswerBind(header, bind.InterfaceVersion, CommandStatus.Ok, "echo"u8);

        public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message)
        {
            var id = Interlocked.Increment(ref last);
            Span<byte> octets = stackalloc byte[32];
            id.TryFormat(octets, out var length, "x32", CultureInfo.InvariantCulture);
            session.Answer(header, CommandStatus.Ok, octets[..length]);
            owed.Enqueue((id, message.Destination.Digits.ToArray()));
        }

        public override void OnBatchRead(SmppSession session)
        {
            while (owed.TryPeek(out var receipt) && Send(session, receipt.Id, receipt.Phone)) owed.TryDequeue(out _);
        }

        static bool Send(SmppSession session, long id, byte[] phone)
        {
            var text = string.Create(CultureInfo.InvariantCulture,
                $"id:{id:x32} sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 " +
                $"stat:DELIVRD err:000 text:");
            Span<byte> octets = stackalloc byte[64];
            var tlvs = new TlvWriter(octets);
            tlvs.Add(TlvTag.ReceiptedMessageId, Encoding.ASCII.GetBytes($"{id:x32}\0"));
            tlvs.Add(TlvTag.MessageState, 2);
            return session.TrySend(CommandId.DeliverSm, new ShortMessage
            {
                Source = new Address(1, 1, phone),
                EsmClass = 0x04,
                Content = Encoding.ASCII.GetBytes(text),
                Tlvs = tlvs.Written,
            }, null);
        }
    }
}
