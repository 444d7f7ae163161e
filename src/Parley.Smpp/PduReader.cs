using System.Buffers.Binary;

namespace Parley.Smpp;

/// <summary>
/// Reads a body field by field. The first field that does not fit sets <see cref="Status"/>; what is read after it is empty or zero, so a PDU is read
/// without a check after each field and asked once at the end.
/// </summary>
/// <param name="body">The octets behind the header.</param>
public ref struct PduReader(ReadOnlySpan<byte> body)
{
    private ReadOnlySpan<byte> _left = body;

    /// <summary>Ok, or what the first wrong field means.</summary>
    public CommandStatus Status { get; private set; } = CommandStatus.Ok;

    /// <summary>One octet.</summary>
    public byte Octet()
    {
        if (_left.IsEmpty) return (byte)Fail(CommandStatus.InvalidCommandLength);
        var value = _left[0];
        _left = _left[1..];
        return value;
    }

    /// <summary>Four octets, big-endian.</summary>
    public uint UInt32()
    {
        if (_left.Length < 4) return Fail(CommandStatus.InvalidCommandLength);
        var value = BinaryPrimitives.ReadUInt32BigEndian(_left);
        _left = _left[4..];
        return value;
    }

    /// <summary>A C-octet string of at most <paramref name="most"/> octets, the NUL not counted.</summary>
    public ReadOnlySpan<byte> CString(int most)
    {
        var end = _left.IndexOf((byte)0);
        if (end < 0)
        {
            Fail(CommandStatus.InvalidCommandLength);
            return default;
        }
        if (end > most)
        {
            Fail(CommandStatus.InvalidParameterLength);
            return default;
        }
        var value = _left[..end];
        _left = _left[(end + 1)..];
        return value;
    }

    /// <summary>A number of octets.</summary>
    public ReadOnlySpan<byte> Octets(int count)
    {
        if (_left.Length < count)
        {
            Fail(CommandStatus.InvalidMessageLength);
            return default;
        }
        var value = _left[..count];
        _left = _left[count..];
        return value;
    }

    /// <summary>All that is left, as optional parameters; they are checked for their form here.</summary>
    public Tlvs Tlvs()
    {
        var tlvs = new Tlvs(_left);
        if (!tlvs.WellFormed) Fail(CommandStatus.InvalidOptionalStream);
        _left = default;
        return Status == CommandStatus.Ok ? tlvs : default;
    }

    /// <summary>Octets not read yet.</summary>
    public readonly int Left => _left.Length;

    private uint Fail(CommandStatus status)
    {
        if (Status == CommandStatus.Ok) Status = status;
        _left = default;
        return 0;
    }
}
