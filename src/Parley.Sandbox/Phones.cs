using System.Collections.Concurrent;
using Parley.Smpp.Text;

namespace Parley.Sandbox;

/// <summary>A message on a phone: joined and decoded.</summary>
public sealed record PhoneMessage(
    DateTimeOffset At,
    string From,
    string Text,
    int Parts,
    int DataCoding,
    bool Flash,
    IReadOnlyList<string> MessageIds);

/// <summary>The phones of the sandbox: what arrived on each, the newest hundred.</summary>
public sealed class Phones(TimeProvider time)
{
    private const int Kept = 100;
    private const int MostPhones = 100_000;
    private const int MostUnjoined = 1_000;

    private readonly ConcurrentDictionary<string, List<PhoneMessage>> _phones = new();
    private readonly ConcurrentDictionary<(string To, string From, int Reference, int Total), Part[]> _unjoined = new();

    private sealed record Part(string Text, string Id);

    /// <summary>Messages that arrived on all phones.</summary>
    public long Arrived => Interlocked.Read(ref _arrived);

    private long _arrived;

    /// <summary>Different texts that arrived on all phones: what arrived more often than this was sent more than once.</summary>
    public long DistinctTexts => _phones.Values.Sum(messages =>
    {
        lock (messages) return messages.Select(m => m.Text).Distinct().LongCount();
    });

    /// <summary>The newest messages of a phone, the newest last.</summary>
    public IReadOnlyList<PhoneMessage> On(string msisdn)
    {
        if (!_phones.TryGetValue(msisdn, out var messages)) return [];
        lock (messages) return [.. messages];
    }

    /// <summary>A part, or a whole message, has arrived.</summary>
    internal void Take(string to, string from, string id, byte dataCoding, string text, Concatenation? joined)
    {
        if (joined is not { Total: > 1 } concatenation)
        {
            Add(to, new PhoneMessage(time.GetUtcNow(), from, text, 1, dataCoding, IsFlash(dataCoding), [id]));
            return;
        }
        var key = (to, from, concatenation.Reference, concatenation.Total);
        if (_unjoined.Count > MostUnjoined) _unjoined.Clear();
        var parts = _unjoined.GetOrAdd(key, k => new Part[k.Total]);
        lock (parts)
        {
            parts[concatenation.Sequence - 1] = new Part(text, id);
            if (Array.Exists(parts, p => p is null)) return;
        }
        _unjoined.TryRemove(key, out _);
        Add(to, new PhoneMessage(
            time.GetUtcNow(), from, string.Concat(parts.Select(p => p.Text)), parts.Length, dataCoding,
                IsFlash(dataCoding), [.. parts.Select(p => p.Id)]));
    }

    private static bool IsFlash(byte dataCoding) => (dataCoding & 0xF0) is 0x10 or 0xF0 && (dataCoding & 0x03) == 0;

    private void Add(string to, PhoneMessage message)
    {
        if (_phones.Count > MostPhones) _phones.Clear();
        var messages = _phones.GetOrAdd(to, _ => []);
        lock (messages)
        {
            messages.Add(message);
            if (messages.Count > Kept) messages.RemoveAt(0);
        }
        Interlocked.Increment(ref _arrived);
    }
}
