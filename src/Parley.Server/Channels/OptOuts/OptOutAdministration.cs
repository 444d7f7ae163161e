using System.Text;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.OptOuts;

/// <summary>What an operator sees of opt-outs, and what he does about them.</summary>
internal sealed class OptOutAdministration(
    Database database, ChangeConsent change, TenantDirectory tenants, TimeProvider time)
{
    public const int LongestNote = 200;
    private const int ExportAtOnce = 5_000;
    private const int MostEvents = 1_000;

    public Task<IReadOnlyList<OptOutRow>> Page(OptOutQuery query, CancellationToken cancel) =>
        database.Read(connection => OptOutStore.Page(connection, query), cancel);

    /// <summary>One with its evidence, the newest first; null when the recipient never opted out there.</summary>
    public Task<(OptOutRow Row, IReadOnlyList<OptOutEvent> Events)?> Show(
        string integrationId, string sender, string recipient, CancellationToken cancel) =>
        database.Read<(OptOutRow, IReadOnlyList<OptOutEvent>)?>(
            connection => OptOutStore.Find(connection, integrationId, sender, recipient) is { } row
                ? (row, OptOutStore.Events(connection, integrationId, sender, recipient, MostEvents))
                : null,
            cancel);

    /// <summary>Opts out or in by hand; answers whether it changed anything.</summary>
    public Task<bool> Set(
        string integrationId, string sender, string recipient, bool optOut, string note, CancellationToken cancel)
    {
        var made = new ConsentChange(integrationId, sender, recipient, optOut, time.NowMicros())
        {
            Source = ConsentSources.Admin,
            Text = note,
        };
        return database.Transact(tx => change.Run(tx, [made]).Count > 0, cancel);
    }

    /// <summary>The sender as rows have it; null when the integration has none such. Empty is the carrier's default.</summary>
    public string? SenderOf(string integrationId, string sender)
    {
        if (tenants.ById(integrationId) is not { } integration) return null;
        if (sender.StartsWith('+')) sender = sender[1..];
        if (sender.Length == 0) return "";
        return integration.SenderNamed(sender) is { } known ? ChangeConsent.SenderKey(known.Address) : null;
    }

    /// <summary>Takes lines <c>sender,recipient[,at]</c>; what is bad of them is told and left out.</summary>
    public async Task<Imported> Import(string integrationId, string text, CancellationToken cancel)
    {
        var now = time.NowMicros();
        var import = new ImportRun<ConsentChange>(
            text, ChangeConsent.Most, line => Read(integrationId, line, now),
            changes => database.Transact(tx => change.Run(tx, changes).Count, cancel));
        return await import.Run();
    }

    /// <summary>Writes all that opted out of an integration, in the form that <see cref="Import"/> takes.</summary>
    public async Task Export(string integrationId, Stream stream, CancellationToken cancel)
    {
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
        var query = new OptOutQuery { IntegrationId = integrationId, Active = 1, Limit = ExportAtOnce };
        while (true)
        {
            var rows = await Page(query, cancel);
            foreach (var row in rows)
                await writer.WriteLineAsync(
                    ConsentCsv.Join(row.Sender, row.Recipient, ConsentCsv.Iso(row.ChangedAt)).AsMemory(), cancel);
            await writer.FlushAsync(cancel);
            if (rows.Count < ExportAtOnce) return;
            query = query.After(rows[^1]);
        }
    }

    private Result<ConsentChange> Read(string integrationId, List<string> values, long now)
    {
        if (values.Count is < 2 or > 3) return Bad("is not sender,recipient[,at]");
        if (SenderOf(integrationId, values[0]) is not { } sender) return Bad("names no sender of the integration");
        if (ConsentCsv.Recipient(values[1]) is not { } recipient) return Bad("has no number in international format");
        var at = now;
        if (values.Count == 3 && values[2].Length > 0)
        {
            if (ConsentCsv.At(values[2], now) is not { } known) return Bad("has no moment in the past in ISO 8601");
            at = known;
        }
        return new ConsentChange(integrationId, sender, recipient, true, at) { Source = ConsentSources.Import };
    }

    private static Refusal Bad(string what) => new("opt-out.line-bad", what);
}
