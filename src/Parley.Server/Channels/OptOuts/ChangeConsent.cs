using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.OptOuts;

/// <summary>Somebody opts out, or in again.</summary>
/// <param name="IntegrationId">Whose sender it is.</param>
/// <param name="Sender">As it is stored (<see cref="ChangeConsent.SenderKey"/>).</param>
/// <param name="Recipient">Digits.</param>
/// <param name="Out">False opts in again.</param>
/// <param name="At">Microseconds UTC.</param>
internal sealed record ConsentChange(string IntegrationId, string Sender, string Recipient, bool Out, long At)
{
    /// <summary>The inbound message that says so; null when none does.</summary>
    public string? MessageId { get; init; }

    /// <summary>phone, admin or import.</summary>
    public string Source { get; init; } = "";

    /// <summary>The words of it, at most 200 characters.</summary>
    public string Text { get; init; } = "";
}

/// <summary>Changes who opted out, with the evidence, and puts it into memory after the commit.</summary>
internal sealed class ChangeConsent(ConsentMemory memory, Ids ids)
{
    /// <summary>Changes of one call at most; they have one number, and readers take in several such at once.</summary>
    public const int Most = 1_000;

    /// <summary>A sender as rows have it: names in lower case.</summary>
    public static string SenderKey(string sender) => sender.ToLowerInvariant();

    /// <summary>
    /// Makes the changes, all of one integration, and answers those that changed something. Who never opted out does not opt
    /// in; and an import does not overrule what is known to have happened later.
    /// </summary>
    public IReadOnlyList<ConsentChange> Run(Tx tx, IReadOnlyList<ConsentChange> changes)
    {
        Invariant.Holds(changes.Count is > 0 and <= Most);
        var sequence = OptOutStore.NextSequence(tx);
        var recipients = changes.Select(c => c.Recipient).Distinct().ToList();
        var rows = OptOutStore.Of(tx, changes[0].IntegrationId, recipients)
            .ToDictionary(r => (r.Sender, r.Recipient));
        var (changed, made) = (new Dictionary<(string, string), OptOutRow>(), new List<ConsentChange>());
        foreach (var change in changes)
        {
            var key = (change.Sender, change.Recipient);
            if (!Changes(rows.GetValueOrDefault(key), change)) continue;
            rows[key] = changed[key] = new OptOutRow
            {
                IntegrationId = change.IntegrationId,
                Sender = change.Sender,
                Recipient = change.Recipient,
                Active = change.Out ? 1 : 0,
                ChangedAt = change.At,
                Sequence = sequence,
            };
            made.Add(change);
        }
        if (made.Count == 0) return made;
        OptOutStore.Upsert(tx, [.. changed.Values]);
        OptOutStore.Insert(tx, [.. made.Select(c => EventOf(c, c.Out ? "stop" : "start"))]);
        tx.AfterCommit(() => memory.Committed(sequence, changed.Values, []));
        return made;
    }

    /// <summary>Keeps what was said without changing anything.</summary>
    public void Note(Tx tx, ConsentChange said, string what) => OptOutStore.Insert(tx, [EventOf(said, what)]);

    private OptOutEvent EventOf(ConsentChange change, string what) => new()
    {
        Id = change.MessageId ?? ids.Next(),
        IntegrationId = change.IntegrationId,
        Sender = change.Sender,
        Recipient = change.Recipient,
        What = what,
        Source = change.Source,
        At = change.At,
        Text = change.Text,
    };

    private static bool Changes(OptOutRow? row, ConsentChange change)
    {
        if (row is null) return change.Out;
        if (row.Active != 0 == change.Out) return false;
        return change.Source != ConsentSources.Import || change.At >= row.ChangedAt;
    }
}

internal static class ConsentSources
{
    public const string Phone = "phone";
    public const string Admin = "admin";
    public const string Import = "import";
}
