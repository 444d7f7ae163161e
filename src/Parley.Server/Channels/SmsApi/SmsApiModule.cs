using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>The SMS-only APIs (contract channels §3): REST, HTTP, and what is asked about them.</summary>
public static class SmsApiModule
{
    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

    public static IServiceCollection AddSmsApi(this IServiceCollection services) => services
        .AddSingleton<SmsSending>()
        .AddSingleton<SmsDoor>()
        .AddSingleton<SmsQuestions>();

    public static void MapSmsApi(this WebApplication app)
    {
        var door = app.Services.GetRequiredService<SmsDoor>();
        var sending = app.MapGroup("/messages").WithTags("SMS only");
        app.MapPost("/messages", (RequestDelegate)door.Send).WithTags("SMS only")
            .WithSummary("Sends one SMS to 1 to 200 numbers.")
            .WithDescription(SmsExamples.SendDescription)
            .Describe(door.Send, SmsExamples.Request, SmsExamples.SendAnswers);
        sending.MapGet("/http/send", (RequestDelegate)door.SendByQuery)
            .WithSummary("The same by parameters, with the key as apiKey; POST takes them as a form.")
            .WithDescription(SmsExamples.QueryDescription)
            .Describe(door.SendByQuery, null, SmsExamples.SendAnswers);
        sending.MapPost("/http/send", (RequestDelegate)door.SendByQuery).ExcludeFromDescription();
        Others(app, "/messages", ["POST"], context => SmsDoor.MethodNotSupported(context, "POST"));
        Others(sending, "/http/send", ["GET", "POST"], context => SmsDoor.MethodNotSupported(context, "GET, POST"));
        sending.Map("/{**rest}", (RequestDelegate)SmsDoor.NoSuchResource).ExcludeFromDescription();

        var questions = app.Services.GetRequiredService<SmsQuestions>();
        var asking = app.MapGroup("/public-client").WithTags("SMS only");
        asking.MapGet("/message/status", (RequestDelegate)questions.Status)
            .WithSummary("Where the message stands that the parameter messageId names.")
            .Describe(questions.Status, null, SmsExamples.StatusAnswers);
        asking.MapGet("/balance", (RequestDelegate)questions.Balance).WithSummary("The account's balance.")
            .Describe(questions.Balance, null, SmsExamples.BalanceAnswers);
        Others(asking, "/message/status", ["GET"], SmsQuestions.MethodNotSupported);
        Others(asking, "/balance", ["GET"], SmsQuestions.MethodNotSupported);
        asking.Map("/{**rest}", (RequestDelegate)SmsQuestions.NoSuchResource).ExcludeFromDescription();
        app.MapTooLong("/messages/{**rest}", SmsDoor.LineTooLong);
        app.MapTooLong("/public-client/{**rest}", SmsQuestions.LineTooLong);
    }

    private static void Others(IEndpointRouteBuilder group, string path, string[] allowed, RequestDelegate refuse) =>
        group.MapMethods(path, Methods.Except(allowed), refuse).ExcludeFromDescription();
}
