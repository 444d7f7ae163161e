using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Parley.Sandbox;

/// <summary>The marketplace's partners on the wire: a bank, as its interface is documented, and suppliers of Parley's own protocol.</summary>
public static class PartnersApi
{
    /// <summary>Signs what comes in, and is the suppliers' bearer token.</summary>
    public const string Secret = "sandbox";

    private const int LargestBody = 64 << 10;

    public static void MapPartners(this RouteGroupBuilder group)
    {
        group.MapPost("/bank/reserveFunds", (HttpContext context, SandboxBank bank) =>
            Answer(context, body => bank.Reserve(body, context.RequestAborted))).WithSummary("The bank: holds money.");
        group.MapPost("/bank/transactResult", (HttpContext context, SandboxBank bank) =>
            Answer(context, body => Task.FromResult(bank.Settle(body))))
                .WithSummary("The bank: settles or releases a hold.");
        group.MapGet("/bank", (SandboxBank bank) => bank.Show()).WithSummary("What the bank holds and has been told.");
        group.MapPost("/suppliers/{name}/{call}",
            (HttpContext context, string name, string call, SandboxSuppliers suppliers) =>
                Answer(context, body => suppliers.Take(name, call, body, context)))
            .WithSummary("A supplier: vend, status, validate, balance.");
        group.MapGet("/suppliers/{name}", (string name, SandboxSuppliers suppliers) => suppliers.Show(name))
            .WithSummary("What a supplier has sold.");
    }

    /// <summary>Reads a signed body and answers it.</summary>
    private static async Task<IResult> Answer(HttpContext context, Func<JsonObject, Task<IResult>> take)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy, context.RequestAborted);
        var bytes = copy.ToArray();
        if (bytes.Length > LargestBody) return Results.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), bytes));
        if (context.Request.Headers["Signature"] != signature) return Results.StatusCode(
            StatusCodes.Status401Unauthorized);
        try
        {
            return JsonNode.Parse(bytes) is JsonObject body ? await take(body) : Results.BadRequest();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            return Results.BadRequest();
        }
    }
}
