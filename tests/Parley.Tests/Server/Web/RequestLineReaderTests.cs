using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Parley.Server.Web;

namespace Parley.Tests.Server.Web;

/// <summary>What the web server's parser gets of a connection, however its octets arrive.</summary>
public sealed class RequestLineReaderTests
{
    private static readonly string[] Requests =
    [
        "GET /plain?a=b HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /caf\u00e9 bar HTTP/1.1\r\nHost: x\r\nAccept: caf\u00e9\r\n\r\n",
        "POST /body?\u00fc HTTP/1.1\r\ncontent-length: 29\r\nT: c\r\n\r\nGET /not a line HTTP/1.1\r\n\u00e9\n\u00e9",
        "POST /empty HTTP/1.1\r\nContent-Length: 0\r\nUser-Agent: x\r\n\r\n",
        "GET /lines only\u00e4 HTTP/1.0\nHost: x\n\n",
    ];

    [Fact]
    public async Task Lines_are_mended_and_everything_else_passes_however_it_is_cut()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var requests = Enumerable.Range(0, 6).Select(_ => Requests[random.Next(Requests.Length)]).ToList();
            var expected = string.Concat(requests.Select(Mended));
            var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 16, useSynchronizationContext: false));
            var feeding = Feed(pipe.Writer, string.Concat(requests), random);
            Assert.Equal((seed, expected), (seed, await Parse(new RequestLineReader(pipe.Reader), requests.Count)));
            await feeding;
        }
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_dropped_and_its_path_stands_for_it()
    {
        var pipe = new Pipe();
        var reader = new RequestLineReader(pipe.Reader);
        var feeding = Feed(
            pipe.Writer, $"GET /http/sendmsg?text={new string('x', 200_000)} HTTP/1.1\r\nHost: x\r\n\r\n",
            new Random(1), 5_000);
        Assert.Equal("GET /line-too-long/http/sendmsg HTTP/1.0\r\nHost: x\r\n\r\n", await Parse(reader, 1));
        await feeding;
    }

    [Fact]
    public async Task A_line_without_an_end_is_answered_and_ends_the_connection()
    {
        // So much may wait in a connection; what is dropped makes room.
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 17, resumeWriterThreshold: 1 << 16));
        var reader = new RequestLineReader(pipe.Reader);
        var feeding = Feed(pipe.Writer, "GET /rest/message?" + new string('x', 2 << 20), new Random(1), 50_000);
        Assert.Equal("GET /line-too-long/rest/message HTTP/1.0\r\n\r\n", await Parse(reader, 1));
        var rest = await reader.ReadAsync();
        Assert.True(rest.IsCompleted && rest.Buffer.IsEmpty);
        await reader.CompleteAsync();
        await feeding;
    }

    [Theory]
    [InlineData("POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\nGET /\u00e9 HTTP/1.1\r\n")]
    [InlineData("GET /a HTTP/1.1\r\nUpgrade: other\r\n\r\nGET /\u00e9 x y\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nContent-Length: many\r\n\r\nGET /\u00e9 HTTP/1.1\r\n\r\n")]
    [InlineData("POST /a HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nGET /\u00e9 HTTP/1.1\r\n\r\n")]
    [InlineData("\r\nGET /\u00e9 HTTP/1.1\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u00ff\u00ff")]
    public async Task What_it_can_not_follow_passes_as_it_came(string octets)
    {
        var pipe = new Pipe();
        var reader = new RequestLineReader(pipe.Reader);
        await pipe.Writer.WriteAsync(Encoding.Latin1.GetBytes(octets));
        await pipe.Writer.CompleteAsync();
        var all = new StringBuilder();
        while (true)
        {
            var read = await reader.ReadAsync();
            all.Append(Encoding.Latin1.GetString(read.Buffer.ToArray()));
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }
        Assert.Equal(octets, all.ToString());
    }

    [Fact]
    public async Task A_parser_that_can_not_use_the_line_is_not_asked_for_ever()
    {
        var pipe = new Pipe();
        var reader = new RequestLineReader(pipe.Reader);
        await pipe.Writer.WriteAsync(Encoding.Latin1.GetBytes("GET /\u00e9 HTTP/1.1\r\n"));
        var first = await reader.ReadAsync();
        reader.AdvanceTo(first.Buffer.Start, first.Buffer.End);
        Assert.False(first.IsCompleted);
        Assert.True((await reader.ReadAsync()).IsCompleted);
    }

    private static string Mended(string request)
    {
        var end = request.IndexOf('\n', StringComparison.Ordinal);
        var line = Encoding.Latin1.GetBytes(request[..end].TrimEnd('\r'));
        return RequestLine.IsClean(line) ? request
            : Encoding.Latin1.GetString(RequestLine.Mend(line)) + request[(end + 1)..];
    }

    private static async Task Feed(PipeWriter writer, string text, Random random, int most = 40)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        for (var at = 0; at < octets.Length;)
        {
            var length = Math.Min(random.Next(1, most), octets.Length - at);
            if ((await writer.WriteAsync(octets.AsMemory(at, length))).IsCompleted) return;
            at += length;
        }
        await writer.CompleteAsync();
    }

    /// <summary>Consumes as the web server does: a line at a time, bodies by their length; what it was given.</summary>
    private static async Task<string> Parse(RequestLineReader reader, int requests)
    {
        var all = new StringBuilder();
        for (; requests > 0; requests--)
        {
            var body = 0;
            string line;
            do
            {
                line = await Take(reader, b => b.PositionOf((byte)'\n') is { } at ? b.GetPosition(1, at) : null);
                all.Append(line);
                if (line.StartsWith("content-length:", StringComparison.OrdinalIgnoreCase))
                    body = int.Parse(line[15..], null);
            }
            while (line.Trim().Length > 0);
            while (body > 0)
            {
                var part = await Take(reader, b => b.Length > 0 ? b.GetPosition(Math.Min(body, b.Length)) : null);
                all.Append(part);
                body -= part.Length;
            }
        }
        return all.ToString();
    }

    private static async Task<string> Take(PipeReader reader, Func<ReadOnlySequence<byte>, SequencePosition?> upTo)
    {
        while (true)
        {
            var read = await Deadline.For(reader.ReadAsync().AsTask(), "more octets");
            if (upTo(read.Buffer) is { } end)
            {
                var text = Encoding.Latin1.GetString(read.Buffer.Slice(0, end).ToArray());
                reader.AdvanceTo(end);
                return text;
            }
            Assert.False(read.IsCompleted, "it ended early");
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
