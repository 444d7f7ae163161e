using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Server.Webhooks;

/// <summary>How a callback goes.</summary>
internal enum LetterShape
{
    /// <summary>POST of JSON.</summary>
    Json,

    /// <summary>POST of a form.</summary>
    Form,

    /// <summary>GET with a query.</summary>
    Query,
}

/// <summary>
/// One request being made: its id, time and body, in buffers that the next request uses again. Id, time and body lie in
/// a row as they are signed.
/// </summary>
internal sealed class Letter(TimeProvider time)
{
    private const int LargestKept = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private CancellationTokenSource? _timeout;
    private Utf8JsonWriter? _json;
    private int _head;

    /// <summary>The <c>webhook-id</c>.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The message that it is about, whose trace the request belongs to; null for several.</summary>
    public string? MessageId { get; set; }

    /// <summary>The <c>webhook-timestamp</c>, seconds.</summary>
    public string Timestamp { get; private set; } = "";

    public ReadOnlySpan<byte> Signed => _buffer.WrittenSpan;

    public ReadOnlyMemory<byte> Body => _buffer.WrittenMemory[_head..];

    /// <summary>False when its buffers must not be used again.</summary>
    public bool Reusable { get; private set; } = true;

    /// <summary>What the body is, and so how it goes.</summary>
    public LetterShape Shape { get; private set; }

    /// <summary>Begins another request; the body, in JSON, is written to the answer.</summary>
    public Utf8JsonWriter Begin(string id)
    {
        Begin(id, LetterShape.Json);
        if (_json is null) _json = new Utf8JsonWriter(_buffer, CallbackBody.Json);
        else _json.Reset(_buffer);
        return _json;
    }

    /// <summary>Begins another request; the body, or the query of a GET, is written to the answer.</summary>
    public IBufferWriter<byte> Begin(string id, LetterShape shape)
    {
        Shape = shape;
        (Id, Timestamp) = (id, time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        MessageId = null;
        _buffer.ResetWrittenCount();
        Encoding.UTF8.GetBytes(Id, _buffer);
        _buffer.Write("."u8);
        Encoding.UTF8.GetBytes(Timestamp, _buffer);
        _buffer.Write("."u8);
        _head = _buffer.WrittenCount;
        return _buffer;
    }

    /// <summary>Falls after <paramref name="limit"/>.</summary>
    public CancellationTokenSource Within(TimeSpan limit)
    {
        if (_timeout is not null && _timeout.TryReset()) _timeout.CancelAfter(limit);
        else
        {
            _timeout?.Dispose();
            _timeout = new CancellationTokenSource(limit, time);
        }
        return _timeout;
    }

    /// <summary>The request ended; after a broken one the connection may still read the buffers.</summary>
    public void End(bool clean)
    {
        Reusable &= clean && _buffer.Capacity <= LargestKept;
        if (clean) _timeout?.CancelAfter(Timeout.InfiniteTimeSpan);
        else
        {
            _timeout?.Dispose();
            _timeout = null;
        }
    }
}
