using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Server.Channels.Numbers;

/// <summary>What a country makes of names as senders.</summary>
public enum NamesAsSenders
{
    Allowed,

    /// <summary>Networks put a number instead: the message goes.</summary>
    Replaced,

    /// <summary>The message is refused.</summary>
    Refused,
}

/// <summary>Whether messages to a country need, or can have, a way back.</summary>
public enum TwoWayMessaging
{
    Available,

    /// <summary>Only from two-way integrations (One API error 110).</summary>
    Needed,

    /// <summary>Replies can't come from there: not from a number (One API error 101).</summary>
    None,
}

/// <summary>Whether names must be registered in a country before they may send to it.</summary>
public enum NameRegistration
{
    Free,

    /// <summary>Networks ask for it; here nothing is checked.</summary>
    Advised,

    /// <summary>A name whose sender does not list the country (<c>registeredIn</c>) is refused.</summary>
    Enforced,
}

/// <summary>The rules of a country, or of the numbers that begin with some digits.</summary>
public sealed record CountryRule
{
    /// <summary>Two letters (ISO 3166) of a country, or the digits that numbers begin with.</summary>
    public required string Place { get; init; }

    public NamesAsSenders Names { get; init; } = NamesAsSenders.Allowed;

    public TwoWayMessaging TwoWay { get; init; } = TwoWayMessaging.Available;

    /// <summary>The sender's STOP and START must be enabled (One API error 111).</summary>
    public bool StopCommands { get; init; }

    public NameRegistration Registration { get; init; } = NameRegistration.Free;

    /// <summary>True when nothing can stand against a message.</summary>
    [JsonIgnore]
    public bool AllowsAll =>
        Names != NamesAsSenders.Refused && TwoWay == TwoWayMessaging.Available && !StopCommands
        && Registration != NameRegistration.Enforced;

    internal string ToJson() => JsonSerializer.Serialize(this, CountryRuleJson.Default.CountryRule);

    internal static CountryRule Parse(string json) =>
        JsonSerializer.Deserialize(json, CountryRuleJson.Default.CountryRule)!;
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(CountryRule))]
internal sealed partial class CountryRuleJson : JsonSerializerContext;
