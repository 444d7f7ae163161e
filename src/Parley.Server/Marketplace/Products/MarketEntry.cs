using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Server.Marketplace.Products;

/// <summary>One thing of the catalogue as it is stored; its body is text that the database never opens.</summary>
/// <param name="Kind">What it is, such as <c>product</c>.</param>
/// <param name="Id">Its id within the kind.</param>
/// <param name="Body">JSON.</param>
/// <param name="Demo">1 when the sandbox world brought it.</param>
public sealed record MarketEntry(string Kind, string Id, string Body, long Demo)
{
    public const string Type = "type", Vendor = "vendor", Supplier = "supplier", Source = "source", Client = "client",
        Product = "product", Terms = "terms", Operator = "operator", Resolver = "resolver";

    private static readonly JsonSerializerOptions Form = new()
    {
        // Not what is default for its type: a member may have another default of its own.
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    public static MarketEntry Of<T>(string kind, object id, T value, bool demo) =>
        new(kind, string.Create(null, $"{id}"), JsonSerializer.Serialize(value, Form), demo ? 1 : 0);

    public T Read<T>() => JsonSerializer.Deserialize<T>(Body, Form)!;
}
