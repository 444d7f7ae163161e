using System.Data.Common;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>A request that was read.</summary>
/// <param name="Integration">Whose it is.</param>
/// <param name="Fields">What it says.</param>
/// <param name="InXml">How it is answered.</param>
/// <param name="Key">Its Idempotency-Key; null when it has none.</param>
/// <param name="Whole">What a repeat must repeat.</param>
internal sealed record SmsCall(Integration Integration, SmsFields Fields, bool InXml, string? Key, byte[] Whole);

/// <summary>Sends what a request asks for, once per Idempotency-Key.</summary>
internal sealed class SmsSending(AcceptMessages accept, Idempotency idempotency, Database database)
{
    private static SmsError KeyInvalid => SmsError.Malformed(
        $"{Idempotency.Header} is not 1 to {Idempotency.LongestKey} printable characters without blanks");

    public async Task<SmsReply> Run(SmsCall call)
    {
        if (call.Key is not { } key) return await Send(call, null);
        if (!Idempotency.Valid(key)) return SmsReply.Of(KeyInvalid, call.InXml);
        if (!idempotency.Begin(call.Integration.Id, key)) return SmsReply.Of(SmsError.KeyInProgress, call.InXml);
        try
        {
            return await SendOnce(call, key);
        }
        finally
        {
            idempotency.End(call.Integration.Id, key);
        }
    }

    private async Task<SmsReply> SendOnce(SmsCall call, string key)
    {
        var (id, hash) = (call.Integration.Id, Idempotency.HashOf(call.Whole));
        if (await First(call, key, hash) is { } first) return first;
        try
        {
            return await Send(call, (tx, reply) => idempotency.Keep(tx, id, key, hash, reply.Status, reply.Body));
        }
        catch (DbException error) when (database.Dialect.Classify(error) == StorageFault.Statement)
        {
            // Another node was first with the same key; its answer is the answer.
            if (await First(call, key, hash) is { } other) return other;
            throw;
        }
    }

    private async Task<SmsReply?> First(SmsCall call, string key, string hash)
    {
        if (await idempotency.Find(call.Integration.Id, key, CancellationToken.None) is not { } first) return null;
        return first.RequestHash == hash
            ? new((int)first.Status, first.Body, first.Body.AsSpan().StartsWith("<"u8), Replayed: true)
            : SmsReply.Of(SmsError.Malformed($"this {Idempotency.Header} was used for another request"), call.InXml);
    }

    /// <summary>
    /// <paramref name="keep"/> writes the answer in the commit of the messages; what is refused whole did nothing and is
    /// not kept.
    /// </summary>
    private async Task<SmsReply> Send(SmsCall call, Action<Tx, SmsReply>? keep)
    {
        var (asked, error) = SmsRequest.Of(call.Fields, call.Integration);
        if (error is not null) return SmsReply.Of(error, call.InXml);
        var messages = asked.Where(a => a.Message is not null).Select(a => a.Message!).ToList();
        SmsReply? kept = null;
        // Not tied to the caller's connection: what was begun is committed and kept, whether he waits or not.
        var accepted = await accept.Run(call.Integration, messages, keep is null ? null : answers =>
        {
            kept = Reply(answers);
            return tx => keep(tx, kept);
        }, CancellationToken.None);
        return kept ?? Reply(accepted);

        SmsReply Reply(IReadOnlyList<AcceptedOrNot> answers)
        {
            var entries = new List<SmsEntry>(asked.Count);
            var next = 0;
            foreach (var ((message, refused), to) in asked.Zip(call.Fields.To))
                entries.Add(message is null ? new(null, to, refused) : Entry(answers[next++], to));
            return SmsReply.Of(entries, call.InXml);
        }
    }

    private static SmsEntry Entry(AcceptedOrNot answer, string to) => answer.Refusal is { } refusal
        ? new(null, to, SmsError.Of(refusal))
        : new(answer.MessageId, to, null);
}
