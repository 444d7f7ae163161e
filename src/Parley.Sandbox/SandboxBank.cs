using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Parley.Sandbox;

/// <summary>
/// A bank: every buyer has an account in each currency; it holds, debits and releases, idempotent on <c>raasTxnRef</c>. The
/// last four digits of the buyer choose what it does: 1010 to 1090 answers with 2010 to 2090, 1098 holds and never answers,
/// 1099 answers 500, 1500 takes the outcome at the third telling, 1501 never.
/// </summary>
public sealed class SandboxBank(SandboxOptions options)
{
    private const long Opening = 10_000_000_000;
    private const int MostKept = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Buyer, string Currency), long> _balances = [];
    private readonly Dictionary<string, Held> _holds = [];
    private readonly List<JsonNode> _results = [];
    private readonly ConcurrentDictionary<string, int> _told = new();

    /// <summary>Money held for a purchase.</summary>
    /// <param name="Reference">The bank's reference.</param>
    /// <param name="Buyer">Whose.</param>
    /// <param name="Currency">ISO 4217.</param>
    /// <param name="Amount">Minor units.</param>
    /// <param name="State">held, debited or released.</param>
    public sealed record Held(string Reference, string Buyer, string Currency, long Amount, string State);

    /// <summary>The hold of a purchase, by our reference; null when there is none.</summary>
    public Held? HoldOf(string raasTxnRef)
    {
        lock (_lock) return _holds.GetValueOrDefault(raasTxnRef);
    }

    /// <summary>What a buyer has left, holds counted.</summary>
    public long BalanceOf(string buyer, string currency)
    {
        lock (_lock) return _balances.GetValueOrDefault((buyer, currency), Opening);
    }

    /// <summary>Outcomes that were told of a purchase, acknowledged or not.</summary>
    public IReadOnlyList<JsonNode> ResultsOf(string raasTxnRef)
    {
        lock (_lock) return [.. _results.Where(r => (string?)r["raasTxnRef"] == raasTxnRef)];
    }

    internal object Show()
    {
        lock (_lock)
            return new
            {
                accounts = _balances.Select(b =>
                    new { buyer = b.Key.Buyer, currency = b.Key.Currency, balance = b.Value }),
                holds = _holds.TakeLast(100).Select(h => new { raasTxnRef = h.Key, hold = h.Value }),
                results = _results.TakeLast(100).Select(r => r.DeepClone()),
            };
    }

    internal async Task<IResult> Reserve(JsonObject request, CancellationToken aborted)
    {
        var buyer = (string)request["sourceIdentifier"]!;
        var suffix = buyer.Length < 4 ? "" : buyer[^4..];
        if (suffix == "1099") return Results.StatusCode(StatusCodes.Status500InternalServerError);
        if (suffix is ['1', '0', >= '1' and <= '9', '0'])
            return Results.Json(new { responseCode = $"20{suffix[2..]}", responseMessage = "Refused" });
        var raas = (string)request["raasTxnRef"]!;
        var hold = Hold(raas, buyer, (string)request["currencyCode"]!, (long)request["reserveAmount"]!);
        if (suffix == "1098")
        {
            // The hold stands, and nobody hears of it.
            var never = new TaskCompletionSource();
            await using var _ = aborted.Register(never.SetResult);
            await never.Task;
        }
        return hold is null
            ? Results.Json(new { responseCode = "2010", responseMessage = "Insufficient funds" })
            : Results.Json(new
            {
                responseCode = "0000",
                responseMessage = "Reserved",
                reserveFundsTxnRef = hold.Reference,
                raasTxnRef = raas,
            });
    }

    internal IResult Settle(JsonObject result)
    {
        var raas = (string)result["raasTxnRef"]!;
        lock (_lock)
        {
            if (_results.Count >= MostKept) _results.RemoveRange(0, MostKept / 2);
            _results.Add(result.DeepClone());
            if (_holds.GetValueOrDefault(raas) is not { } hold) return Results.StatusCode(
                StatusCodes.Status202Accepted);
            var told = _told.AddOrUpdate(raas, 1, static (_, times) => times + 1);
            if (hold.Buyer.EndsWith("1501", StringComparison.Ordinal)
                || (hold.Buyer.EndsWith("1500", StringComparison.Ordinal) && told < 3))
                return Results.StatusCode(StatusCodes.Status500InternalServerError);
            if (hold.State != "held") return Results.StatusCode(StatusCodes.Status202Accepted);
            var sold = (string?)result["responseCode"] == "0000";
            if (!sold) _balances[(hold.Buyer, hold.Currency)] += hold.Amount;
            _holds[raas] = hold with { State = sold ? "debited" : "released" };
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }
    }

    private Held? Hold(string raas, string buyer, string currency, long amount)
    {
        lock (_lock)
        {
            if (_holds.TryGetValue(raas, out var first)) return first;
            if (_holds.Count >= MostKept) _holds.Clear();
            var left = _balances.GetValueOrDefault((buyer, currency), Opening) - amount;
            if (left < 0 || amount <= 0) return null;
            _balances[(buyer, currency)] = left;
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Seed}:{raas}"));
            return _holds[raas] = new(new Guid(hash.AsSpan(0, 16)).ToString("D"), buyer, currency, amount, "held");
        }
    }
}
