using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Tests.Smpp.Pdus;

/// <summary>Bytes written by hand from the specification, compared in both directions.</summary>
internal static class Golden
{
    public static byte[] Bytes(string hex) =>
        Convert.FromHexString(string.Concat(hex.Where(c => !char.IsWhiteSpace(c))));

    /// <summary>The PDU becomes exactly these octets, and these octets are read and written again as themselves.</summary>
    public static void Holds<TPdu>(TPdu pdu, string hex)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        var expected = Bytes(hex);
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(Written(pdu)));
        Assert.Equal(CommandStatus.Ok, TPdu.TryRead(expected, out var read));
        Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(Written(read)));
    }

    public static byte[] Written<TPdu>(TPdu pdu, bool withTlvs = true)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        var target = new byte[pdu.MaxLength];
        var writer = new PduWriter(target, withTlvs);
        pdu.Write(ref writer);
        return target[..writer.Length];
    }
}
