namespace Parley.Server.Channels.Messages;

/// <summary>The ids that a carrier gave a message's parts, with the parts' numbers from 0: nearly always one, so it costs no list.</summary>
internal readonly struct PartIds
{
    private readonly string? _id;
    private readonly int _part;
    private readonly (int Part, string Id)[]? _more;

    private PartIds(int part, string id, (int Part, string Id)[]? more) => (_part, _id, _more) = (part, id, more);

    public int Count => _id is null ? 0 : 1 + (_more?.Length ?? 0);

    public PartIds With(int part, string id) =>
        _id is null ? new(part, id, null) : new(_part, _id, [.. _more ?? [], (part, id)]);

    public Enumerator GetEnumerator() => new(this);

    public struct Enumerator(PartIds ids)
    {
        private int _at = -1;

        public readonly (int Part, string Id) Current => _at == 0 ? (ids._part, ids._id!) : ids._more![_at - 1];

        public bool MoveNext() => ++_at < ids.Count;
    }
}
