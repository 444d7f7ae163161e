using System.Runtime.InteropServices;
using System.Text;
using Parley.Server.Channels.Carriers;

namespace Parley.Server.Channels.Messages;

/// <summary>A message that waits for its receipt and its committed row, and how both are written as bytes.</summary>
internal sealed record PackedMessage(Message Message, MessageState State, PartIds PartIds)
{
    /// <summary>More than all its numbers and lengths take.</summary>
    private const int Numbers = 512;

    /// <summary>Instead of a length: the text is UTF-16.</summary>
    private const long Wide = int.MaxValue;

    /// <summary>No message takes more bytes than this.</summary>
    public static int MostBytes(Tracked tracked)
    {
        var (message, state) = (tracked.Message, tracked.State);
        var content = message.Content;
        var characters = Length(message.Id) + Length(message.TenantId) + Length(message.IntegrationId) + Length(message.From)
            + Length(message.To) + Length(message.ClientMessageId) + Length(content.Text) + Length(content.Encoding)
            + Length(state.Owner) + Length(state.CarrierId) + Length(state.CarrierMessageIds) + Length(state.Error);
        foreach (var (_, id) in tracked.PartIds) characters += id.Length + 16;
        var octets = (content.Data?.Length ?? 0) + (content.UserDataHeader?.Length ?? 0) + (message.SealedText?.Length ?? 0);
        return Numbers + (characters * sizeof(char)) + octets;
    }

    /// <summary>Writes a message; answers how many bytes it took.</summary>
    public static int Write(Span<byte> to, Tracked tracked)
    {
        var writer = new Writer(to);
        Write(ref writer, tracked.Message);
        Write(ref writer, tracked.State);
        writer.Int(tracked.PartIds.Count);
        foreach (var (part, id) in tracked.PartIds)
        {
            writer.Int(part);
            writer.Text(id);
        }
        return writer.Length;
    }

    public static PackedMessage Read(ReadOnlySpan<byte> from)
    {
        var reader = new Reader(from);
        var message = ReadMessage(ref reader);
        var state = ReadState(ref reader, message.Id);
        var ids = default(PartIds);
        for (var left = reader.Int(); left > 0; left--) ids = ids.With((int)reader.Int(), reader.Text()!);
        return new(message, state, ids);
    }

    private static int Length(string? text) => text?.Length ?? 0;

    private static void Write(ref Writer to, Message m)
    {
        to.Text(m.Id);
        to.Text(m.TenantId);
        to.Text(m.IntegrationId);
        to.Text(m.From);
        to.Text(m.To);
        to.Text(m.ClientMessageId);
        to.Text(m.Content.Text);
        to.Blob(m.Content.Data);
        to.Blob(m.Content.UserDataHeader);
        to.Text(m.Content.Encoding);
        to.Int(m.Content.Flash ? 1 : 0);
        to.Blob(m.SealedText);
        to.Int(m.AcceptedAt);
        to.MaybeInt(m.ScheduledAt);
        to.Int(m.DeadlineAt);
        to.Int(m.Priority);
        to.Int((long)m.Door);
        to.MaybeInt((long?)m.Told);
        to.MaybeInt(m.Charged);
        to.Int(m.Parts);
    }

    private static Message ReadMessage(ref Reader from) => new()
    {
        Id = from.Text()!,
        TenantId = from.Text()!,
        IntegrationId = from.Text()!,
        From = from.Text()!,
        To = from.Text()!,
        ClientMessageId = from.Text()!,
        Content = new SmsContent(from.Text(), from.Blob(), from.Blob(), from.Text(), from.Int() != 0),
        SealedText = from.Blob(),
        AcceptedAt = from.Int(),
        ScheduledAt = from.MaybeInt(),
        DeadlineAt = from.Int(),
        Priority = (int)from.Int(),
        Door = (Door)from.Int(),
        Told = (Told?)from.MaybeInt(),
        Charged = from.MaybeInt(),
        Parts = (int)from.Int(),
    };

