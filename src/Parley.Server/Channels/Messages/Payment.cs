using Parley.Platform.Storage;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// The messages of one request whose tenant pays from an account: the flush that writes them decides which fit, and so
/// what is answered. It may decide again when the flush is run again.
/// </summary>
internal sealed class Payment(
    string tenantId, AcceptedOrNot[] answers, Func<IReadOnlyList<AcceptedOrNot>, Action<Tx>>? beside)
{
    private readonly List<(Tracked Message, int Place, MessageCharge? Charge)> _messages = [];

    /// <summary>The messages that are paid.</summary>
    public List<Tracked> Paid { get; } = [];

    public int Refused => _messages.Count - Paid.Count;

    /// <summary>What is written beside them; null when nothing is.</summary>
    public Action<Tx>? Beside { get; private set; }

    public IEnumerable<MessageCharge> Charges => _messages.Where(m => m.Charge is not null).Select(m => m.Charge!);

    public void Add(Tracked message, int place)
    {
        var (id, micros) = (message.Message.Id, message.Message.Charged ?? 0);
        _messages.Add((message, place, micros > 0 ? new(id, tenantId, micros) : null));
    }

    /// <summary>The charges are decided.</summary>
    public void Decided()
    {
        Paid.Clear();
        foreach (var (message, place, charge) in _messages)
        {
            var fits = charge is null or { Fits: true };
            answers[place] = fits ? new(message.Message.Id, null) : new(null, MessageRefusals.NoCredit);
            if (fits) Paid.Add(message);
        }
        // It hears the answers in any case, and writes only beside messages.
        var write = beside?.Invoke(answers);
        Beside = Paid.Count > 0 ? write : null;
    }
}
