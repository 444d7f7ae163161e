using System.Text.Json;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>
/// A transaction of DT One, read. Its classes decide what is known; the status itself only chooses the code
/// (DVS API 1.23, "Transaction Status").
/// </summary>
internal static class DtOneTransaction
{
    private const int MostBenefits = 10;
    private const int MostUsage = 3;

    /// <summary>True when it has been made and not been confirmed: nothing of it has gone to the operator.</summary>
    public static bool IsCreated(JsonElement transaction) => ClassOf(transaction) == "CREATED";

    public static long? IdOf(JsonElement transaction) =>
        SupplierJson.Whole(SupplierJson.Inner(transaction, "id")) is { } id and > 0 ? id : null;

    /// <summary>The word on the vend with our reference; unheard when it is about something else.</summary>
    public static SupplierAnswer Read(JsonElement transaction, string reference)
    {
        if (SupplierJson.Text(transaction, "external_id", 64) != reference) return SupplierAnswer.Unheard;
        return ClassOf(transaction) switch
        {
            "COMPLETED" => new(VendOutcome.Success, "0000", Token(transaction), Details(transaction)),
            "REJECTED" or "DECLINED" => Failed(transaction),
            // What was delivered has been taken back.
            "REVERSED" => new(VendOutcome.Declined, "2201"),
            "CANCELLED" => new(VendOutcome.Retryable, "2226"),
            "CREATED" or "CONFIRMED" or "SUBMITTED" => new(VendOutcome.Pending),
            // A class of later days: asked for until it means something.
            null => SupplierAnswer.Unheard,
            _ => new(VendOutcome.Pending),
        };
    }

    private static string? ClassOf(JsonElement transaction)
    {
        if (SupplierJson.Inner(transaction, "status") is not { } status) return null;
        if (SupplierJson.Inner(status, "class") is { } said && SupplierJson.Text(said, "message", 60) is { } name)
            return name;
        return SupplierJson.Whole(SupplierJson.Inner(status, "class", "id")) switch
        {
            1 => "CREATED",
            2 => "CONFIRMED",
            3 => "REJECTED",
            4 => "CANCELLED",
            5 => "SUBMITTED",
            7 => "COMPLETED",
            8 => "REVERSED",
            9 => "DECLINED",
            _ => null,
        };
    }

    /// <summary>Certainly not delivered: by DT One's own rules (REJECTED) or by the operator (DECLINED).</summary>
    private static SupplierAnswer Failed(JsonElement transaction)
    {
        var status = SupplierJson.Inner(transaction, "status") is { } said
            ? SupplierJson.Text(said, "message", 100) ?? "" : "";
        var why = status[(status.IndexOf('-', StringComparison.Ordinal) + 1)..];
        return why switch
        {
            "INVALID-CREDIT-PARTY" => new(VendOutcome.Declined, IsMobile(transaction) ? "2213" : "2210"),
            "BARRED-CREDIT-PARTY" or "INELIGIBLE-CREDIT-PARTY" => new(VendOutcome.Declined, "2214"),
            "INVALID-DEBIT-PARTY" or "BARRED-DEBIT-PARTY" => new(VendOutcome.Declined, "2210"),
            "LIMITATIONS-ON-OPERATOR-AMOUNT" or "LIMITATIONS-ON-OPERATOR-QUANTITY" =>
                new(VendOutcome.Retryable, "2225"),
            "DUPLICATED-TRANSACTION" => new(VendOutcome.Declined, "2242"),
            "OPERATOR-CURRENTLY-UNAVAILABLE" => new(VendOutcome.Retryable, "2226"),
            "INSUFFICIENT-BALANCE" => new(VendOutcome.Retryable, "2225"),
            _ when why.StartsWith("LIMITATIONS-ON-", StringComparison.Ordinal) => new(VendOutcome.Declined, "2242"),
            _ => new(VendOutcome.Declined, "2201"),
        };
    }

    private static bool IsMobile(JsonElement transaction) =>
        SupplierJson.Inner(transaction, "credit_party_identifier", "mobile_number") is not null;

    /// <summary>What the buyer needs to use it: a voucher's code, or what puts an eSIM on a phone.</summary>
    private static string? Token(JsonElement transaction)
    {
        if (SupplierJson.Inner(transaction, "pin") is { } pin
            && SupplierJson.Text(pin, "code", SupplierJson.LongestToken) is { } code) return code;
        return SupplierJson.Inner(transaction, "metadata", "profile") is { } profile
            ? SupplierJson.Text(profile, "activation_code", SupplierJson.LongestToken) : null;
    }

    private static string Details(JsonElement transaction)
    {
        List<(string?, string?)> details = [("operatorReference", Short(transaction, "operator_reference"))];
        if (SupplierJson.Inner(transaction, "pin") is { } pin) details.Add(("serial", Short(pin, "serial")));
        if (SupplierJson.Inner(transaction, "metadata", "profile") is { } profile)
            details.Add(("iccid", Short(profile, "iccid")));
        details.AddRange(SupplierJson.List(SupplierJson.Inner(transaction, "benefits"), MostBenefits).Select(Benefit));
        details.AddRange(SupplierJson.List(
            SupplierJson.Inner(transaction, "product", "pin", "usage_info"), MostUsage)
            .Select(u => ((string?)"usage", SupplierJson.Text(u, 200))));
        return SupplierJson.Details(details);
    }

    private static (string?, string?) Benefit(JsonElement benefit)
    {
        var total = SupplierJson.Inner(benefit, "amount", "total_including_tax");
        if (total is not { ValueKind: JsonValueKind.Number } much || much.GetRawText().Length > 30) return (null, null);
        // By the schema -1 is "without end".
        var text = much.GetRawText() is "-1" or "-1.0" ? "unlimited" : much.GetRawText();
        return (Short(benefit, "type")?.ToLowerInvariant(), $"{text} {Short(benefit, "unit")}".TrimEnd());
    }

    private static string? Short(JsonElement said, string name) => SupplierJson.Text(said, name, 200);
}
