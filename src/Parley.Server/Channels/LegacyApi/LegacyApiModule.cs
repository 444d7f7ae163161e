using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>Legacy REST and legacy HTTP (contract channels §6, §7).</summary>
public static class LegacyApiModule
{
    private static readonly string[] Both = ["GET", "POST"];
    private static readonly string[] Folders = ["/http", "/utils", "/http_batch", "/mms"];

    public static IServiceCollection AddLegacyApi(this IServiceCollection services) => services
        .AddSingleton<FailedLogins>()
        .AddSingleton<Sessions>()
        .AddSingleton<HttpCallers>()
        .AddSingleton<SendMessages>()
        .AddSingleton<FindMessage>()
        .AddSingleton<HttpCommands>()
        .AddSingleton<BatchCommands>()
        .AddSingleton<HttpDoor>()
        .AddSingleton<RestDoor>()
        .AddHostedService<LegacySweep>();

    public static void MapLegacyApi(this WebApplication app)
    {
        MapRest(app.MapGroup("/rest").WithTags("Legacy REST"), app.Services.GetRequiredService<RestDoor>());
        MapHttp(app);
        app.MapTooLong("/rest/{**rest}", RestDoor.LineTooLong);
        foreach (var folder in Folders) app.MapTooLong(folder + "/{**rest}", HttpDoor.LineTooLong);
    }

    private static void MapRest(RouteGroupBuilder group, RestDoor door)
    {
        group.MapPost("/message", (RequestDelegate)door.Send).WithSummary("Sends a message to 1 to 600 numbers.")
            .WithDescription(LegacyExamples.SendDescription)
            .Describe(door.Send, LegacyExamples.Request, LegacyExamples.SendAnswers);
        group.MapGet("/message", (RequestDelegate)door.Find)
            .WithSummary("Where the newest message with a clientMessageId stands.")
            .Describe(door.Find, null, LegacyExamples.FindAnswers);
        group.MapGet("/message/{id}", (RequestDelegate)door.Find).WithSummary("Where a message stands.")
            .Describe(door.Find, null, LegacyExamples.FindAnswers);
        group.MapDelete("/message/{id}", (RequestDelegate)door.Stop)
            .WithSummary("Stops a message that no carrier has yet.")
            .Describe(door.Stop, null, LegacyExamples.StopAnswers);
        group.MapGet("/account/balance", (RequestDelegate)door.Balance).WithSummary("The credits left.")
            .Describe(door.Balance, null, LegacyExamples.BalanceAnswers);
        group.MapGet("/coverage/{msisdn}", (RequestDelegate)door.Cover)
            .WithSummary("Whether messages to a number are routed.")
            .Describe(door.Cover, null, LegacyExamples.CoverageAnswers);
        Others(group, "/message", "GET, POST");
        Others(group, "/message/{id}", "GET, DELETE");
        Others(group, "/account/balance", "GET");
        Others(group, "/coverage/{msisdn}", "GET");
        group.Map("/{**rest}", (RequestDelegate)RestDoor.NoSuchResource).ExcludeFromDescription();
    }

    private static void MapHttp(WebApplication app)
    {
        var door = app.Services.GetRequiredService<HttpDoor>();
        var commands = app.Services.GetRequiredService<HttpCommands>();
        var batches = app.Services.GetRequiredService<BatchCommands>();
        var group = app.MapGroup("").WithTags("Legacy HTTP");
        Map(group, "/http/auth", door.Authenticate, "Opens a session of 15 minutes.", "OK: SESSION");
        Map(group, "/http/ping", door.Ping, "Keeps a session open.", "OK:");
        Map(
            group, "/http/sendmsg", door.For(commands.Send), "Sends a message to a list of numbers.",
            "ID: ID, or a line per number: ID: ID To: NUMBER");
        Map(group, "/http/querymsg", door.For(commands.Query), "Where a message stands.", "ID: ID Status: NNN");
        Map(
            group, "/http/delmsg", door.For(commands.Stop), "Stops a message that no carrier has yet.",
            "ID: ID Status: NNN");
        Map(
            group, "/http/getmsgcharge", door.For(commands.Charge), "What a message cost.",
            "apiMsgId: ID charge: N status: NNN");
        Map(group, "/http/getbalance", door.For(commands.Balance), "The credits left.", "Credit: N.NNN");
        Map(
            group, "/http/token_pay", door.For(HttpCommands.PayByToken), "Always refused: there are no vouchers.",
            "OK: N");
        Map(
            group, "/utils/routeCoverage", door.For(commands.RouteCoverage), "Whether messages to a number are routed.",
            "OK: SENTENCE. Charge: N");
        Map(group, "/http_batch/startbatch", door.For(batches.Start), "Begins a batch with its template.", "ID: BATCH");
        Map(
            group, "/http_batch/senditem", door.For(batches.SendItem), "Sends the template with a number's fields.",
            "ID: ID");
        Map(
            group, "/http_batch/quicksend", door.For(batches.QuickSend), "Sends the template to a list of numbers.",
            "as /http/sendmsg");
        Map(group, "/http_batch/endbatch", door.For(batches.End), "Ends a batch.", "OK:");
        Map(group, "/mms/si_push", door.For(commands.PushLink), "A WAP push link, delivered as a text.", "ID: ID");
        Map(group, "/mms/ind_push", door.For(commands.PushNotice), "An MMS notice, delivered as a text.", "ID: ID");
        foreach (var folder in Folders)
            group.Map(folder + "/{**rest}", (RequestDelegate)HttpDoor.NoSuchCommand).ExcludeFromDescription();
    }

    /// <summary>By GET and POST, with and without .php; the case of the path does not matter.</summary>
    private static void Map(
        RouteGroupBuilder group, string path, RequestDelegate handler, string summary, string answer)
    {
        group.MapMethods(path, Both, handler).WithSummary(summary)
            .WithDescription(LegacyExamples.HttpDescription)
            .Describe(handler, null, new DoorAnswer(200, $"Plain text. {answer}; or ERR: NNN, TEXT"));
        group.MapMethods(path + ".php", Both, handler).ExcludeFromDescription();
    }

    private static void Others(RouteGroupBuilder group, string path, string allowed)
    {
        RequestDelegate refuse = context => RestDoor.MethodNotSupported(context, allowed);
        foreach (var method in (string[])["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
            if (!allowed.Contains(method, StringComparison.Ordinal))
                group.MapMethods(path, [method], refuse).ExcludeFromDescription();
    }
}
