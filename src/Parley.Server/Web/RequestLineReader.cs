using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace Parley.Server.Web;

/// <summary>
/// Stands between a connection and the web server's parser, and gives it another request line where the client's own would
/// be refused before any door sees it (<see cref="RequestLine"/>). Everything else passes as it came, uncopied. To know where
/// a line begins it follows the headers and the length of bodies; where it can't (chunked bodies, other protocols), the rest
/// of the connection passes unseen.
/// </summary>
internal sealed class RequestLineReader(PipeReader inner) : PipeReader
{
    private const int MostDropped = 1 << 20;

    private Place _place;

    // Of what the parser has not consumed, so many octets were looked at.
    private long _seen;
    private long _body;
    private ReadOnlySequence<byte> _given;

    // A line of ours goes before what is in the connection.
    private byte[]? _line;
    private int _lineRead;
    private bool _givenIsOurs;
    private bool _stuck;

    // The line that will stand for the one that is being dropped.
    private byte[]? _standIn;
    private long _dropped;
    private bool _over;

    private enum Place
    {
        Line,
        Head,
        Body,
        Lost,
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        if (TryOurs(out var ours)) return new(ours);
        return inner.TryRead(out var ready) && Look(ready, out var given)
            ? new(given) : Wait(inner.ReadAsync(cancellationToken), cancellationToken);
    }

    public override bool TryRead(out ReadResult result) =>
        TryOurs(out result) || (inner.TryRead(out var read) && Look(read, out result));

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var length = _given.Slice(_given.Start, consumed).Length;
        _given = default;
        if (!_givenIsOurs)
        {
            _seen -= length;
            inner.AdvanceTo(consumed, examined);
            return;
        }
        (_givenIsOurs, _stuck) = (false, length == 0);
        _lineRead += (int)length;
        if (_line is not null && _lineRead == _line.Length) _line = null;
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> Wait(ValueTask<ReadResult> read, CancellationToken cancel)
    {
        ReadResult given;
        while (!Look(await read, out given)) read = inner.ReadAsync(cancel);
        return given;
    }

    private bool TryOurs(out ReadResult result)
    {
        result = default;
        if (_line is null && !_over) return false;
        // A parser that can do nothing with a whole line would ask for ever.
        var completed = _line is null || _stuck;
        result = Ours(_line is null ? default : new(_line, _lineRead, _line.Length - _lineRead), false, completed);
        return true;
    }

    private ReadResult Ours(ReadOnlySequence<byte> octets, bool canceled, bool completed)
    {
        (_given, _givenIsOurs) = (octets, true);
        return new(octets, canceled, completed);
    }

    /// <summary>False when the parser gets nothing of it, and it was consumed.</summary>
    private bool Look(ReadResult result, out ReadResult given)
    {
        given = result;
        if (_standIn is not null) return Drop(result, out given);
        var buffer = result.Buffer;
        if (_place == Place.Line && _seen == 0 && !buffer.IsEmpty)
        {
            LookAtLine(buffer);
            if (_standIn is not null) return Drop(result, out given);
            if (TryOurs(out given)) return true;
            given = result;
        }
        if (_place is Place.Head or Place.Body) Follow(buffer);
        // One request at a time: the line of the next one is looked at where a read begins.
        if (_place == Place.Line && _seen > 0 && _seen < buffer.Length)
            given = new(buffer.Slice(0, _seen), result.IsCanceled, false);
        _given = given.Buffer;
        return true;
    }

    private void LookAtLine(ReadOnlySequence<byte> buffer)
    {
        var first = buffer.FirstSpan;
        var end = first.IndexOf((byte)'\n');
        if (end < 0 && !buffer.IsSingleSegment)
        {
            end = buffer.PositionOf((byte)'\n') is { } at ? (int)buffer.Slice(0, at).Length : -1;
            if (end is >= 0 and <= RequestLine.Longest) first = buffer.Slice(0, end + 1).ToArray();
        }
        if (end > RequestLine.Longest || (end < 0 && buffer.Length > RequestLine.Longest))
        {
            _standIn = RequestLine.ForTooLong(first.Length > 2_000 ? first[..2_000] : buffer.Slice(0, 2_000).ToArray());
            return;
        }
        if (end < 0) return;
        var line = end > 0 && first[end - 1] == '\r' ? first[..(end - 1)] : first[..end];
        if (!RequestLine.IsHttp1(line))
        {
            _place = Place.Lost;
            return;
        }
        (_place, _body, _seen) = (Place.Head, 0, end + 1);
        if (RequestLine.IsClean(line)) return;
        Begin(RequestLine.Mend(line));
        inner.AdvanceTo(buffer.GetPosition(end + 1));
    }

    private void Begin(byte[] line) => (_line, _lineRead, _stuck, _seen) = (line, 0, false, 0);

    private bool Drop(ReadResult result, out ReadResult given)
    {
        given = default;
        var buffer = result.Buffer;
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            inner.AdvanceTo(buffer.GetPosition(1, end));
            Begin(_standIn!);
            (_standIn, _place, _body, _dropped) = (null, Place.Head, 0, 0);
            return TryOurs(out given);
        }
        _dropped += buffer.Length;
        inner.AdvanceTo(buffer.End);
        if (_dropped > MostDropped)
        {
            // It has no end: the answer goes out, and nothing more is read.
            Begin([.. _standIn!, .. "\r\n"u8]);
            (_standIn, _over) = (null, true);
            return TryOurs(out given);
        }
        if (!result.IsCanceled && !result.IsCompleted) return false;
        given = Ours(default, result.IsCanceled, result.IsCompleted);
        return true;
    }

    private void Follow(ReadOnlySequence<byte> buffer)
    {
        if (_place == Place.Head && _seen <= buffer.Length)
        {
            var reader = new SequenceReader<byte>(buffer);
            reader.Advance(_seen);
            while (_place == Place.Head && reader.TryReadTo(out ReadOnlySpan<byte> line, (byte)'\n')) Header(line);
            _seen = reader.Consumed;
        }
        if (_place != Place.Body) return;
        var more = Math.Min(_body, Math.Max(0, buffer.Length - _seen));
        (_seen, _body) = (_seen + more, _body - more);
        if (_body == 0) _place = Place.Line;
    }

    /// <summary>A line of the head: what it says of the request's end.</summary>
    private void Header(ReadOnlySpan<byte> line)
    {
        if (line is [] or [(byte)'\r'])
        {
            _place = Place.Body;
            return;
        }
        // Most lines are told by their first letter.
        var first = line[0] | 0x20;
        if (first is not ('c' or 't' or 'u')) return;
        var colon = line.IndexOf((byte)':');
        if (colon < 0) return;
        var name = line[..colon];
        if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
        {
            var known = _body;
            if (!TryLength(line[(colon + 1)..].Trim(" \t\r"u8), out _body) || (known > 0 && known != _body))
                _place = Place.Lost;
        }
        else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8) || Ascii.EqualsIgnoreCase(name, "upgrade"u8))
        {
            _place = Place.Lost;
        }
    }

    private static bool TryLength(ReadOnlySpan<byte> digits, out long length)
    {
        length = 0;
        if (digits.Length is 0 or > 15) return false;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            length = (length * 10) + digit - '0';
        }
        return true;
    }
}
