using System.Buffers.Text;
using Parley.Bench.Load;

namespace Parley.Bench.Sink;

/// <summary>Reads both candidates' callbacks by looking for the few words that matter.</summary>
static class CallbackText
{
    const int DeviceAck = 5;
    const int SentToSupplier = 4;

    /// <summary>Kannel: `GET /k?s=1&amp;p=27…`, where s is the dlr-mask bit (1 delivered, 2 and 16 failed).</summary>
    public static void Kannel(ReadOnlySpan<byte> requestLine, EventCounter counter)
    {
        var status = After(requestLine, "s="u8);
        var phone = After(requestLine, "p="u8);
        if (phone.StartsWith("%2B"u8)) phone = phone[3..];
        if (!Utf8Parser.TryParse(phone, out long to, out _) || !Utf8Parser.TryParse(status, out int mask, out _))
            counter.Totals.Wrong++;
        else if (mask == 1) counter.Delivered(to - Numbers.FirstPhone);
        else if ((mask & 18) != 0) counter.Totals.Wrong++;
        else counter.Totals.Interim++;
    }

    /// <summary>
    /// Contract §2.11: `event.messageStatusUpdate[]` with clientMessageId and statusCode, in any order.
    /// </summary>
    public static void Parley(ReadOnlySpan<byte> body, EventCounter counter)
    {
        var entries = After(body, "\"messageStatusUpdate\""u8);
        for (var end = entries.IndexOf((byte)'}'); end >= 0; end = entries.IndexOf((byte)'}'))
        {
            var entry = entries[..end];
            entries = entries[(end + 1)..];
            if (entry.IndexOf("\"statusCode\""u8) >= 0) Entry(entry, counter);
        }
    }

    static void Entry(ReadOnlySpan<byte> entry, EventCounter counter)
    {
        var code = After(entry, "\"statusCode\":"u8);
        var client = After(entry, "\"clientMessageId\":\""u8);
        if (!Utf8Parser.TryParse(code, out int status, out _) || !Utf8Parser.TryParse(client, out long number, out _))
            counter.Totals.Wrong++;
        else if (status == DeviceAck) counter.Delivered(number);
        else if (status <= SentToSupplier) counter.Totals.Interim++;
        else counter.Totals.Wrong++;
    }

    static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        var at = text.IndexOf(mark);
        return at < 0 ? [] : text[(at + mark.Length)..];
    }
}
