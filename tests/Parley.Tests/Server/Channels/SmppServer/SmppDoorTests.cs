using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Smpp;

namespace Parley.Tests.Server.Channels.SmppServer;

/// <summary>The ports themselves: TLS, hostile connections, many of them, and the stop.</summary>
public sealed class SmppDoorTests
{
    [Fact]
    public async Task A_port_that_is_taken_stops_the_start_in_words()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<IOException>(
            () => RunningServer.Start("sqlite", "--SmppServer:Port", $"{port}"));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("SmppServer", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clients_bind_over_TLS_with_the_certificate_of_the_server()
    {
        var file = Path.GetTempFileName();
        using (var certificate = SelfSigned())
            await File.WriteAllTextAsync(
                file,
                certificate.ExportCertificatePem() + "\n" + certificate.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var port = Ports.Free();
        await using (var world = await SmppWorld.Start(
            "sqlite", "--Https:Certificate", file, "--SmppServer:TlsPort", $"{port}"))
        {
            var trusts = new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.Subject == "CN=localhost",
            };
            await using var esme = await Esme.Bound(port, SmppWorld.Gate, CommandId.BindTransceiver, 100, trusts);
            await esme.Sent("27999000780", "secret");
            Assert.Equal("DELIVRD", (await esme.Receives(1))[0].Stat);
            Assert.True((bool)(await world.Admin("/smpp/sessions"))["sessions"]![0]!["tls"]!);
            // Plain SMPP on that port is no handshake: closed, and the port goes on.
            Assert.Null((await Esme.Try(port, SmppWorld.Gate)).Connected.Session);
            await using var again = await Esme.Bound(port, SmppWorld.Gate, CommandId.BindTransceiver, 100, trusts);
        }
        File.Delete(file);
    }

    [Fact]
    public async Task Connections_that_do_not_bind_in_time_or_lie_about_lengths_are_closed_and_others_live()
    {
        await using var world = await SmppWorld.Start("sqlite", "--SmppServer:BindTimeout", "00:00:04");
        await using var esme = await world.Bound();
        // Half a header and then nothing; a length beyond everything; a length below a header; parameters without end.
        string[] hostile =
        [
            "0000002f00", "ffffffff000000020000000000000001", "0000000f000000020000000000000001",
            "00000023000000020000000000000001" + "6700" + "7800" + "3300" + "34000000" + "0204ffff01020304",
        ];
        foreach (var octets in hostile)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(IPAddress.Loopback, world.Port);
            await socket.GetStream().WriteAsync(Convert.FromHexString(octets));
            await Deadline.For(Ended(socket), $"the end of the connection that said {octets}");
        }
        await esme.Sent("27999000781", "undisturbed");
        Assert.Equal("DELIVRD", (await esme.Receives(1))[0].Stat);
    }

    [Fact]
    public async Task Who_trickles_or_falls_silent_is_dropped_and_who_speaks_is_not()
    {
        await using var world = await SmppWorld.Start(
            "sqlite", "--SmppServer:BindTimeout", "00:00:04", "--SmppServer:InactivityTimeout", "00:00:05");
        await using var esme = await world.Bound();
        var bind = Pdu(CommandId.BindTransmitter, 1, "gate\0secret12\0" + "3001\0\x34\0\0\0");
        // A bind an octet at a time; a session that says nothing; one that never ends its message.
        Task[] dropped =
        [
            Dropped(world.Port, [], bind), Dropped(world.Port, bind, []),
            Dropped(world.Port, bind, Pdu(CommandId.SubmitSm, 2, new string('\0', 30_000))),
        ];
        var all = Task.WhenAll(dropped);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (!all.IsCompleted && await tick.WaitForNextTickAsync()) await esme.Sent("27999000785", "alive", 0);
        await Deadline.For(all, "the end of the three");
        await esme.Sent("27999000785", "alive");
    }

