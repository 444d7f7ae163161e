using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>A supplier that dispenses. Every vend has a reference of its own, on which the supplier is idempotent.</summary>
public interface ISupplier
{
    /// <summary>Asks to dispense.</summary>
    Task<SupplierAnswer> Vend(Supplier supplier, VendRequest request, CancellationToken cancel);

    /// <summary>Asks what became of a vend.</summary>
    Task<SupplierAnswer> Status(Supplier supplier, string reference, CancellationToken cancel);

    /// <summary>Asks whether an account can be paid for.</summary>
    Task<AccountAnswer> Validate(Supplier supplier, string sku, string target, long amount, CancellationToken cancel);

    /// <summary>What lies at the supplier, in minor units; null when it doesn't say.</summary>
    Task<long?> Balance(Supplier supplier, string currency, CancellationToken cancel);
}

/// <summary>What is to be dispensed.</summary>
public sealed record VendRequest(
    string Reference, string Sku, long Amount, string Currency, string Target, string Source);

/// <summary>What is known of a vend.</summary>
public enum VendOutcome
{
    /// <summary>Dispensed.</summary>
    Success,

    /// <summary>Not dispensed, and a repeat would be the same.</summary>
    Declined,

    /// <summary>Certainly not dispensed; another try may succeed.</summary>
    Retryable,

    /// <summary>The supplier could not be connected to: nothing was sent.</summary>
    NotConnected,

    /// <summary>Under way, or not known.</summary>
    Pending,

    /// <summary>The supplier says that it has no such reference.</summary>
    Unknown,
}

/// <summary>The supplier's word on a vend.</summary>
/// <param name="Outcome">What is known.</param>
/// <param name="Code">A code of the contract (§12) when declined.</param>
/// <param name="Token">What was dispensed, several joined by |; null for none.</param>
/// <param name="Details">A JSON array of name and value.</param>
public sealed record SupplierAnswer(VendOutcome Outcome, string Code = "", string? Token = null, string Details = "[]")
{
    /// <summary>There was no answer that could be read: the outcome is open, and the supplier may be in trouble.</summary>
    public static SupplierAnswer Unheard { get; } = new(VendOutcome.Pending) { IsLost = true };

    /// <summary>True when there was no answer that could be read.</summary>
    public bool IsLost { get; init; }
}

/// <summary>What is known of an account.</summary>
public enum AccountOutcome
{
    Valid,

    /// <summary>No such service or account at the biller.</summary>
    NotFound,

    /// <summary>The biller refuses.</summary>
    Refused,

    /// <summary>No answer in time.</summary>
    NoAnswer,
}

/// <summary>The supplier's word on an account; amounts in minor units, null when it doesn't say.</summary>
public sealed record AccountAnswer(
    AccountOutcome Outcome, string? Holder = null, long? Outstanding = null, long? Least = null, long? Most = null,
    string Details = "[]");
