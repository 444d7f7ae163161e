namespace Parley.Smpp.Pdus;

/// <summary>query_sm (SMPP 3.4 §4.8.1).</summary>
public readonly ref struct QuerySm : IPdu<QuerySm>
{
    /// <summary>message_id.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>Source address as submitted.</summary>
    public Address Source { get; init; }

    /// <inheritdoc/>
    public int MaxLength => MessageId.Length + Source.Digits.Length + 4;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(MessageId);
        Source.Write(ref writer);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out QuerySm pdu)
    {
        var reader = new PduReader(body);
        pdu = new QuerySm { MessageId = reader.CString(128), Source = Address.Read(ref reader) };
        return reader.Status;
    }
}

/// <summary>query_sm_resp (SMPP 3.4 §4.8.2).</summary>
public readonly ref struct QuerySmResp : IPdu<QuerySmResp>
{
    /// <summary>message_id.</summary>
    public ReadOnlySpan<byte> MessageId { get; init; }

    /// <summary>final_date: empty while not final, else 16 octets.</summary>
    public ReadOnlySpan<byte> FinalDate { get; init; }

    /// <summary>message_state (§5.2.28).</summary>
    public byte MessageState { get; init; }

    /// <summary>error_code of the network, 0 for none.</summary>
    public byte ErrorCode { get; init; }

    /// <inheritdoc/>
    public int MaxLength => MessageId.Length + FinalDate.Length + 4;

    /// <inheritdoc/>
    public void Write(ref PduWriter writer)
    {
        writer.CString(MessageId);
        writer.CString(FinalDate);
        writer.Octet(MessageState);
        writer.Octet(ErrorCode);
    }

    /// <inheritdoc/>
    public static CommandStatus TryRead(ReadOnlySpan<byte> body, out QuerySmResp pdu)
    {
        var reader = new PduReader(body);
        pdu = new QuerySmResp
        {
            MessageId = reader.CString(128),
            FinalDate = reader.CString(16),
            MessageState = reader.Octet(),
            ErrorCode = reader.Octet(),
        };
        return reader.Status;
    }
}
