using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Accounts;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Notifications;
using Parley.Server.Marketplace.Operators;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Security;
using Parley.Server.Marketplace.Settlement;
using Parley.Server.Marketplace.Suppliers;
using Parley.Server.Web;

namespace Parley.Server.Marketplace;

/// <summary>The marketplace: digital products sold for banks (contract marketplace).</summary>
public static class MarketplaceModule
{
    public static IServiceCollection AddMarketplace(this IServiceCollection services, MarketplaceOptions options) =>
        services
        .AddSingleton(options)
        .AddSingleton<Catalogue>()
        .AddSingleton<MarketEntryStore>()
        .AddSingleton<PartnerHttp>()
        .AddSingleton<SigningKeys>()
        .AddSingleton<ClientTokens>()
        .AddSingleton<RateBuckets>()
        .AddSingleton<CallerCertificates>()
        .AddSingleton<MarketDoor>()
        .AddSingleton<SecurityApi>()
        .AddSingleton<CatalogueApi>()
        .AddSingleton<NumberPlan>()
        .AddSingleton<ResolveOperator>()
        .AddSingleton<OperatorsApi>()
        .AddSingleton<PortedNumbers>()
        .AddSingleton<AskResolver>()
        .AddSingleton<IBank, HttpBank>()
        .AddSingleton<HttpSupplier>()
        .AddSingleton<DtOneSupplier>()
        .AddSingleton<DtOneProducts>()
        .AddSingleton<ISupplier, SupplierByProtocol>()
        .AddSingleton<SupplierMeter>()
        .AddSingleton<SupplierHealth>()
        .AddSingleton<SupplierNews>()
        .AddSingleton<ValidationApi>()
        .AddSingleton<IPurchaseCommits, PurchaseCommits>()
        .AddSingleton<SaleBooks>()
        .AddSingleton<PurchaseJobs>()
        .AddSingleton<MarketExceptions>()
        .AddSingleton<PurchaseMemory>()
        .AddSingleton<RecordStep>()
        .AddSingleton<AcceptPurchase>()
        .AddSingleton<ReserveFunds>()
        .AddSingleton<VendJob>()
        .AddSingleton<ResultJob>()
        .AddSingleton<PurchasesApi>()
        .AddSingleton<LookupsApi>()
        .AddSingleton<DecidePurchase>()
        .AddSingleton<NotificationsApi>()
        .AddSingleton<NoticeJob>()
        .AddSettlement(options.Settlement);

    /// <summary>
    /// After the migrations and provisioning, before the job queue starts: a job that waits from before must find the
    /// catalogue.
    /// </summary>
    public static async Task StartMarketplace(this IServiceProvider services, CancellationToken cancel)
    {
        var store = services.GetRequiredService<MarketEntryStore>();
        var entries = await services.GetRequiredService<Database>().Read(store.All, cancel);
        var catalogue = services.GetRequiredService<Catalogue>();
        catalogue.Replace(entries);
        services.GetRequiredService<ClientCertificates>().AskWhile(() => catalogue.AsksForCertificates);
        var jobs = services.GetRequiredService<JobQueue>();
        jobs.Add(services.GetRequiredService<ReserveFunds>().Kind);
        jobs.Add(services.GetRequiredService<VendJob>().Kind);
        jobs.Add(services.GetRequiredService<ResultJob>().Kind);
        jobs.Add(services.GetRequiredService<NoticeJob>().Kind);
        await services.StartSettlement(jobs, cancel);
    }

    public static void MapMarketplace(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<MarketplaceOptions>();
        MapSecurity(app, options);
        MapLookups(app, options);
        MapPurchases(app, options);
        app.MapPost(SupplierCallbacks.Path, (RequestDelegate)app.Services.GetRequiredService<SupplierNews>().Take)
            .ExcludeFromDescription();
    }

