namespace Parley.Smpp.Text;

/// <summary>An information element of a user data header (3GPP TS 23.040 §9.2.3.24).</summary>
/// <param name="identifier">Its identifier.</param>
/// <param name="value">Its octets.</param>
public readonly ref struct InformationElement(byte identifier, ReadOnlySpan<byte> value)
{
    /// <summary>Concatenation with an 8-bit reference.</summary>
    public const byte Concatenation8 = 0x00;

    /// <summary>Concatenation with a 16-bit reference.</summary>
    public const byte Concatenation16 = 0x08;

    /// <summary>A national language single shift table; its value is the language.</summary>
    public const byte NationalSingleShift = 0x24;

    /// <summary>A national language locking shift table; its value is the language.</summary>
    public const byte NationalLockingShift = 0x25;

    /// <summary>Its identifier.</summary>
    public byte Identifier { get; } = identifier;

    /// <summary>Its octets.</summary>
    public ReadOnlySpan<byte> Value { get; } = value;
}

/// <summary>Which part of which message this is.</summary>
/// <param name="Reference">The sender's reference, 0 to 65535.</param>
/// <param name="Total">Parts, 1 to 255.</param>
/// <param name="Sequence">This part, from 1.</param>
public readonly record struct Concatenation(int Reference, int Total, int Sequence);

/// <summary>A user data header as a view over octets, its length octet first (3GPP TS 23.040 §9.2.3.24).</summary>
public readonly ref struct UserDataHeader
{
    private UserDataHeader(ReadOnlySpan<byte> octets) => Octets = octets;

    /// <summary>The header with its length octet.</summary>
    public ReadOnlySpan<byte> Octets { get; }

    /// <summary>Splits user data into header and the rest; false when the lengths do not fit each other.</summary>
    public static bool TrySplit(ReadOnlySpan<byte> userData, out UserDataHeader header, out ReadOnlySpan<byte> rest)
    {
        header = default;
        rest = userData;
        if (userData.IsEmpty || userData[0] + 1 > userData.Length) return false;
        var octets = userData[..(userData[0] + 1)];
        var left = octets[1..];
        while (left.Length >= 2)
        {
            if (left.Length < 2 + left[1]) return false;
            left = left[(2 + left[1])..];
        }
        if (!left.IsEmpty) return false;
        header = new UserDataHeader(octets);
        rest = userData[octets.Length..];
        return true;
    }

    /// <summary>The first element with the identifier.</summary>
    public bool TryGet(byte identifier, out ReadOnlySpan<byte> value)
    {
        var left = Octets.IsEmpty ? Octets : Octets[1..];
        while (left.Length >= 2)
        {
            value = left.Slice(2, left[1]);
            if (left[0] == identifier) return true;
            left = left[(2 + left[1])..];
        }
        value = default;
        return false;
    }

    /// <summary>The concatenation element, 8 or 16 bit; null when there is none that makes sense (a part of 0, or beyond the total).</summary>
    public Concatenation? Concatenation
    {
        get
        {
            Concatenation found;
            if (TryGet(InformationElement.Concatenation8, out var value) && value.Length == 3)
                found = new(value[0], value[1], value[2]);
            else if (TryGet(InformationElement.Concatenation16, out value) && value.Length == 4) found = new(
                (value[0] << 8) | value[1], value[2], value[3]);
            else return null;
            return found.Total >= 1 && found.Sequence >= 1 && found.Sequence <= found.Total ? found : null;
        }
    }

    /// <summary>
    /// The 7 bit tables that the header names (§9.2.3.24.15 and 16); the default's where it names none, or one that nobody
    /// knows.
    /// </summary>
    public GsmTable Table
    {
        get
        {
            var locking = Language(InformationElement.NationalLockingShift);
            var single = Language(InformationElement.NationalSingleShift);
            return GsmTable.Of(locking, single) ?? GsmTable.Of(NationalLanguage.Default, single)
                ?? GsmTable.Of(locking, NationalLanguage.Default) ?? GsmTable.Default;
        }
    }

    /// <summary>A header that names a pair of tables, its length octet first; empty for the default pair.</summary>
    public static byte[] Naming(GsmTable table)
    {
        List<byte> octets = [0];
        if (table.Locking != NationalLanguage.Default)
            octets.AddRange([InformationElement.NationalLockingShift, 1, (byte)table.Locking]);
        if (table.Single != NationalLanguage.Default)
            octets.AddRange([InformationElement.NationalSingleShift, 1, (byte)table.Single]);
        if (octets.Count == 1) return [];
        octets[0] = (byte)(octets.Count - 1);
        return [.. octets];
    }

    private NationalLanguage Language(byte identifier) =>
        TryGet(identifier, out var value) && value.Length == 1 ? (NationalLanguage)value[0] : NationalLanguage.Default;
}
