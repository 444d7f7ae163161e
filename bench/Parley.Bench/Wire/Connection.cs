using System.Net.Sockets;

namespace Parley.Bench.Wire;

/// <summary>A non-blocking socket with one buffer each way. What a read produced goes out in one send.</summary>
abstract class Connection(Socket socket)
{
    byte[] inbound = new byte[64 * 1024];
    int held;
    Epoll? epoll;
    int token;
    bool waitsToWrite;

    protected Socket Socket => socket;

    protected OutBuffer Out { get; } = new();

    public void Attach(Epoll set, int asToken)
    {
        (epoll, token) = (set, asToken);
        socket.Blocking = false;
        set.Add((int)socket.Handle, asToken);
    }

    public void Close()
    {
        epoll?.Remove((int)socket.Handle);
        socket.Dispose();
        Closed();
    }

    public bool Serve(uint events)
    {
        if ((events & Epoll.Writable) != 0 && !Flush()) return false;
        return (events & ~Epoll.Writable) == 0 || Read();
    }

    /// <summary>Sends what is buffered; false when the peer is gone.</summary>
    public bool Flush()
    {
        while (!Out.IsEmpty)
        {
            var sent = socket.Send(Out.Pending, SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return Interest(true);
            if (error != SocketError.Success) return false;
            Out.Sent(sent);
        }
        return Interest(false);
    }

    /// <summary>Takes whole frames from the front and answers how many bytes they were; negative closes.</summary>
    protected abstract int Consume(ReadOnlySpan<byte> bytes);

    protected virtual void Received() { }

    protected virtual void Closed() { }

    bool Read()
    {
        while (true)
        {
            var room = inbound.Length - held;
            var count = socket.Receive(inbound.AsSpan(held), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock) return true;
            if (error != SocketError.Success || count == 0) return false;
            Received();
            held += count;
            var taken = Consume(inbound.AsSpan(0, held));
            if (taken < 0) return false;
            held -= taken;
            inbound.AsSpan(taken, held).CopyTo(inbound);
            if (held == inbound.Length) Array.Resize(ref inbound, inbound.Length * 2);
            if (!Flush()) return false;
            if (count < room) return true;
        }
    }

    bool Interest(bool writing)
    {
        if (writing != waitsToWrite)
            epoll!.Change((int)socket.Handle, token, Epoll.Readable | (writing ? Epoll.Writable : 0));
        waitsToWrite = writing;
        return true;
    }
}
