using System.Buffers.Binary;

namespace Parley.Smpp;

/// <summary>One optional parameter.</summary>
/// <param name="tag">The tag.</param>
/// <param name="value">The value's octets.</param>
public readonly ref struct Tlv(TlvTag tag, ReadOnlySpan<byte> value)
{
    /// <summary>The tag.</summary>
    public TlvTag Tag { get; } = tag;

    /// <summary>The value's octets.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>The optional parameters of a PDU as they stand on the wire (SMPP 3.4 §3.2.4): a view, in order, unknown ones included.</summary>
/// <param name="octets">Tag, length, value, one after the other.</param>
public readonly ref struct Tlvs(ReadOnlySpan<byte> octets)
{
    /// <summary>The octets as on the wire.</summary>
    public ReadOnlySpan<byte> Octets { get; } = octets;

    /// <summary>True when every length fits.</summary>
    public bool WellFormed
    {
        get
        {
            var left = Octets;
            while (left.Length >= 4)
            {
                var length = BinaryPrimitives.ReadUInt16BigEndian(left[2..]);
                if (left.Length < 4 + length) return false;
                left = left[(4 + length)..];
            }
            return left.IsEmpty;
        }
    }

    /// <summary>The first parameter with the tag.</summary>
    public bool TryGet(TlvTag tag, out ReadOnlySpan<byte> value)
    {
        foreach (var tlv in this)
        {
            if (tlv.Tag != tag) continue;
            value = tlv.Value;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>The first parameter with the tag as an unsigned number of 1, 2 or 4 octets.</summary>
    public bool TryGet(TlvTag tag, out uint value)
    {
        value = 0;
        if (!TryGet(tag, out ReadOnlySpan<byte> octets)) return false;
        switch (octets.Length)
        {
            case 1:
                value = octets[0];
                return true;
            case 2:
                value = BinaryPrimitives.ReadUInt16BigEndian(octets);
                return true;
            case 4:
                value = BinaryPrimitives.ReadUInt32BigEndian(octets);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Goes through all.</summary>
    public Enumerator GetEnumerator() => new(Octets);

    /// <summary>Goes through the parameters; stops at one whose length does not fit.</summary>
    /// <param name="octets">The octets.</param>
    public ref struct Enumerator(ReadOnlySpan<byte> octets)
    {
        private ReadOnlySpan<byte> _left = octets;

        /// <summary>The parameter.</summary>
        public Tlv Current { get; private set; }

        /// <summary>The next one.</summary>
        public bool MoveNext()
        {
            if (_left.Length < 4) return false;
            var length = BinaryPrimitives.ReadUInt16BigEndian(_left[2..]);
            if (_left.Length < 4 + length) return false;
            Current = new Tlv((TlvTag)BinaryPrimitives.ReadUInt16BigEndian(_left), _left.Slice(4, length));
            _left = _left[(4 + length)..];
            return true;
        }
    }
}

/// <summary>Puts optional parameters together in a caller's buffer.</summary>
/// <param name="target">Room for all of them: 4 octets and the value for each.</param>
public ref struct TlvWriter(Span<byte> target)
{
    private readonly Span<byte> _target = target;
    private int _length;

    /// <summary>What was written.</summary>
    public readonly Tlvs Written => new(_target[.._length]);

    /// <summary>Adds octets.</summary>
    public void Add(TlvTag tag, scoped ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value.Length, ushort.MaxValue);
        BinaryPrimitives.WriteUInt16BigEndian(_target[_length..], (ushort)tag);
        BinaryPrimitives.WriteUInt16BigEndian(_target[(_length + 2)..], (ushort)value.Length);
        value.CopyTo(_target[(_length + 4)..]);
        _length += 4 + value.Length;
    }

    /// <summary>Adds one octet.</summary>
    public void Add(TlvTag tag, byte value) => Add(tag, [value]);

    /// <summary>Adds two octets, big-endian.</summary>
    public void Add(TlvTag tag, ushort value) => Add(tag, [(byte)(value >> 8), (byte)value]);
}
