using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Parley.Tests.Support;

/// <summary>What goes wrong with one call.</summary>
public enum DtOneFault
{
    None,

    /// <summary>The transaction is made, and the answer never leaves.</summary>
    LoseAnswer,

    /// <summary>The transaction is made, and the answer is 500 1009001.</summary>
    FailAfterwards,

    /// <summary>503 by something in between that never asked DT One.</summary>
    FailBefore,

    /// <summary>The request vanishes before it is looked at, and no answer comes.</summary>
    LoseRequest,
}

/// <summary>
/// DT One's pre-production environment as its documentation (DVS API 1.23) has it: transactions in both modes, the
/// suffixes of numbers and their delays, callbacks, balances, products in pages, look-ups, errors. Delays run by the
/// clock it is given.
/// </summary>
internal sealed class DtOnePreprod : IAsyncDisposable
{
    public const string Key = "a-key", Secret = "a-secret";

    private static readonly (int Id, string Name)[] Classes =
        [(1, "CREATED"), (2, "CONFIRMED"), (3, "REJECTED"), (4, "CANCELLED"), (5, "SUBMITTED"), (7, "COMPLETED"),
            (8, "REVERSED"), (9, "DECLINED")];

    private static readonly string[] Outcomes =
        ["COMPLETED", "COMPLETED", "DECLINED-INVALID-CREDIT-PARTY", "DECLINED-BARRED-CREDIT-PARTY",
            "DECLINED-OPERATOR-CURRENTLY-UNAVAILABLE", "DECLINED-DUPLICATED-TRANSACTION", "DECLINED",
            "DECLINED-EXCEPTION"];

    private readonly WebApplication _app;
    private readonly TimeProvider _time;
    private readonly HttpClient _http = new();
    private readonly int _port = Ports.Free();
    private readonly ConcurrentDictionary<string, Made> _made = new();
    private readonly ConcurrentQueue<DtOneFault> _faults = new();
    private long _lastId = 2_000_000_000;

    private DtOnePreprod(TimeProvider time)
    {
        _time = time;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{_port}");
        _app = builder.Build();
        _app.Use(Authenticate);
        foreach (var mode in (string[])["async", "sync"])
        {
            Delegate make = (HttpContext context) => Make(context, mode == "sync");
            _app.MapPost($"/v1/{mode}/transactions", make);
            Delegate confirm = Confirm;
            _app.MapPost($"/v1/{mode}/transactions/{{id:long}}/confirm", confirm);
        }
        _app.MapPost("/v1/transactions/{id:long}/cancel", (long id) => Cancel(id));
        _app.MapGet("/v1/transactions", (string? external_id) => Found(external_id));
        _app.MapGet("/v1/balances", (string? unit) => Results.Json(new[]
        {
            new { id = 1, unit_type = "CURRENCY", unit = "USD", available = Available, holding = 0, credit_limit = 0 },
        }.Where(b => unit is null || unit == b.unit)));
        _app.MapGet("/v1/products", DtOneShelf.Page);
        _app.MapPost("/v1/lookup/mobile-number", (Delegate)Lookup);
        _app.MapPost("/v1/lookup/statement-inquiry", (Delegate)Inquire);
    }

    public string Url => $"http://127.0.0.1:{_port}/v1";

    public decimal Available { get; set; } = 1234.567m;

    /// <summary>Calls that made a transaction, or would have; in their order.</summary>
    public ConcurrentQueue<JsonNode> Posts { get; } = new();

    /// <summary>The callback goes out before the answer to the call that made the transaction.</summary>
    public bool CallsBackFirst { get; set; }

    /// <summary>Lists answer with everything, whatever was asked for.</summary>
    public bool IgnoresFilters { get; set; }

    /// <summary>What GET /transactions answers instead; null for the truth.</summary>
    public (int Status, string Body)? Instead { get; set; }

    public static async Task<DtOnePreprod> Start(TimeProvider time)
    {
        var preprod = new DtOnePreprod(time);
        await preprod._app.StartAsync();
        return preprod;
    }