    private static void Write(ref Writer to, MessageState s)
    {
        to.Int(s.Version);
        to.Int((long)s.Status);
        to.Int(s.ChangedAt);
        to.Int((long)s.Owed);
        to.Text(s.Owner);
        to.MaybeInt(s.DueAt);
        to.Text(s.CarrierId);
        to.Int(s.Attempts);
        to.Int(s.Parts);
        to.Int((long)s.Submitted);
        to.Int((long)s.Delivered);
        to.Text(s.CarrierMessageIds);
        to.Text(s.Error);
        to.MaybeInt(s.SubmittedAt);
        to.MaybeInt(s.FinalAt);
        to.MaybeInt(s.SentToldAt);
        to.MaybeInt(s.FinalToldAt);
        to.Int(s.Behind ? 1 : 0);
        to.MaybeInt(s.Reference);
    }

    private static MessageState ReadState(ref Reader from, string id) => new()
    {
        Id = id,
        Version = from.Int(),
        Status = (MessageStatus)from.Int(),
        ChangedAt = from.Int(),
        Owed = (Owed)from.Int(),
        Owner = from.Text(),
        DueAt = from.MaybeInt(),
        CarrierId = from.Text(),
        Attempts = (int)from.Int(),
        Parts = (int)from.Int(),
        Submitted = (ulong)from.Int(),
        Delivered = (ulong)from.Int(),
        CarrierMessageIds = from.Text(),
        Error = from.Text(),
        SubmittedAt = from.MaybeInt(),
        FinalAt = from.MaybeInt(),
        SentToldAt = from.MaybeInt(),
        FinalToldAt = from.MaybeInt(),
        Behind = from.Int() != 0,
        Reference = (int?)from.MaybeInt(),
    };

    /// <summary>
    /// Numbers by seven bits a byte, the lowest first; texts as ASCII or, with anything else in them, as UTF-16 (they may hold halves
    /// of surrogate pairs). The length of null is 0, of
    /// others one more than they have.
    /// </summary>
    private ref struct Writer(Span<byte> to)
    {
        private readonly Span<byte> _to = to;

        public int Length { get; private set; }

        public void Int(long value)
        {
            var rest = (ulong)value;
            for (; rest >= 0x80; rest >>= 7) _to[Length++] = (byte)(rest | 0x80);
            _to[Length++] = (byte)rest;
        }

        public void MaybeInt(long? value)
        {
            Int(value is null ? 0 : 1);
            if (value is { } given) Int(given);
        }

        public void Text(string? value)
        {
            if (value is not null && !Ascii.IsValid(value))
            {
                Int(Wide);
                Octets(MemoryMarshal.AsBytes(value.AsSpan()));
                return;
            }
            Int(value is null ? 0 : value.Length + 1);
            Length += value is null ? 0 : Encoding.ASCII.GetBytes(value, _to[Length..]);
        }

        public void Blob(byte[]? value)
        {
            Int(value is null ? 0 : 1);
            if (value is not null) Octets(value);
        }

        private void Octets(ReadOnlySpan<byte> value)
        {
            Int(value.Length);
            value.CopyTo(_to[Length..]);
            Length += value.Length;
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> from)
    {
        private ReadOnlySpan<byte> _rest = from;

        public long Int()
        {
            var value = 0UL;
            for (var shift = 0; ; shift += 7)
            {
                var octet = Next(1)[0];
                value |= (ulong)(octet & 0x7f) << shift;
                if (octet < 0x80) return (long)value;
            }
        }

        public long? MaybeInt() => Int() == 0 ? null : Int();

        public string? Text()
        {
            var length = Int();
            return length switch
            {
                0 => null,
                Wide => new string(MemoryMarshal.Cast<byte, char>(Next((int)Int()))),
                _ => Encoding.ASCII.GetString(Next((int)length - 1)),
            };
        }

        public byte[]? Blob() => Int() == 0 ? null : Next((int)Int()).ToArray();

        private ReadOnlySpan<byte> Next(int count)
        {
            var next = _rest[..count];
            _rest = _rest[count..];
            return next;
        }
    }
}
