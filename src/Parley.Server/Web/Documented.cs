using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Parley.Server.Web;

/// <summary>An answer of a door, with an example where it has a body of ours.</summary>
public sealed record DoorAnswer(int Status, string What, string? Example = null);

/// <summary>
/// Doors that read and write their own JSON say nothing about themselves: this puts them into the OpenAPI document. Their shapes are read off examples.
/// </summary>
public static partial class Documented
{
    private const string Json = "application/json";

    /// <summary>Documents a door whose handler is a <see cref="RequestDelegate"/>.</summary>
    public static TBuilder Describe<TBuilder>(
        this TBuilder door, RequestDelegate handler, string? request, params DoorAnswer[] answers)
        where TBuilder : IEndpointConventionBuilder =>
        // What has no method is left out of the document.
        door.WithMetadata(handler.Method).AddOpenApiOperationTransformer((operation, context, _) =>
        {
            operation.Parameters =
            [
                .. PathParameter().Matches(context.Description.RelativePath ?? "").Select(match => new OpenApiParameter
                {
                    Name = match.Groups[1].Value, In = ParameterLocation.Path, Required = true,
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                }),
            ];
            if (request is not null)
                operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Content(request) };
            operation.Responses = [];
            foreach (var answer in answers)
                operation.Responses[$"{answer.Status}"] =
                    new OpenApiResponse { Description = answer.What, Content = Content(answer.Example) };
            return Task.CompletedTask;
        });

    private static Dictionary<string, OpenApiMediaType>? Content(string? example)
    {
        if (example is null) return null;
        var node = JsonNode.Parse(example);
        return new() { [Json] = new OpenApiMediaType { Schema = SchemaOf(node), Example = node } };
    }

    private static OpenApiSchema SchemaOf(JsonNode? node) => node switch
    {
        JsonObject fields => new()
        {
            Type = JsonSchemaType.Object,
            Properties = fields.ToDictionary(f => f.Key, f => (IOpenApiSchema)SchemaOf(f.Value)),
        },
        JsonArray list => new() { Type = JsonSchemaType.Array, Items = SchemaOf(list.FirstOrDefault()) },
        JsonValue value => new() { Type = TypeOf(value) },
        _ => new(),
    };

    private static JsonSchemaType TypeOf(JsonValue value) => value.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.String => JsonSchemaType.String,
        System.Text.Json.JsonValueKind.Number =>
            value.TryGetValue<long>(out _) ? JsonSchemaType.Integer : JsonSchemaType.Number,
        _ => JsonSchemaType.Boolean,
    };

    [GeneratedRegex(@"\{(\w+)[^}]*\}")]
    private static partial Regex PathParameter();
}
