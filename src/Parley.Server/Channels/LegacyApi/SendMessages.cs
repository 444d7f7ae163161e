using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>What became of the message to one number.</summary>
internal readonly record struct LegacyEntry(string To, string MessageId, LegacyError? Error);

/// <summary>One message to several numbers; each is answered in its place.</summary>
internal sealed class SendMessages(AcceptMessages accept, Coverage coverage, TimeProvider time)
{
    /// <summary>Numbers of one request (contract channels §6).</summary>
    public const int Most = 600;

    private const int AtOnce = 200;

    /// <summary>The message that the fields describe, or why it can't be sent to anybody.</summary>
    public (NewMessage? Message, LegacyError? Error) Make(Integration integration, MessageFields fields) =>
        fields.ToMessage(integration, time);

    public async Task<LegacyEntry[]> Run(Integration integration, NewMessage message, IReadOnlyList<string> numbers)
    {
        var entries = new LegacyEntry[numbers.Count];
        for (var from = 0; from < numbers.Count; from += AtOnce)
        {
            var messages = new List<NewMessage>();
            var places = new List<int>();
            for (var i = from; i < Math.Min(from + AtOnce, numbers.Count); i++)
            {
                var reached = coverage.Reaches(integration, message.From, numbers[i]);
                entries[i] = new(numbers[i], "", reached ? null : LegacyError.CannotRoute);
                if (!reached) continue;
                messages.Add(message with { To = numbers[i] });
                places.Add(i);
            }
            if (messages.Count == 0) continue;
            // Not tied to the caller's connection: what was begun is committed, whether he waits or not.
            var answers = await accept.Run(integration, messages, null, CancellationToken.None);
            for (var i = 0; i < places.Count; i++)
                entries[places[i]] = entries[places[i]] with
                {
                    MessageId = answers[i].Refusal is null ? answers[i].MessageId! : "",
                    Error = answers[i].Refusal is { } refusal ? LegacyError.Of(refusal) : null,
                };
        }
        return entries;
    }
}
