using Parley.Server.Marketplace.Products;

namespace Parley.Server.Marketplace.Suppliers;

/// <summary>Each supplier by the adapter that speaks its protocol.</summary>
public sealed class SupplierByProtocol(HttpSupplier http, DtOneSupplier dtOne) : ISupplier
{
    public Task<SupplierAnswer> Vend(Supplier supplier, VendRequest request, CancellationToken cancel) =>
        Of(supplier).Vend(supplier, request, cancel);

    public Task<SupplierAnswer> Status(Supplier supplier, string reference, CancellationToken cancel) =>
        Of(supplier).Status(supplier, reference, cancel);

    public Task<AccountAnswer> Validate(
        Supplier supplier, string sku, string target, long amount, CancellationToken cancel) =>
        Of(supplier).Validate(supplier, sku, target, amount, cancel);

    public Task<long?> Balance(Supplier supplier, string currency, CancellationToken cancel) =>
        Of(supplier).Balance(supplier, currency, cancel);

    private ISupplier Of(Supplier supplier) => supplier.Protocol switch
    {
        SupplierProtocol.DtOne => dtOne,
        _ => http,
    };
}
