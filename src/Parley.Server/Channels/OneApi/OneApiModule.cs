using Parley.Server.Web;

namespace Parley.Server.Channels.OneApi;

/// <summary>The One API (contract channels §2): WhatsApp and SMS through one door.</summary>
public static class OneApiModule
{
    public static IServiceCollection AddOneApi(this IServiceCollection services) => services.AddSingleton<OneApiDoor>();

    public static void MapOneApi(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<OneApiDoor>();
        var group = app.MapGroup("/v1").WithTags("One API");
        group.MapPost("/message", (RequestDelegate)door.Send)
            .WithSummary("Sends 1 to 200 messages.")
            .WithDescription(OneApiExamples.SendDescription)
            .Describe(door.Send, OneApiExamples.Request, OneApiExamples.SendAnswers);
        group.MapPost("/one-api/send", (RequestDelegate)door.Send).ExcludeFromDescription();
        group.MapGet("/message/{id}", (RequestDelegate)door.Status).WithSummary("Where a message stands.")
            .Describe(door.Status, null, OneApiExamples.StatusAnswers);
        group.MapGet("/balance", (RequestDelegate)door.Balance).WithSummary("The account's balance.")
            .Describe(door.Balance, null, OneApiExamples.BalanceAnswers);
        Others(group, "/message", "POST");
        Others(group, "/one-api/send", "POST");
        Others(group, "/message/{id}", "GET");
        Others(group, "/balance", "GET");
        group.Map("/{**rest}", (RequestDelegate)OneApiDoor.NoSuchResource).ExcludeFromDescription();
        app.MapTooLong("/v1/{**rest}", OneApiDoor.LineTooLong);
    }

    private static void Others(RouteGroupBuilder group, string path, string allowed)
    {
        foreach (var method in (string[])["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
            if (method != allowed) group.MapMethods(path, [method], (RequestDelegate)(context => OneApiDoor.MethodNotSupported(context, allowed))).ExcludeFromDescription();
    }
}
