namespace Parley.Server.Provisioning;

/// <summary>What applying a document changed, per kind of entry.</summary>
public sealed record ProvisioningSummary(IReadOnlyList<ProvisionedKind> Kinds)
{
    public int Created => Kinds.Sum(k => k.Created);

    public int Updated => Kinds.Sum(k => k.Updated);

    /// <summary>Deleted, or deactivated where something still refers to it (tenants, integrations).</summary>
    public int Removed => Kinds.Sum(k => k.Removed);

    public int Unchanged => Kinds.Sum(k => k.Unchanged);

    public bool ChangedAnything => Created + Updated + Removed > 0;

    public override string ToString() => string.Join("; ", Kinds
        .Where(k => k.Created + k.Updated + k.Removed + k.Unchanged > 0)
        .Select(k => $"{k.Kind}: {k.Created} created, {k.Updated} updated, {k.Removed} removed, {k.Unchanged} unchanged"));
}

public sealed record ProvisionedKind(string Kind, int Created, int Updated, int Removed, int Unchanged);

/// <summary>The difference between what is stored and what is wanted.</summary>
internal sealed record Difference<T>(string Kind, IReadOnlyList<T> New, IReadOnlyList<T> Changed, IReadOnlyList<T> Gone, int Unchanged)
    where T : notnull
{
    public IReadOnlyList<T> ToWrite => [.. New, .. Changed];

    public ProvisionedKind Count => new(Kind, New.Count, Changed.Count, Gone.Count, Unchanged);

    public static Difference<T> Of<TKey>(string kind, IEnumerable<T> stored, IEnumerable<T> wanted, Func<T, TKey> key) where TKey : notnull
    {
        var old = stored.ToDictionary(key);
        var added = new List<T>();
        var changed = new List<T>();
        var unchanged = 0;
        foreach (var row in wanted)
        {
            if (!old.Remove(key(row), out var was)) added.Add(row);
            else if (was.Equals(row)) unchanged++;
            else changed.Add(row);
        }
        return new(kind, added, changed, [.. old.Values], unchanged);
    }
}
