using System.Buffers.Binary;

namespace Parley.Smpp;

/// <summary>The sixteen octets before every PDU's body (SMPP 3.4 §3.2).</summary>
/// <param name="Length">command_length: octets of the whole PDU.</param>
/// <param name="Command">command_id.</param>
/// <param name="Status">command_status; 0 in requests.</param>
/// <param name="Sequence">sequence_number, 1 to 0x7FFFFFFF.</param>
public readonly record struct PduHeader(int Length, CommandId Command, CommandStatus Status, uint Sequence)
{
    /// <summary>Octets of a header.</summary>
    public const int Size = 16;

    /// <summary>Reads the header from at least <see cref="Size"/> octets; a length beyond 2^31 reads as negative.</summary>
    public static PduHeader Read(ReadOnlySpan<byte> octets) => new(
        BinaryPrimitives.ReadInt32BigEndian(octets),
        (CommandId)BinaryPrimitives.ReadUInt32BigEndian(octets[4..]),
        (CommandStatus)BinaryPrimitives.ReadUInt32BigEndian(octets[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(octets[12..]));

    /// <summary>Writes the header into at least <see cref="Size"/> octets.</summary>
    public void Write(Span<byte> octets)
    {
        BinaryPrimitives.WriteInt32BigEndian(octets, Length);
        BinaryPrimitives.WriteUInt32BigEndian(octets[4..], (uint)Command);
        BinaryPrimitives.WriteUInt32BigEndian(octets[8..], (uint)Status);
        BinaryPrimitives.WriteUInt32BigEndian(octets[12..], Sequence);
    }
}
