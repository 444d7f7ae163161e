using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Server.Channels.Billing;

/// <summary>What a price is for.</summary>
public enum PricedChannel
{
    Sms,
    WhatsApp,
}

/// <summary>One line of a price list; money in millionths of the list's currency.</summary>
public sealed record Price
{
    /// <summary>Two letters (ISO 3166): the price of all its numbers; null when prefixes say which.</summary>
    public string? Country { get; init; }

    /// <summary>Digits that the numbers begin with, up to a whole number; empty when a country says which.</summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Whose numbers these are: MCC and MNC, five or six digits; for people, the prefixes decide. Null when unknown.</summary>
    public string? Operator { get; init; }

    public PricedChannel Channel { get; init; }

    /// <summary>For messages of at least so many parts, 1 to 35.</summary>
    public int FromParts { get; init; } = 1;

    /// <summary>For every part of such a message.</summary>
    public required long PartMicros { get; init; }
}

/// <summary>What messages cost, by where they go.</summary>
public sealed record PriceList
{
    public required string Id { get; init; }

    /// <summary>ISO 4217.</summary>
    public required string Currency { get; init; }

    /// <summary>For every part of a message that no line is for.</summary>
    public required long DefaultMicros { get; init; }

    public IReadOnlyList<Price> Prices { get; init; } = [];

    internal string ToJson() => JsonSerializer.Serialize(this, PriceListJson.Default.PriceList);

    internal static PriceList Parse(string json) => JsonSerializer.Deserialize(json, PriceListJson.Default.PriceList)!;
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(PriceList))]
internal sealed partial class PriceListJson : JsonSerializerContext;
