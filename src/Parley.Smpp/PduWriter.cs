using System.Buffers.Binary;

namespace Parley.Smpp;

/// <summary>Writes a body into a span that is large enough (see the MaxLength of each PDU).</summary>
/// <param name="target">Where to write.</param>
/// <param name="withTlvs">False towards a 3.3 peer, which knows no optional parameters.</param>
public ref struct PduWriter(Span<byte> target, bool withTlvs)
{
    private readonly Span<byte> _target = target;

    /// <summary>Octets written.</summary>
    public int Length { get; private set; }

    /// <summary>One octet.</summary>
    public void Octet(byte value) => _target[Length++] = value;

    /// <summary>Four octets, big-endian.</summary>
    public void UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_target[Length..], value);
        Length += 4;
    }

    /// <summary>A C-octet string; what follows a NUL inside the value is cut, because the field ends there.</summary>
    public void CString(scoped ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)0);
        Octets(end < 0 ? value : value[..end]);
        Octet(0);
    }

    /// <summary>Octets as they are.</summary>
    public void Octets(scoped ReadOnlySpan<byte> value)
    {
        value.CopyTo(_target[Length..]);
        Length += value.Length;
    }

    /// <summary>Optional parameters, unless the peer knows none.</summary>
    public void Tlvs(scoped Tlvs tlvs)
    {
        if (withTlvs) Octets(tlvs.Octets);
    }
}
