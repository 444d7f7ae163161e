namespace Parley.Smpp.Pdus;

/// <summary>submit_multi (SMPP 3.4 §4.5.1): one message to up to 254 addresses or distribution lists.</summary>
public readonly ref struct SubmitMulti : IPdu<SubmitMulti>
{
    private readonly ShortMessage _message;
    private readonly ReadOnlySpan<byte> _destinations;

    /// <summary>Puts one together.</summary>
    /// <param name="message">Everything but the destinations; its own destination is not used.</param>
    /// <param name="count">number_of_dests, 1 to 254.</param>
    /// <param name="destinations">dest_address as on the wire: a flag (1 address, 2 list), then its fields.</param>
    public SubmitMulti(ShortMessage message, byte count, ReadOnlySpan<byte> destinations)
    {
        _message = message;
        _destinations = destinations;
        Count = count;
    }

    /// <summary>number_of_dests.</summary>
    public byte Count { get; }

    /// <summary>The message; its <see cref="ShortMessage.Destination"/> is empty.</summary>
    public ShortMessage Message => _message;

    /// <inheritdoc/>
    public int MaxLength => _message.MaxLength + _destinations.Length + 1;

    /// <summary>Goes through the destinations.</summary>
    public DestinationEnumerator Destinations => new(_destinations, Count);

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(_message.ServiceType);
        _message.Source.Write(ref writer);
        writer.Octet(Count);
        writer.Octets(_destinations);
        writer.Octet(_message.EsmClass);
        writer.Octet(_message.ProtocolId);
        writer.Octet(_message.Priority);
        writer.CString(_message.ScheduledAt);
        writer.CString(_message.Validity);
        writer.Octet(_message.RegisteredDelivery);
        writer.Octet(_message.ReplaceIfPresent);
        writer.Octet(_message.DataCoding);
        writer.Octet(_message.DefaultMessageId);
        writer.Octet(checked((byte)_message.Content.Length));
        writer.Octets(_message.Content);
        writer.Tlvs(_message.Tlvs);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out SubmitMulti pdu)
    {
        pdu = default;
        var reader = new PduReader(body);
        var service = reader.CString(16);
        var source = Address.Read(ref reader);
        var count = reader.Octet();
        if (reader.Status != CommandStatus.Ok) return reader.Status;
        if (count is 0 or > 254) return CommandStatus.InvalidNumberOfDestinations;
        var from = body.Length - reader.Left;
        for (var i = 0; i < count; i++)
        {
            switch (reader.Octet())
            {
                case 1:
                    Address.Read(ref reader);
                    break;
                case 2:
                    reader.CString(20);
                    break;
                default:
                    return reader.Status != CommandStatus.Ok ? reader.Status : CommandStatus.InvalidDestinationFlag;
            }
        }
        var destinations = reader.Status == CommandStatus.Ok ? body[from..(body.Length - reader.Left)] : default;
        var message = new ShortMessage
        {
            ServiceType = service,
            Source = source,
            EsmClass = reader.Octet(),
            ProtocolId = reader.Octet(),
            Priority = reader.Octet(),
            ScheduledAt = reader.CString(16),
            Validity = reader.CString(16),
            RegisteredDelivery = reader.Octet(),
            ReplaceIfPresent = reader.Octet(),
            DataCoding = reader.Octet(),
            DefaultMessageId = reader.Octet(),
            Content = reader.Octets(reader.Octet()),
            Tlvs = reader.Tlvs(),
        };
        pdu = new SubmitMulti(message, count, destinations);
        return reader.Status;
    }

    /// <summary>The destinations, one after the other.</summary>
    public ref struct DestinationEnumerator
    {
        private PduReader _reader;
        private int _left;

        internal DestinationEnumerator(ReadOnlySpan<byte> octets, int count)
        {
            _reader = new PduReader(octets);
            _left = count;
        }

        /// <summary>The address; empty when this is a distribution list.</summary>
        public Address Current { get; private set; }

        /// <summary>The distribution list's name; empty when this is an address.</summary>
        public ReadOnlySpan<byte> List { get; private set; }

        /// <summary>For foreach.</summary>
        public readonly DestinationEnumerator GetEnumerator() => this;

        /// <summary>The next one.</summary>
        public bool MoveNext()
        {
            if (_left-- <= 0) return false;
            var list = _reader.Octet() == 2;
            Current = list ? default : new Address(_reader.Octet(), _reader.Octet(), _reader.CString(Address.Longest));
            List = list ? _reader.CString(20) : default;
            return _reader.Status == CommandStatus.Ok;
        }
    }
}

/// <summary>submit_multi_resp (SMPP 3.4 §4.5.2): the id, and the addresses that were refused.</summary>
public readonly ref struct SubmitMultiResp : IPdu<SubmitMultiResp>
{
    private readonly ReadOnlySpan<byte> _refused;

    /// <summary>Puts one together.</summary>
    /// <param name="messageId">message_id.</param>
    /// <param name="count">no_unsuccess.</param>
    /// <param name="refused">unsuccess_sme as on the wire: TON, NPI, address, error status.</param>
    public SubmitMultiResp(ReadOnlySpan<byte> messageId, byte count, ReadOnlySpan<byte> refused)
    {
        MessageId = messageId;
        Count = count;
        _refused = refused;
    }

    /// <summary>message_id.</summary>
    public ReadOnlySpan<byte> MessageId { get; }

    /// <summary>no_unsuccess.</summary>
    public byte Count { get; }

    /// <summary>unsuccess_sme as on the wire.</summary>
    public ReadOnlySpan<byte> Refused => _refused;

    /// <inheritdoc/>
    public int MaxLength => MessageId.Length + 2 + _refused.Length;

    /// <summary>Writes one entry of unsuccess_sme; answers its length.</summary>
    public static int WriteRefused(Span<byte> target, Address address, CommandStatus status)
    {
        var writer = new PduWriter(target, withTlvs: true);
        address.Write(ref writer);
        writer.UInt32((uint)status);
        return writer.Length;
    }

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(MessageId);
        writer.Octet(Count);
        writer.Octets(_refused);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out SubmitMultiResp pdu)
    {
        var reader = new PduReader(body.IsEmpty ? "\0\0"u8 : body);
        var id = reader.CString(128);
        var count = reader.Octet();
        var from = body.Length - reader.Left;
        for (var i = 0; i < count; i++)
        {
            Address.Read(ref reader);
            reader.UInt32();
        }
        pdu = reader.Status == CommandStatus.Ok && count > 0
            ? new SubmitMultiResp(id, count, body[from..(body.Length - reader.Left)])
            : new SubmitMultiResp(id, 0, default);
        return reader.Status;
    }
}
