using System.Net.Sockets;
using System.Text;
using Parley.Bench.Wire;

namespace Parley.Bench.Load;

/// <summary>A keep-alive client connection with at most one request in flight.</summary>
sealed class LoadConnection(Socket socket, LoadVerb load) : Connection(socket)
{
    long askedAt;
    bool busy;

    /// <param name="since">When the request was due: what waits for a free connection is late, and counted so.</param>
    public void Ask(RequestText text, long first, int count, long since)
    {
        (askedAt, busy) = (since, true);
        text.Write(Out, first, count);
    }

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        if (!HttpHead.TryFind(bytes, out var head)) return 0;
        var length = head.IsChunked ? ChunkedEnd(bytes) : head.Length + head.ContentLength;
        if (length < 0 || bytes.Length < length) return 0;
        busy = false;
        var refusal = head.Status == 202 ? null : Encoding.UTF8.GetString(bytes[..Math.Min(length, 400)]);
        load.Answered(this, askedAt, refusal);
        return head.Closes ? -1 : length;
    }

    protected override void Closed() => load.Lost(busy);

    // One request in flight: the last chunk ends what has been received.
    static int ChunkedEnd(ReadOnlySpan<byte> bytes) => bytes.EndsWith("\r\n0\r\n\r\n"u8) ? bytes.Length : -1;
}
