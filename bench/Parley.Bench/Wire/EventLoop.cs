using System.Net;
using System.Net.Sockets;

namespace Parley.Bench.Wire;

/// <summary>The single thread of a simulator, sink or load process.</summary>
sealed class EventLoop : IDisposable
{
    readonly Epoll epoll = new();
    readonly List<Connection?> connections = [];
    readonly Stack<int> free = [];
    Socket? listener;
    Func<Socket, Connection>? accepted;

    public int Port => ((IPEndPoint)listener!.LocalEndPoint!).Port;

    public IEnumerable<Connection> Open => connections.OfType<Connection>();

    public void Listen(int port, Func<Socket, Connection> onAccepted)
    {
        accepted = onAccepted;
        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(1024);
        listener.Blocking = false;
        epoll.Add((int)listener.Handle, -1);
    }

    public void Add(Connection connection)
    {
        if (!free.TryPop(out var token))
        {
            token = connections.Count;
            connections.Add(null);
        }
        connections[token] = connection;
        connection.Attach(epoll, token);
    }

    /// <summary>
    /// Serves until <paramref name="tick"/> answers a negative wait; the answer is the longest wait in ms.
    /// </summary>
    public void Run(Func<int> tick)
    {
        for (var wait = tick(); wait >= 0; wait = tick())
        {
            var count = epoll.Wait(wait);
            for (var i = 0; i < count; i++)
            {
                var (token, events) = epoll.Event(i);
                if (token == -1) Accept();
                else if (connections[token] is { } open && !open.Serve(events)) Drop(token, open);
            }
        }
    }

    public void Dispose()
    {
        foreach (var connection in Open) connection.Close();
        listener?.Dispose();
        epoll.Dispose();
    }

    void Accept()
    {
        while (true)
        {
            Socket socket;
            try { socket = listener!.Accept(); }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock) { return; }
            Add(accepted!(socket));
        }
    }

    void Drop(int token, Connection connection)
    {
        connections[token] = null;
        free.Push(token);
        connection.Close();
    }
}
