using System.Collections.Concurrent;

namespace Parley.Server.Channels.OptOuts;

/// <summary>
/// Who opted out and who is blocked, in memory, as the hot path asks. A row is taken in once it is committed: here at once,
/// on other nodes by <see cref="ConsentWatch"/>, which reads the changes of all nodes in their order. What the watch has read
/// is never undone by a later word of an earlier commit.
/// </summary>
internal sealed class ConsentMemory
{
    private readonly ConcurrentDictionary<Pair, RecipientSet> _optOuts = new();
    private readonly ConcurrentDictionary<string, RecipientSet> _blocked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RecipientSet> _delisted = new(StringComparer.Ordinal);
    private readonly Lock _writing = new();

    // What this node has committed and the watch has not read yet: commits are reported in any order, and a reading may be older.
    private readonly Dictionary<(string Whose, string? Sender, string Recipient), long> _ahead = [];
    private int _count;

    /// <summary>The last change that the watch has read.</summary>
    public long Read { get; private set; }

    /// <summary>
    /// False when nobody reads the changes of other nodes, because there are none: then commits are heard of in their order.
    /// </summary>
    public bool Followed { get; set; } = true;

    /// <summary>Everything that is remembered.</summary>
    public int Count => Volatile.Read(ref _count);

    public bool OptedOut(string integrationId, string sender, long recipient) =>
        _optOuts.TryGetValue(new(integrationId, sender), out var recipients) && recipients.Contains(recipient);

    /// <summary>Whether a tenant may not write to the recipient; the empty tenant stands for all.</summary>
    public bool Blocked(string tenantId, long recipient) => Has(_blocked, tenantId, recipient);

    public bool Delisted(string tenantId, long recipient) => Has(_delisted, tenantId, recipient);

    /// <summary>Takes in what this node has committed.</summary>
    public void Committed(long sequence, IEnumerable<OptOutRow> optOuts, IEnumerable<BlockRow> blocks)
    {
        lock (_writing)
        {
            if (sequence <= Read) return;
            foreach (var row in optOuts)
                if (IsNews(KeyOf(row), sequence)) Take(row);
            foreach (var row in blocks)
                if (IsNews(KeyOf(row), sequence)) Take(row);
        }

        bool IsNews((string, string?, string) key, long at)
        {
            if (!Followed) return true;
            if (_ahead.GetValueOrDefault(key) > at) return false;
            _ahead[key] = at;
            return true;
        }
    }

    /// <summary>Takes in what was read, in its order, up to a change.</summary>
    public void TakeIn(long sequence, IEnumerable<OptOutRow> optOuts, IEnumerable<BlockRow> blocks)
    {
        lock (_writing)
        {
            foreach (var row in optOuts)
                if (_ahead.GetValueOrDefault(KeyOf(row)) <= row.Sequence) Take(row);
            foreach (var row in blocks)
                if (_ahead.GetValueOrDefault(KeyOf(row)) <= row.Sequence) Take(row);
            Read = Math.Max(Read, sequence);
            foreach (var (key, at) in _ahead)
                if (at <= Read) _ahead.Remove(key);
        }
    }

    private static (string, string?, string) KeyOf(OptOutRow row) => (row.IntegrationId, row.Sender, row.Recipient);

    private static (string, string?, string) KeyOf(BlockRow row) => (row.TenantId, null, row.Recipient);

    private static bool Has(ConcurrentDictionary<string, RecipientSet> all, string tenantId, long recipient) =>
        !all.IsEmpty && all.TryGetValue(tenantId, out var recipients) && recipients.Contains(recipient);

    private void Take(OptOutRow row) =>
        Set(_optOuts.GetOrAdd(new(row.IntegrationId, row.Sender), static _ => new()), row.Recipient, row.Active != 0);

    private void Take(BlockRow row)
    {
        Set(_blocked, BlockKind.Blocked);
        Set(_delisted, BlockKind.Delisted);

        void Set(ConcurrentDictionary<string, RecipientSet> all, BlockKind kind) => this.Set(
            all.GetOrAdd(row.TenantId, static _ => new()), row.Recipient,
            row.Active != 0 && (BlockKind)row.Kind == kind);
    }

    private void Set(RecipientSet set, string recipient, bool there)
    {
        var before = set.Count;
        if (there) set.Add(RecipientSet.Key(recipient));
        else set.Remove(RecipientSet.Key(recipient));
        Volatile.Write(ref _count, _count + set.Count - before);
    }

    /// <summary>An integration's sender, without regard to case; empty for the carrier's default.</summary>
    private readonly struct Pair(string integrationId, string sender) : IEquatable<Pair>
    {
        private readonly string _integrationId = integrationId;
        private readonly string _sender = sender;

        public bool Equals(Pair other) =>
            string.Equals(_sender, other._sender, StringComparison.OrdinalIgnoreCase)
            && string.Equals(_integrationId, other._integrationId, StringComparison.Ordinal);

        public override bool Equals(object? obj) => obj is Pair other && Equals(other);

        public override int GetHashCode() =>
            HashCode.Combine(_integrationId, string.GetHashCode(_sender, StringComparison.OrdinalIgnoreCase));
    }
}
