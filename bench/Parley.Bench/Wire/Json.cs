using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Bench.Wire;

static class Json
{
    static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web);
    static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static string Line<T>(T value) => JsonSerializer.Serialize(value, Compact);

    public static string Document<T>(T value) => JsonSerializer.Serialize(value, Indented);

    public static T Read<T>(string line) => JsonSerializer.Deserialize<T>(line, Compact)
        ?? throw new InvalidDataException($"Not a {typeof(T).Name}: {line}");
}