    /// <summary>What goes wrong with the next calls that make or confirm a transaction, one each.</summary>
    public void Fail(params DtOneFault[] faults)
    {
        foreach (var fault in faults) _faults.Enqueue(fault);
    }

    public string StatusOf(string reference) => _made[reference].StatusAt(_time.GetUtcNow());

    /// <summary>The operator has answered, or DT One has decided: this is the status from now on.</summary>
    public void Becomes(string reference, string status) => _made[reference].Forced = status;

    /// <summary>Tells the transaction where its maker wanted it told; answers the status of the answer.</summary>
    public async Task<int> CallBack(string reference)
    {
        var made = _made[reference];
        using var response = await _http.PostAsJsonAsync(made.CallbackUrl, made.Show(_time.GetUtcNow()));
        return (int)response.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    private static async Task Authenticate(HttpContext context, RequestDelegate next)
    {
        var right = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Key}:{Secret}"));
        if (context.Request.Headers.Authorization == right) await next(context);
        else await Error(401, 1000401, "Unauthorized").ExecuteAsync(context);
    }

    private async Task<IResult> Make(HttpContext context, bool synchronous)
    {
        var fault = _faults.TryDequeue(out var next) ? next : DtOneFault.None;
        if (await Lost(context, fault, before: true) is { } failed) return failed;
        var body = (await JsonNode.ParseAsync(context.Request.Body))!;
        Posts.Enqueue(body);
        var reference = (string?)body["external_id"] ?? "";
        if (reference.Length is 0 or > 40) return Error(400, 1000400, "Bad Request");
        if (DtOneShelf.Refuses(body) is { } refused) return Error(refused.Status, refused.Code, "Refused");
        var made = new Made(Interlocked.Increment(ref _lastId), body, _time.GetUtcNow(), DtOneShelf.Of(body)!);
        if (!_made.TryAdd(reference, made))
            return Error(400, 1007001, "Transaction external ID has already been used");
        if (CallsBackFirst && made.CallbackUrl is not null)
        {
            made.Forced = made.Outcome;
            await CallBack(reference);
        }
        return await Lost(context, fault, before: false) ?? Results.Json(
            made.Show(_time.GetUtcNow() + (synchronous ? TimeSpan.FromSeconds(3) : default)), statusCode: 201);
    }

    private async Task<IResult> Confirm(HttpContext context, long id)
    {
        var fault = _faults.TryDequeue(out var next) ? next : DtOneFault.None;
        if (await Lost(context, fault, before: true) is { } failed) return failed;
        var now = _time.GetUtcNow();
        if (_made.Values.FirstOrDefault(m => m.Id == id) is not { } made)
            return Error(404, 1008004, "Transaction not found");
        if (made.StatusAt(now) != "CREATED") return Error(400, 1007002, "Transaction has already been confirmed");
        made.ConfirmedAt = now;
        return await Lost(context, fault, before: false) ?? Results.Json(made.Show(now), statusCode: 202);
    }

    private IResult Cancel(long id)
    {
        if (_made.Values.FirstOrDefault(m => m.Id == id) is not { } made)
            return Error(404, 1008004, "Transaction not found");
        if (made.StatusAt(_time.GetUtcNow()) != "CREATED")
            return Error(400, 1007007, "Transaction can no longer be cancelled");
        made.Forced = "CANCELLED";
        return Results.Json(made.Show(_time.GetUtcNow()), statusCode: 202);
    }

    private IResult Found(string? reference) => Instead is var (status, body)
        ? Results.Text(body, "application/json", statusCode: status)
        : Results.Json(_made.Where(m => IgnoresFilters || m.Key == reference)
            .Select(m => m.Value.Show(_time.GetUtcNow())));

    private static async Task<IResult?> Lost(HttpContext context, DtOneFault fault, bool before)
    {
        switch (fault)
        {
            case DtOneFault.LoseAnswer when !before:
            case DtOneFault.LoseRequest when before:
                if (before) await context.Request.BodyReader.ReadAsync();
                context.Abort();
                return Results.Empty;
            case DtOneFault.FailAfterwards when !before:
                return Error(500, 1009001, "Unexpected error, please contact our support team");
            case DtOneFault.FailBefore when before:
                return Results.Text("<html>busy</html>", "text/html", statusCode: 503);
            default:
                return null;
        }
    }

