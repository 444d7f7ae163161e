using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Server.Channels.Billing;

/// <summary>Money in millionths of a currency; in JSON a number of whole units, such as 12.5.</summary>
/// <param name="Value">Millionths.</param>
[JsonConverter(typeof(MillionthsJson))]
public readonly record struct Millionths(long Value);

internal sealed class MillionthsJson : JsonConverter<Millionths>
{
    private const int PerUnit = 1_000_000;

    /// <summary>Zero for what is no number, is too large, or has more than six digits after the point.</summary>
    public override Millionths Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.Number)
        {
            reader.Skip();
            return default;
        }
        if (!reader.TryGetDecimal(out var units) || Math.Abs(units) > CreditAccounts.MostUnits) return default;
        units *= PerUnit;
        return units == decimal.Truncate(units) ? new((long)units) : default;
    }

    public override void Write(Utf8JsonWriter writer, Millionths value, JsonSerializerOptions options) =>
        writer.WriteNumberValue((decimal)value.Value / PerUnit);
}
