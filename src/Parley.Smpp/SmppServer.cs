using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Parley.Smpp;

/// <summary>Where and how an SMSC listens.</summary>
public sealed record SmppServerOptions
{
    /// <summary>Address and port; port 0 takes a free one.</summary>
    public IPEndPoint EndPoint { get; init; } = new(IPAddress.Loopback, 2775);

    /// <summary>Null for plain TCP.</summary>
    public SslServerAuthenticationOptions? Tls { get; init; }

    /// <summary>
    /// Asked at every handshake, for certificates that change while the server runs; wins over <see cref="Tls"/>. Null for
    /// none.
    /// </summary>
    public Func<SslServerAuthenticationOptions>? TlsOfNow { get; init; }

    /// <summary>True to listen as ESME for an SMSC's outbind (SMPP 3.4 §2.2.1): its sessions bind from <see cref="SmppHandler.OnOutbind"/>.</summary>
    public bool AsEsme { get; init; }

    /// <summary>Connections at once, those in their TLS handshake included; further ones are closed at once.</summary>
    public int MaxSessions { get; init; } = 5_000;

    /// <summary>
    /// Asked for every connection before anything of it is read: null turns it away, anything else is disposed when the
    /// connection ends. Null takes all.
    /// </summary>
    public Func<EndPoint?, IDisposable?>? Admit { get; init; }

    /// <summary>How long a TLS handshake may take.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Limits and timers of each session.</summary>
    public SmppSessionOptions Session { get; init; } = new();
}

/// <summary>Listens as SMSC and makes a session of every connection.</summary>
public sealed class SmppServer : IAsyncDisposable
{
    private readonly SmppServerOptions _options;
    private readonly Func<EndPoint?, SmppHandler> _handlerFor;
    private readonly TimeProvider _time;
    private readonly TcpListener _listener;
    private readonly ConcurrentDictionary<SmppSession, bool> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _loop;
    private int _connections;
    private int _disposed;

    /// <summary>Listens at once.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="handlerFor">Makes the handler of a connection from its remote address.</param>
    /// <param name="time">Drives the timers.</param>
    /// <exception cref="SocketException">The address is taken.</exception>
    public SmppServer(SmppServerOptions options, Func<EndPoint?, SmppHandler> handlerFor, TimeProvider time)
    {
        (_options, _handlerFor, _time) = (options, handlerFor, time);
        _listener = new TcpListener(options.EndPoint);
        _listener.Start(1024);
        _loop = Task.Run(AcceptLoop);
    }

    /// <summary>The address in use, with the port that port 0 became.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Sessions that are open, bound or not.</summary>
    public ICollection<SmppSession> Sessions => _sessions.Keys;

    /// <summary>Stops listening and closes every session.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _stopping.CancelAsync();
        _listener.Stop();
        await _loop;
        await Task.WhenAll(_sessions.Keys.Select(s => s.DisposeAsync().AsTask()));
        _stopping.Dispose();
    }

    private async Task AcceptLoop()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var socket = await _listener.AcceptSocketAsync(_stopping.Token);
                if (Volatile.Read(ref _connections) >= _options.MaxSessions) socket.Dispose();
                else _ = Serve(socket);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                // One connection failed while it was taken (or the listener stops): the next one may not. Out of handles, a moment helps.
                if (_stopping.IsCancellationRequested) return;
                await Task.Delay(TimeSpan.FromMilliseconds(50), _time);
            }
        }
    }

    private async Task Serve(Socket socket)
    {
        Interlocked.Increment(ref _connections);
        Stream? stream = null;
        IDisposable? place = null;
        try
        {
            var remote = socket.RemoteEndPoint;
            if (_options.Admit is { } admit && (place = admit(remote)) is null)
            {
                socket.Dispose();
                return;
            }
            socket.NoDelay = true;
            stream = new NetworkStream(socket, ownsSocket: true);
            if ((_options.TlsOfNow?.Invoke() ?? _options.Tls) is { } tls)
            {
                var secured = new SslStream(stream);
                stream = secured;
                using var limit = new CancellationTokenSource(_options.HandshakeTimeout, _time);
                await secured.AuthenticateAsServerAsync(tls, limit.Token);
            }
            var session = new SmppSession(
                new StreamDuplexPipe(stream), isServer: !_options.AsEsme, _options.Session, _handlerFor(remote), _time);
            _sessions[session] = true;
            session.Start();
            if (_stopping.IsCancellationRequested) session.Close(SmppClosed.ByUs);
            await session.Closed;
            _sessions.TryRemove(session, out _);
        }
        catch (Exception)
        {
            // A handshake that failed, or a handler that could not be made: this connection ends, the listener goes on.
            if (stream is not null) await stream.DisposeAsync();
            socket.Dispose();
        }
        finally
        {
            place?.Dispose();
            Interlocked.Decrement(ref _connections);
        }
    }
}