    private static async Task<IResult> Lookup(HttpContext context)
    {
        var number = (string?)(await JsonNode.ParseAsync(context.Request.Body))!["mobile_number"] ?? "";
        return !DtOneShelf.IsMobile(number) ? Error(400, 1005003, "Credit party mobile number is invalid")
            : Results.Json(number.EndsWith("000", StringComparison.Ordinal) ? [] : new[]
            {
                new { id = 7, name = "Riverside Mobile", identified = true },
            });
    }

    private static async Task<IResult> Inquire(HttpContext context)
    {
        var account = (string?)(await JsonNode.ParseAsync(context.Request.Body))!["account_number"] ?? "";
        return Results.Json(account.EndsWith('0') ? [] : new[]
        {
            new { reference = "Nov 2026", balance = new { unit_type = "CURRENCY", unit = "NGN", amount = 120.5m } },
            new { reference = "Oct 2026", balance = new { unit_type = "CURRENCY", unit = "NGN", amount = 30m } },
        });
    }

    private static IResult Error(int status, int code, string message) =>
        Results.Json(new { errors = new[] { new { code, message } } }, statusCode: status);

    private sealed class Made(long id, JsonNode request, DateTimeOffset at, JsonNode product)
    {
        public long Id => id;

        public string? CallbackUrl => (string?)request["callback_url"];

        public string? Forced { get; set; }

        public DateTimeOffset? ConfirmedAt { get; set; } = (bool?)request["auto_confirm"] == true ? at : null;

        /// <summary>The last three digits choose; any other, and a product without a recipient, is completed at once.</summary>
        public string Outcome => Suffix is { } suffix ? Outcomes[suffix % 100] : "COMPLETED";

        private string Party => (string?)request["credit_party_identifier"]?["mobile_number"]
            ?? (string?)request["credit_party_identifier"]?["account_number"] ?? "";

        private int? Suffix => Party.Length >= 3
            && int.TryParse(Party[^3..], NumberStyles.None, CultureInfo.InvariantCulture, out var suffix)
            && suffix is >= 100 and < 400 && suffix % 100 < Outcomes.Length ? suffix : null;

        public string StatusAt(DateTimeOffset now) => Forced
            ?? (ConfirmedAt is not { } confirmed ? "CREATED" : now - confirmed < Delay ? "SUBMITTED" : Outcome);

        private TimeSpan Delay => TimeSpan.FromSeconds((Suffix / 100) switch { 1 => 3, 2 => 20, 3 => 300, _ => 0 });

        public JsonObject Show(DateTimeOffset now)
        {
            var status = StatusAt(now);
            var found = Classes.First(c => status.StartsWith(c.Name, StringComparison.Ordinal));
            var shown = new JsonObject
            {
                ["id"] = id,
                ["external_id"] = (string?)request["external_id"],
                ["creation_date"] = at.ToString("O"),
                ["confirmation_expiration_date"] = (at + TimeSpan.FromHours(1)).ToString("O"),
                ["status"] = new JsonObject
                {
                    ["id"] = found.Id * 10_000,
                    ["message"] = status,
                    ["class"] = new JsonObject { ["id"] = found.Id, ["message"] = found.Name },
                },
                ["operator_reference"] = status == "COMPLETED" ? $"OP-{id}" : null,
                ["pin"] = null,
                ["credit_party_identifier"] = request["credit_party_identifier"]?.DeepClone(),
                ["product"] = product.DeepClone(),
                ["benefits"] = JsonNode.Parse(
                    """
                    [{"type":"CREDITS","unit_type":"CURRENCY","unit":"NGN","amount":{"total_including_tax":500.0}}]
                    """),
            };
            var isPin = Suffix % 100 == 1 || ((string)product["type"]!).Contains("PIN", StringComparison.Ordinal);
            if (status == "COMPLETED" && isPin)
                shown["pin"] = new JsonObject { ["code"] = $"{id % 10_000:0000} 5678 9012", ["serial"] = $"S{id}" };
            return shown;
        }
    }
}
