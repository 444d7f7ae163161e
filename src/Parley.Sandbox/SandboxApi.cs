using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Parley.Sandbox;

/// <summary>A reply to send from a phone.</summary>
public sealed record PhoneReply(string? To, string? Text);

/// <summary>The world's own door, under <c>/sandbox/v1</c>: phones and the webhook receiver.</summary>
public static class SandboxApi
{
    public static void MapSandbox(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("/sandbox/v1").WithTags("Sandbox");
        group.MapGet("/phones/{msisdn}", (string msisdn, Phones phones) => new { msisdn, messages = phones.On(msisdn) })
            .WithSummary("What arrived on a phone, joined and decoded.");
        group.MapPost("/phones/{msisdn}/messages", (string msisdn, PhoneReply reply, SandboxSmsc smsc) =>
        {
            if (string.IsNullOrEmpty(reply.To) || string.IsNullOrEmpty(reply.Text) || reply.Text.Length > 5_000)
                return Results.BadRequest(
                    new { error = "to (a two-way number) and text (1 to 5,000 characters) are needed" });
            return smsc.SendFromPhone(msisdn, reply.To, reply.Text)
                ? Results.Accepted()
                : Results.Json(new { error = "nobody is bound who could take it" },
                    statusCode: StatusCodes.Status503ServiceUnavailable);
        }).WithSummary("Sends a message from a phone.");
        group.MapPost("/webhooks/{**path}", async (HttpContext context, WebhookReceiver receiver) =>
        {
            await receiver.Take(context);
            return Results.Ok();
        }).WithSummary("Takes any callback.");
        group.MapGet("/webhooks", (WebhookReceiver receiver) => new { calls = receiver.Calls })
            .WithSummary("What was called.");
        group.MapPartners();
        group.MapPost("/smsc/cut", (SandboxSmsc smsc) =>
        {
            smsc.CutConnections();
            return Results.Accepted();
        }).WithSummary("Cuts the SMSC's connections, as a broken line does.");
    }

    public static IServiceCollection AddSandbox(this IServiceCollection services, SandboxOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Phones>()
        .AddSingleton<WebhookReceiver>()
        .AddSingleton<SandboxBank>()
        .AddSingleton<SandboxSuppliers>()
        .AddSingleton<SandboxSmsc>();
}
