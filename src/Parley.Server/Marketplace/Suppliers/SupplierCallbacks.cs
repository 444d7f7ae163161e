using System.Security.Cryptography;
using System.Text;
using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>
/// The door for suppliers that call back. Its path ends with the supplier's secret; what comes through it is a hint that
/// something is to be asked for, and never the answer.
/// </summary>
public static class SupplierCallbacks
{
    public const string Path = "/marketplace/v1/suppliers/{supplier}/callbacks/{secret}";

    /// <summary>True for the supplier's own secret; takes as long for any other.</summary>
    public static bool IsOpenedBy(Supplier supplier, string secret) => supplier.CallbackSecret.Length > 0
        && CryptographicOperations.FixedTimeEquals(Hash(supplier.CallbackSecret), Hash(secret));

    /// <summary>Our reference of the vend that it is about; null when it names none.</summary>
    public static string? ReferenceIn(byte[] body) => SupplierJson.Parse(body) is { } said
        ? SupplierJson.Text(said, "external_id", 64) ?? SupplierJson.Text(said, "reference", 64) : null;

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
