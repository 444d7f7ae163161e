using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Parley.Tests.Support;

/// <summary>What DT One's imitation sells: one product of each kind, and many more so that there are pages.</summary>
internal static partial class DtOneShelf
{
    public const int Fixed = 1001, Ranged = 1002, Pin = 1003, Bill = 1004, Dear = 1005, Gone = 999_999;

    private static readonly JsonObject[] Products =
    [
        Product(Fixed, "FIXED_VALUE_RECHARGE", "[[\"mobile_number\"]]"),
        Product(Ranged, "RANGED_VALUE_RECHARGE", "[[\"mobile_number\"],[\"account_number\"]]"),
        Product(Pin, "FIXED_VALUE_PIN_PURCHASE", "null"),
        Product(Bill, "RANGED_VALUE_PAYMENT", "[[\"account_number\"]]"),
        Product(Dear, "FIXED_VALUE_RECHARGE", "[[\"mobile_number\",\"account_qualifier\"]]", "[[\"first_name\"]]"),
        .. Enumerable.Range(2_000, 115).Select(id => Product(id, "FIXED_VALUE_RECHARGE", "[[\"mobile_number\"]]")),
    ];

    public static bool IsMobile(string number) => E164().IsMatch(number);

    public static JsonObject? Of(JsonNode request) =>
        Products.FirstOrDefault(p => (int)p["id"]! == (int?)request["product_id"]);

    /// <summary>Why no transaction is made of it; null when one is.</summary>
    public static (int Status, int Code)? Refuses(JsonNode request)
    {
        if (Of(request) is not { } product) return (404, 1003001);
        if ((int)product["id"]! == Dear) return (400, 1006001);
        if (((string)product["type"]!).StartsWith("RANGED", StringComparison.Ordinal))
        {
            if (request["calculation_mode"] is null) return (400, 1000400);
            var side = (string)request["calculation_mode"]! == "SOURCE_AMOUNT" ? "source" : "destination";
            if (request[side] is not { } asked || (string?)asked["unit"] != (string?)product[side]!["unit"])
                return (400, 1003003);
            var range = product[side]!["amount"]!;
            var much = (decimal)asked["amount"]!;
            if (much < (decimal)range["min"]! || much > (decimal)range["max"]!) return (400, 1003002);
        }
        var mobile = (string?)request["credit_party_identifier"]?["mobile_number"];
        return mobile is not null && !IsMobile(mobile) ? (400, 1005003) : null;
    }

    public static IResult Page(HttpContext context, int page = 1, int per_page = 50, string? country_iso_code = null)
    {
        var all = Products.Where(p => country_iso_code is null
            || country_iso_code == (string)p["operator"]!["country"]!["iso_code"]!).ToList();
        var pages = Math.Max(1, (all.Count + per_page - 1) / per_page);
        var headers = context.Response.Headers;
        headers["X-Total"] = Text(all.Count);
        headers["X-Total-Pages"] = Text(pages);
        headers["X-Per-Page"] = Text(per_page);
        headers["X-Page"] = Text(page);
        if (page < pages) headers["X-Next-Page"] = Text(page + 1);
        headers["X-Ratelimit-Limit"] = "600";
        return Results.Json(all.Skip((page - 1) * per_page).Take(per_page));
    }

    private static JsonObject Product(int id, string type, string parties, string sender = "null")
    {
        var ranged = type.StartsWith("RANGED", StringComparison.Ordinal);
        return JsonNode.Parse(
            $$$"""
            {"id":{{{id}}},"name":"Product {{{id}}}","description":"","type":"{{{type}}}",
             "service":{"id":1,"name":"Mobile","subservice":{"id":11,"name":"Airtime"}},
             "operator":{"id":7,"name":"Riverside Mobile","country":{"name":"Nigeria","iso_code":"NGA","regions":null},"regions":null},
             "required_credit_party_identifier_fields":{{{parties}}},"required_debit_party_identifier_fields":null,
             "required_sender_fields":{{{sender}}},"required_beneficiary_fields":null,
             "required_statement_identifier_fields":null,"required_additional_identifier_fields":null,
             "accepted_calculation_modes":["SOURCE_AMOUNT","DESTINATION_AMOUNT"],
             "source":{"unit_type":"CURRENCY","unit":"USD","amount":{{{(ranged ? """{"min":0.1,"max":20.0}""" : "0.35")}}}},
             "destination":{"unit_type":"CURRENCY","unit":"NGN","amount":{{{(ranged ? """{"min":50.0,"max":20000.0,"increment":0.5}""" : "500.0")}}}},
             "prices":{"wholesale":{"unit_type":"CURRENCY","unit":"USD","amount":{{{(ranged ? """{"min":0.1,"max":20.0}""" : "0.33")}}},"fee":0}},
             "pin":{"usage_info":["Dial *123*PIN#"],"validity":null,"terms":null}}
            """)!.AsObject();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^\\+[1-9][0-9]{6,14}$")]
    private static partial Regex E164();
}
