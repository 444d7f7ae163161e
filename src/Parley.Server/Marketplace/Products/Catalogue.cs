using System.Collections.Frozen;

namespace Parley.Server.Marketplace.Products;

/// <summary>
/// What can be sold to whom, as one immutable snapshot in memory; provisioning swaps it whole. What a lookup answers
/// holds together: a product's routes lead to suppliers that are there.
/// </summary>
public sealed class Catalogue
{
    private volatile Snapshot _current = new([]);

    public void Replace(IReadOnlyList<MarketEntry> entries) => _current = new(entries);

    public Client? Client(int id) => _current.Clients.GetValueOrDefault(id);

    /// <summary>The client that an API key belongs to, by the key's SHA-256.</summary>
    public Client? ByKeyHash(string hash) => _current.ByKeyHash.GetValueOrDefault(hash);

    public Product? Product(int id) => _current.Products.GetValueOrDefault(id);

    public ProductType? Type(int id) => _current.Types.GetValueOrDefault(id);

    public Vendor? Vendor(int id) => _current.Vendors.GetValueOrDefault(id);

    public Supplier? Supplier(string id) => _current.Suppliers.GetValueOrDefault(id);

    /// <summary>The suppliers, in the order of their ids.</summary>
    public IReadOnlyList<Supplier> Suppliers => _current.SuppliersInOrder;

    public FundingSource? Source(int id) => _current.Sources.GetValueOrDefault(id);

    /// <summary>Clients that use a funding source.</summary>
    public IReadOnlyList<long> ClientsOf(int sourceId) =>
        [.. _current.Clients.Values.Where(c => c.FundingSources.Contains(sourceId)).Select(c => (long)c.Id)];

    public IReadOnlyList<MobileOperator> Operators => _current.Operators;

    /// <summary>Who is asked for ported numbers; null for nobody.</summary>
    public NumberResolver? Resolver => _current.Resolver;

    /// <summary>True while calls of some client need its certificate.</summary>
    public bool AsksForCertificates => _current.AsksForCertificates;

    /// <summary>Products, in the order of their ids.</summary>
    public IReadOnlyList<Product> Products => _current.InOrder;

    /// <summary>
    /// The contract's row for a client, product and moment; null when the product isn't configured for the client.
    /// </summary>
    public TermsRow? Terms(int clientId, Product product, long now) =>
        _current.Terms[clientId]
            .Where(t => (t.ProductId ?? product.Id) == product.Id && (t.TypeId ?? product.TypeId) == product.TypeId)
            .Where(t => t.From <= now && (t.Until is not { } until || now < until))
            .OrderByDescending(t => t.ProductId is not null).ThenByDescending(t => t.From)
            .ThenBy(t => t.Id, StringComparer.Ordinal).FirstOrDefault();

    private sealed class Snapshot(IReadOnlyList<MarketEntry> entries)
    {
        public FrozenDictionary<int, Client> Clients { get; } =
            Of<Client>(entries, MarketEntry.Client).ToFrozenDictionary(c => c.Id);

        public NumberResolver? Resolver { get; } =
            Of<NumberResolver>(entries, MarketEntry.Resolver).FirstOrDefault();

        public bool AsksForCertificates { get; } =
            Of<Client>(entries, MarketEntry.Client).Any(c => c.Certificates.Count > 0);

        public FrozenDictionary<string, Client> ByKeyHash { get; } =
            Of<Client>(entries, MarketEntry.Client)
                .SelectMany(c => c.KeyHashes.Select(h => (Hash: h, Client: c)))
                .DistinctBy(k => k.Hash).ToFrozenDictionary(k => k.Hash, k => k.Client);

        public FrozenDictionary<int, Product> Products { get; } =
            Of<Product>(entries, MarketEntry.Product).ToFrozenDictionary(p => p.Id);

        public IReadOnlyList<Product> InOrder { get; } =
            [.. Of<Product>(entries, MarketEntry.Product).OrderBy(p => p.Id)];

        public FrozenDictionary<int, ProductType> Types { get; } =
            Of<ProductType>(entries, MarketEntry.Type).ToFrozenDictionary(t => t.Id);

        public FrozenDictionary<int, Vendor> Vendors { get; } =
            Of<Vendor>(entries, MarketEntry.Vendor).ToFrozenDictionary(v => v.Id);

        public FrozenDictionary<string, Supplier> Suppliers { get; } =
            Of<Supplier>(entries, MarketEntry.Supplier).ToFrozenDictionary(s => s.Id);

        public IReadOnlyList<Supplier> SuppliersInOrder { get; } =
            [.. Of<Supplier>(entries, MarketEntry.Supplier).OrderBy(s => s.Id, StringComparer.Ordinal)];

        public FrozenDictionary<int, FundingSource> Sources { get; } =
            Of<FundingSource>(entries, MarketEntry.Source).ToFrozenDictionary(s => s.Id);

        public IReadOnlyList<MobileOperator> Operators { get; } =
            [.. Of<MobileOperator>(entries, MarketEntry.Operator)];

        public ILookup<int, TermsRow> Terms { get; } =
            Of<TermsRow>(entries, MarketEntry.Terms).ToLookup(t => t.ClientId);

        private static IEnumerable<T> Of<T>(IReadOnlyList<MarketEntry> entries, string kind) =>
            entries.Where(e => e.Kind == kind).Select(e => e.Read<T>());
    }
}
