using System.Collections.Concurrent;
using System.Net.Security;
using System.Text;
using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Server.Channels.SmppServer;

/// <summary>A deliver_sm as a client got it.</summary>
internal sealed record Got(
    string From, string To, byte EsmClass, byte DataCoding, byte[] Content, byte[] Tlvs, PduHeader Header)
{
    public string Text => Encoding.ASCII.GetString(Content);

    public string Id => Text.Split("id:")[1].Split(' ')[0];

    public string Stat => Text.Split("stat:")[1].Split(' ')[0];

    public byte[]? Tlv(TlvTag tag) =>
        new Tlvs(Tlvs).TryGet(tag, out ReadOnlySpan<byte> value) ? value.ToArray() : null;
}

/// <summary>A client of the SMPP server: binds, submits, and takes what it is sent.</summary>
internal sealed class Esme : SmppHandler, IAsyncDisposable
{
    private Esme()
    {
    }

    public SmppSession Session { get; private set; } = null!;

    /// <summary>What came, in its order.</summary>
    public ConcurrentQueue<Got> Deliveries { get; } = new();

    /// <summary>How a deliver_sm is answered; null leaves it unanswered.</summary>
    public Func<Got, CommandStatus?> Reply { get; set; } = static _ => CommandStatus.Ok;

    /// <summary>Binds; fails when that is refused.</summary>
    public static async Task<Esme> Bound(
        int port, SmppCredentials credentials, CommandId kind = CommandId.BindTransceiver, int window = 1_000,
        SslClientAuthenticationOptions? tls = null, Func<Got, CommandStatus?>? reply = null)
    {
        var (esme, connected) = await Try(port, credentials, kind, window, tls, reply);
        Assert.True(connected.Session is not null, connected.Reason);
        return esme;
    }

    /// <summary>Tries to bind.</summary>
    public static async Task<(Esme Esme, SmppConnected Connected)> Try(
        int port, SmppCredentials credentials, CommandId kind = CommandId.BindTransceiver, int window = 1_000,
        SslClientAuthenticationOptions? tls = null, Func<Got, CommandStatus?>? reply = null)
    {
        var esme = new Esme();
        if (reply is not null) esme.Reply = reply;
        var options = new SmppClientOptions
        {
            Host = "127.0.0.1",
            Port = port,
            Bind = kind,
            Credentials = credentials,
            Tls = tls,
            Session = new SmppSessionOptions { Window = window },
            ConnectTimeout = Deadline.Longest,
        };
        var connected = await SmppClient.Connect(options, esme, TimeProvider.System, default);
        if (connected.Session is not null) esme.Session = connected.Session;
        return (esme, connected);
    }

    /// <summary>submit_sm of a text in the default alphabet's ASCII part.</summary>
    public Task<SmppReply> Submit(
        string to, string text, byte registered = 1, string from = "", byte esmClass = 0, byte coding = 0,
        string schedule = "", string validity = "", byte[]? content = null, byte[]? tlvs = null, byte priority = 0,
        byte replace = 0)
    {
        var sent = Session.Request(
            CommandId.SubmitSm,
            new ShortMessage
            {
                Source = new Address(0, 0, CString.Of(from)),
                Destination = new Address(1, 1, CString.Of(to)),
                EsmClass = esmClass,
                DataCoding = coding,
                Priority = priority,
                ReplaceIfPresent = replace,
                RegisteredDelivery = registered,
                ScheduledAt = Encoding.ASCII.GetBytes(schedule),
                Validity = Encoding.ASCII.GetBytes(validity),
                Content = content ?? Encoding.ASCII.GetBytes(text),
                Tlvs = new Tlvs(tlvs ?? []),
            },
            default);
        return Deadline.For(sent, "the answer to submit_sm");
    }

    /// <summary>The id of a message that must be taken.</summary>
    public async Task<string> Sent(string to, string text, byte registered = 1, string from = "")
    {
        var reply = await Submit(to, text, registered, from);
        Assert.Equal(CommandStatus.Ok, reply.Status);
        return IdOf(reply);
    }

    public static string IdOf(SmppReply reply) => Encoding.ASCII.GetString(reply.Body.AsSpan(..^1));

    /// <summary>Waits for so many deliveries.</summary>
    public async Task<IReadOnlyList<Got>> Receives(int count)
    {
        await Eventually.Holds(() => Deliveries.Count >= count, $"{count} deliver_sm");
        return [.. Deliveries];
    }

    public override void OnMessage(SmppSession session, in PduHeader header, ShortMessage message)
    {
        var got = new Got(
            CString.Text(message.Source.Digits), CString.Text(message.Destination.Digits), message.EsmClass,
            message.DataCoding, message.Content.ToArray(), message.Tlvs.Octets.ToArray(), header);
        Deliveries.Enqueue(got);
        if (Reply(got) is { } status) session.Answer(header, status, default);
    }

    public async ValueTask DisposeAsync()
    {
        if (Session is not null) await Session.DisposeAsync();
    }
}
