using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;

namespace Parley.Smpp;

/// <summary>Where and how an ESME connects.</summary>
public sealed record SmppClientOptions
{
    /// <summary>Host name or address.</summary>
    public required string Host { get; init; }

    /// <summary>TCP port.</summary>
    public required int Port { get; init; }

    /// <summary>Null for plain TCP.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>bind_transmitter, bind_receiver or bind_transceiver.</summary>
    public CommandId Bind { get; init; } = CommandId.BindTransceiver;

    /// <summary>Who binds.</summary>
    public required SmppCredentials Credentials { get; init; }

    /// <summary>How long connecting, the TLS handshake and the bind may take together.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Limits and timers.</summary>
    public SmppSessionOptions Session { get; init; } = new();
}

/// <summary>A bound session, or why there is none.</summary>
/// <param name="Session">Bound; null when it failed.</param>
/// <param name="Status">The bind's refusal; Ok when it was not refused.</param>
/// <param name="Reason">One line for the operator; null when bound.</param>
public sealed record SmppConnected(SmppSession? Session, CommandStatus Status, string? Reason);

/// <summary>Connects and binds as ESME.</summary>
public static class SmppClient
{
    /// <summary>Connects and binds. What goes wrong on the way is in the result; only cancellation throws.</summary>
    public static async Task<SmppConnected> Connect(
        SmppClientOptions options, SmppHandler handler, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        SmppSession? session = null;
        try
        {
            session = new SmppSession(await Open(options, both.Token), isServer: false, options.Session, handler, time);
            session.Start();
            var reply = await session.Bind(options.Bind, options.Credentials, both.Token);
            if (reply.Ok) return new(session, CommandStatus.Ok, null);
            await session.DisposeAsync();
            var reason = reply.Outcome == SmppOutcome.Answered ? $"bind refused: {reply.Status.SpecificationName()}"
                : "the peer closed the connection before answering the bind";
            return new(null, reply.Status, reason);
        }
        catch (Exception error) when (
            error is SocketException or IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            if (session is not null) await session.DisposeAsync();
            cancel.ThrowIfCancellationRequested();
            return new(null, CommandStatus.Ok, error is OperationCanceledException
                ? $"no bind within {options.ConnectTimeout.TotalSeconds:0.#} s" : error.Message);
        }
    }

    private static async Task<IDuplexPipe> Open(SmppClientOptions options, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancel);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Tls is null) return new StreamDuplexPipe(stream);
            var tls = new SslStream(stream);
            stream = tls;
            await tls.AuthenticateAsClientAsync(options.Tls, cancel);
            return new StreamDuplexPipe(tls);
        }
        catch (Exception)
        {
            if (stream is not null) await stream.DisposeAsync();
            else socket.Dispose();
            throw;
        }
    }
}

/// <summary>A stream as a duplex pipe with small buffers: an idle session costs a few kilobytes.</summary>
internal sealed class StreamDuplexPipe(Stream stream) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(
        stream, new StreamPipeReaderOptions(bufferSize: 8192, minimumReadSize: 1024, useZeroByteReads: true));

    public PipeWriter Output { get; } =
        PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: false, minimumBufferSize: 1024));
}