    /// <summary>Says the first at once and the rest octet by octet, until the connection is ended.</summary>
    private static async Task Dropped(int port, byte[] first, byte[] trickled)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await socket.GetStream().WriteAsync(first);
        var ended = Ended(socket);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        try
        {
            for (var i = 0; !ended.IsCompleted && await tick.WaitForNextTickAsync();)
                if (i < trickled.Length - 1) await socket.GetStream().WriteAsync(trickled.AsMemory(i++, 1));
        }
        catch (IOException)
        {
            // It was ended while we wrote.
        }
        await ended;
    }

    [Fact]
    public async Task One_address_has_only_so_many_connections()
    {
        await using var world = await SmppWorld.Start("sqlite", "--SmppServer:MaxSessionsPerAddress", "3");
        var three = new List<Esme>();
        for (var i = 0; i < 3; i++) three.Add(await world.Bound());
        Assert.Null((await Esme.Try(world.Port, SmppWorld.Gate)).Connected.Session);
        await three[0].DisposeAsync();
        await Eventually.Holds(
            async () =>
            {
                var (fourth, connected) = await Esme.Try(world.Port, SmppWorld.Gate);
                await fourth.DisposeAsync();
                return connected.Session is not null;
            }, "its place is free again");
        foreach (var esme in three) await esme.DisposeAsync();
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_not_read_either_and_others_are_served()
    {
        await using var world = await SmppWorld.Start("sqlite");
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.ReceiveBufferSize = 4_096;
        await deaf.ConnectAsync(IPAddress.Loopback, world.Port);
        await deaf.SendAsync(Pdu(CommandId.BindTransmitter, 1, "gate\0secret12\0" + "3001\0\x34\0\0\0"));
        var links = Enumerable.Range(0, 4_096).SelectMany(i => Pdu(CommandId.EnquireLink, (uint)(i + 2), "")).ToArray();
        deaf.Blocking = false;
        var written = 0L;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        // Until nothing more is taken for a second: both sockets' buffers are full, and the server's memory is not.
        for (var still = 0; still < 10;)
        {
            if (Write(deaf, links) is var more and > 0) (written, still) = (written + more, 0);
            else still++;
            await tick.WaitForNextTickAsync();
        }
        Assert.InRange(written, 1, 64L << 20);
        await using var esme = await world.Bound();
        await esme.Sent("27999000782", "served");
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public async Task A_stop_answers_what_is_under_way_unbinds_everybody_and_loses_nothing(string engine)
    {
        await using var world = await SmppWorld.Start(engine);
        await using var esme = await world.Bound();
        esme.Reply = static _ => null;
        var unanswered = await esme.Sent("27999000783", "not acknowledged");
        await esme.Receives(1);
        var burst = Enumerable.Range(0, 50).Select(i => esme.Submit("27999000784", $"stop {i}")).ToArray();
        var restart = world.Server.Restart();
        var answers = await Task.WhenAll(burst);
        await restart;
        await Deadline.For(esme.Session.Closed, "the end of the session");
        var taken = answers.Where(a => a.Ok).Select(Esme.IdOf).Append(unanswered).ToHashSet();
        await using var again = await world.Bound(CommandId.BindReceiver);
        await Eventually.Holds(
            () => taken.All(id => again.Deliveries.Any(d => d.Id == id)),
            "the receipt of everything that was answered");
    }

    public static TheoryData<string> Engines => TestEngine.All;

    private static byte[] Pdu(CommandId command, uint sequence, string body)
    {
        var octets = new byte[PduHeader.Size + body.Length];
        new PduHeader(octets.Length, command, CommandStatus.Ok, sequence).Write(octets);
        CString.Of(body).CopyTo(octets, PduHeader.Size);
        return octets;
    }

    private static long Write(Socket socket, byte[] octets)
    {
        var sent = socket.Send(octets, SocketFlags.None, out var error);
        return error == SocketError.Success ? sent : 0;
    }

    private static async Task Ended(TcpClient socket)
    {
        var rest = new byte[256];
        try
        {
            while (await socket.GetStream().ReadAsync(rest) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset is an end, too.
        }
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }
}
