using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Parley.Server.Webhooks;

/// <summary>A name and its value: a text (null when unknown), a whole number, or octets in a charset of their own.</summary>
internal readonly struct CallbackField
{
    private static readonly SearchValues<byte> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8);

    private readonly string _name;
    private readonly string? _text;
    private readonly long? _number;
    private readonly byte[]? _octets;

    private CallbackField(string name, string? text, long? number, byte[]? octets) =>
        (_name, _text, _number, _octets) = (name, text, number, octets);

    public static CallbackField Text(string name, string? value) => new(name, value, null, null);

    public static CallbackField Whole(string name, long value) => new(name, null, value, null);

    /// <summary>Percent-encoded wherever it goes: in JSON the text is the encoded one.</summary>
    public static CallbackField Raw(string name, byte[] octets) => new(name, null, null, octets);

    public static void WriteJson(Utf8JsonWriter json, List<CallbackField> fields)
    {
        json.WriteStartObject();
        foreach (var field in fields)
        {
            if (field._number is { } number) json.WriteNumber(field._name, number);
            else if (field._octets is { } octets) json.WriteString(field._name, Encoded(octets));
            else json.WriteString(field._name, field._text);
        }
        json.WriteEndObject();
        json.Flush();
    }

    /// <summary><c>name=value&amp;…</c>, RFC 3986 §2.1, behind what stands there already; unknown is empty.</summary>
    public static void WritePairs(IBufferWriter<byte> target, string before, List<CallbackField> fields)
    {
        Encoding.ASCII.GetBytes(before, target);
        var first = before.Length == 0;
        foreach (var field in fields)
        {
            if (!first) target.Write("&"u8);
            first = false;
            Encoding.ASCII.GetBytes(field._name, target);
            target.Write("="u8);
            WriteEncoded(target, field.Octets());
        }
    }

    private byte[] Octets() => _octets ?? Encoding.UTF8.GetBytes(
        _number?.ToString(CultureInfo.InvariantCulture) ?? _text ?? "");

    private static string Encoded(byte[] octets)
    {
        var buffer = new ArrayBufferWriter<byte>(Math.Max(1, octets.Length * 3));
        WriteEncoded(buffer, octets);
        return Encoding.ASCII.GetString(buffer.WrittenSpan);
    }

    private static void WriteEncoded(IBufferWriter<byte> target, byte[] octets)
    {
        if (octets.Length == 0) return;
        var span = target.GetSpan(octets.Length * 3);
        var length = 0;
        foreach (var octet in octets)
        {
            if (Unreserved.Contains(octet)) span[length++] = octet;
            else
            {
                span[length++] = (byte)'%';
                span[length++] = Hex(octet >> 4);
                span[length++] = Hex(octet & 15);
            }
        }
        target.Advance(length);
    }

    private static byte Hex(int digit) => (byte)(digit < 10 ? '0' + digit : 'A' + digit - 10);
}
