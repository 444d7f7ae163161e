using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Parley.Sandbox;

/// <summary>
/// Suppliers of any name: airtime, data, electricity, vouchers, bills, by the number in the sku. The last four digits of the
/// recipient choose the outcome: 0001 declines with 2201; 0010, 0013, 0014, 0025, 0026, 0039 and 0042 decline with 22 and their last
/// two digits; 0240 and 0241 are pending for 30 s, then sold or declined; 0250 declines the first attempt for now; 0299 is pending
/// for ever; 0098 sells and never answers; 0099 sells and answers 500.
/// </summary>
public sealed class SandboxSuppliers(SandboxOptions options, TimeProvider time)
{
    private const int MostKept = 100_000;
    private static readonly TimeSpan Pending = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Supplier, string Reference), Sale> _sales = [];
    private readonly Dictionary<(string Sku, string Target), int> _sold = [];

    /// <summary>A vend that came in.</summary>
    /// <param name="Reference">The reference of the attempt.</param>
    /// <param name="Sku">What was asked for.</param>
    /// <param name="Target">For whom.</param>
    /// <param name="Amount">Minor units.</param>
    /// <param name="At">When it came.</param>
    /// <param name="Token">What is dispensed; null for none.</param>
    public sealed record Sale(string Reference, string Sku, string Target, long Amount, DateTimeOffset At,
        string? Token);

    /// <summary>The vends of a recipient at a supplier, in the order in which they came.</summary>
    public IReadOnlyList<Sale> VendsFor(string supplier, string target)
    {
        lock (_lock) return [.. _sales.Where(s => s.Key.Supplier == supplier && s.Value.Target == target)
            .Select(s => s.Value)];
    }

    internal object Show(string supplier)
    {
        lock (_lock)
            return new
            {
                supplier,
                vends = _sales.Where(s => s.Key.Supplier == supplier).TakeLast(100)
                    .Select(s => new { s.Value.Reference, s.Value.Sku, s.Value.Target, s.Value.Amount, s.Value.At }),
            };
    }

    internal async Task<IResult> Take(string supplier, string call, JsonObject request, HttpContext context)
    {
        if (context.Request.Headers.Authorization != "Bearer " + PartnersApi.Secret) return Results.Unauthorized();
        switch (call)
        {
            case "vend":
                return await Vend(supplier, request, context);
            case "status":
                lock (_lock)
                    return Results.Json(_sales.TryGetValue((supplier, (string)request["reference"]!), out var sale)
                        ? Say(sale) : new { status = "UNKNOWN" });
            case "validate":
                return Validate((string)request["target"]!);
            case "balance":
                return Results.Json(new { balance = 1_000_000_000 });
            default:
                return Results.NotFound();
        }
    }

    private async Task<IResult> Vend(string supplier, JsonObject request, HttpContext context)
    {
        var sale = Keep(supplier, request);
        switch (Suffix(sale.Target))
        {
            case "0098":
                var never = new TaskCompletionSource();
                await using (context.RequestAborted.Register(never.SetResult)) await never.Task;
                return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
            case "0099":
                return Results.StatusCode(StatusCodes.Status500InternalServerError);
            default:
                return Results.Json(Say(sale));
        }
    }

    private Sale Keep(string supplier, JsonObject request)
    {
        var reference = (string)request["reference"]!;
        var (sku, target) = ((string)request["sku"]!, (string)request["target"]!);
        lock (_lock)
        {
            if (_sales.TryGetValue((supplier, reference), out var first)) return first;
            if (_sales.Count >= MostKept) _sales.Clear();
            var times = _sold[(sku, target)] = _sold.GetValueOrDefault((sku, target)) + 1;
            return _sales[(supplier, reference)] = new(
                reference, sku, target, (long)request["amount"]!, time.GetUtcNow(), TokenOf(sku, target, times));
        }
    }

    private object Say(Sale sale)
    {
        var waits = time.GetUtcNow() - sale.At < Pending;
        return Suffix(sale.Target) switch
        {
            "0001" => Failed("2201"),
            "0010" or "0013" or "0014" or "0025" or "0026" or "0039" or "0042" => Failed("22" + sale.Target[^2..]),
            "0240" or "0241" when waits => new { status = "PENDING" },
            "0241" => Failed("2201"),
            "0250" when sale.Reference.EndsWith("-1", StringComparison.Ordinal) =>
                new { status = "RETRY", code = "2226" },
            "0299" => new { status = "PENDING" },
            _ => new { status = "SUCCESS", token = sale.Token, details = Details(sale) },
        };
    }

    private static object Failed(string code) => new { status = "FAILED", code };

    private static IResult Validate(string target) => Suffix(target) switch
    {
        "0010" => Results.Json(new { status = "NOT_FOUND" }),
        "0001" => Results.Json(new { status = "REFUSED" }),
        "0039" => Results.StatusCode(StatusCodes.Status503ServiceUnavailable),
        _ => Results.Json(new
        {
            status = "VALID",
            accountHolderName = "A* Okafor",
            outstandingAmount = 15_000,
            minAmount = 65_000,
            maxAmount = 10_000_000,
            details = new[] { new { name = "tariff", value = "R2" } },
        }),
    };

    private static object[] Details(Sale sale) => KindOf(sale.Sku) switch
    {
        17 =>
        [
            new { name = "units", value = string.Create(CultureInfo.InvariantCulture,
                $"{sale.Amount / 5_200m:0.0} kWh") },
            new { name = "tariff", value = "R2" },
        ],
        30 => [new { name = "serial", value = sale.Reference[..8] }, new { name = "expiry", value = "2030-12-31" }],
        40 => [new { name = "receipt", value = sale.Reference[..8] }],
        _ => [],
    };

    /// <summary>20 digits for electricity, 16 for a voucher; the same for the same seed, product, recipient and count.</summary>
    private string? TokenOf(string sku, string target, int times)
    {
        var length = KindOf(sku) switch { 17 => 20, 30 => 16, _ => 0 };
        if (length == 0) return null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Seed}:{sku}:{target}:{times}"));
        var digits = string.Concat(hash.Take(length).Select(b => (char)('0' + (b % 10))));
        return string.Join('-', digits.Chunk(4).Select(four => new string(four)));
    }

    /// <summary>The first two digits in the sku: 17 electricity, 30 voucher, 40 bill.</summary>
    private static int KindOf(string sku)
    {
        var digits = string.Concat(sku.Where(char.IsAsciiDigit).Take(2));
        return int.TryParse(digits, CultureInfo.InvariantCulture, out var kind) ? kind : 0;
    }

    private static string Suffix(string target) => target.Length < 4 ? "" : target[^4..];
}