    private static void MapSecurity(WebApplication app, MarketplaceOptions options)
    {
        var security = app.Services.GetRequiredService<SecurityApi>();
        var realm = app.MapGroup($"/auth/realms/{options.Realm}/protocol/openid-connect").WithTags("Marketplace");
        realm.MapPost("/token", (RequestDelegate)security.Token)
            .WithSummary("A token for a client: client_id, client_secret and grant_type=client_credentials as a form.")
            .Describe(security.Token, null, MarketplaceExamples.Token);
        realm.MapGet("/certs", (RequestDelegate)security.Keys).WithSummary("The public keys that check tokens (JWKS).")
            .Describe(security.Keys, null, new DoorAnswer(200, "The keys."));
    }

    private static void MapLookups(WebApplication app, MarketplaceOptions options)
    {
        var (services, paths) = (app.Services, options.Paths);
        var catalogue = services.GetRequiredService<CatalogueApi>();
        var operators = services.GetRequiredService<OperatorsApi>();
        var lookups = services.GetRequiredService<LookupsApi>();
        var doors = new Doors(app, options);
        doors.Get(MarketApi.Products, paths.Products, new(catalogue.Products), MarketplaceExamples.Products);
        doors.Get(MarketApi.Terms, paths.Terms, new(catalogue.Terms), MarketplaceExamples.Terms);
        doors.Get(MarketApi.Operator, paths.Operator, new(operators.Operator), MarketplaceExamples.Operator);
        doors.Get(
            MarketApi.CountryPrefix, paths.CountryPrefix, new(OperatorsApi.Prefixes) { NamesClient = false },
            MarketplaceExamples.CountryPrefix);
        doors.Get(
            MarketApi.UserTransactions, paths.UserTransactions, new(lookups.UserTransactions),
            MarketplaceExamples.UserTransactions);
        doors.Get(MarketApi.Transaction, paths.Transaction, new(lookups.Transaction), MarketplaceExamples.Transaction);
        doors.Get(MarketApi.Tokens, paths.Tokens, new(lookups.Tokens), MarketplaceExamples.Tokens);
        doors.Get(
            MarketApi.Settlement, paths.Settlement, new(services.GetRequiredService<SettlementApi>().Day),
            MarketplaceExamples.Settlement);
        doors.Post(MarketApi.InFlight, paths.InFlight, new(lookups.InFlight), MarketplaceExamples.InFlight);
    }

    private static void MapPurchases(WebApplication app, MarketplaceOptions options)
    {
        var (services, paths) = (app.Services, options.Paths);
        var purchases = services.GetRequiredService<PurchasesApi>();
        var doors = new Doors(app, options);
        var validation = new MarketHandler(services.GetRequiredService<ValidationApi>().Validate);
        doors.Post(MarketApi.Validation, paths.Validation, validation, MarketplaceExamples.Validation);
        doors.Post(MarketApi.Validation, paths.ValidationAlias, validation, MarketplaceExamples.Validation);
        doors.Post(MarketApi.Transact, paths.Transact, purchases.Transact, MarketplaceExamples.Transact);
        doors.Post(
            MarketApi.ReserveAndTransact, paths.ReserveAndTransact, purchases.ReserveAndTransact,
            MarketplaceExamples.ReserveAndTransact);
        doors.Post(
            MarketApi.Notifications, paths.Notifications, new(services.GetRequiredService<NotificationsApi>().Notify),
            MarketplaceExamples.Notifications);
    }

    /// <summary>Puts handlers behind <see cref="MarketDoor"/>; a path answers with and without a slash at its end.</summary>
    private sealed class Doors(WebApplication app, MarketplaceOptions options)
    {
        private readonly MarketDoor _door = app.Services.GetRequiredService<MarketDoor>();
        private readonly RouteGroupBuilder _group = app.MapGroup(options.BasePath).WithTags("Marketplace");

        public void Get(MarketApi api, string path, MarketHandler handler, MarketExample example)
        {
            var door = _door.Of(handler with { Api = api });
            _group.MapGet(path, door).WithSummary(example.Summary).Describe(door, null, example.All);
        }

        public void Post(MarketApi api, string path, MarketHandler handler, MarketExample example)
        {
            var door = _door.Of(handler with { Api = api });
            _group.MapPost(path, door).WithSummary(example.Summary).Describe(door, example.Request, example.All);
        }
    }
}
