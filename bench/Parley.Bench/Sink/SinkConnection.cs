using System.Net.Sockets;
using Parley.Bench.Wire;

namespace Parley.Bench.Sink;

sealed class SinkConnection(Socket socket, EventCounter counter) : Connection(socket)
{
    static ReadOnlySpan<byte> Answer => "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8;

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (HttpHead.TryFind(bytes[taken..], out var head))
        {
            if (head.IsChunked) throw new InvalidDataException("The sink reads bodies with a Content-Length only");
            var length = head.Length + head.ContentLength;
            if (bytes.Length - taken < length) break;
            var body = bytes.Slice(taken + head.Length, head.ContentLength);
            counter.Totals.Requests++;
            if (body.Length > 0) CallbackText.Parley(body, counter);
            else CallbackText.Kannel(head.FirstLine, counter);
            Out.Write(Answer);
            taken += length;
        }
        return taken;
    }
}
