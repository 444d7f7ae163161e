using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Accounts;
using Parley.Server.Marketplace.Banks;
using Parley.Server.Marketplace.Notifications;
using Parley.Server.Marketplace.Operators;
using Parley.Server.Marketplace.Products;
using Parley.Server.Marketplace.Purchases;
using Parley.Server.Marketplace.Security;
using Parley.Server.Marketplace.Suppliers;
using Parley.Server.Marketplace.Tokens;
using Parley.Server.Web;

namespace Parley.Server.Marketplace;

/// <summary>The marketplace: digital products sold for banks (contract marketplace).</summary>
public static class MarketplaceModule
{
    public static IServiceCollection AddMarketplace(this IServiceCollection services, MarketplaceOptions options) =>
        services
        .AddSingleton(options)
        .AddSingleton<Catalogue>()
        .AddSingleton<PartnerHttp>()
        .AddSingleton(s => SecretBox.Of(options.SecretKey, s.GetRequiredService<Database>().Options.Folder))
        .AddSingleton<SigningKeys>()
        .AddSingleton<ClientTokens>()
        .AddSingleton<RateBuckets>()
        .AddSingleton<MarketDoor>()
        .AddSingleton<SecurityApi>()
        .AddSingleton<CatalogueApi>()
        .AddSingleton<NumberPlan>()
        .AddSingleton<OperatorsApi>()
        .AddSingleton<IBank, HttpBank>()
        .AddSingleton<ISupplier, HttpSupplier>()
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
        .AddSingleton<TokenSmsJob>();

    /// <summary>
    /// After the migrations and provisioning, before the job queue starts: a job that waits from before must find the
    /// catalogue.
    /// </summary>
    public static async Task StartMarketplace(this IServiceProvider services, CancellationToken cancel)
    {
        var entries = await services.GetRequiredService<Database>().Read(MarketEntryStore.All, cancel);
        services.GetRequiredService<Catalogue>().Replace(entries);
        var jobs = services.GetRequiredService<JobQueue>();
        jobs.Add(services.GetRequiredService<ReserveFunds>().Kind);
        jobs.Add(services.GetRequiredService<VendJob>().Kind);
        jobs.Add(services.GetRequiredService<ResultJob>().Kind);
        jobs.Add(services.GetRequiredService<TokenSmsJob>().Kind);
    }

    public static void MapMarketplace(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<MarketplaceOptions>();
        MapSecurity(app, options);
        MapLookups(app, options);
        MapPurchases(app, options);
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
        doors.Get(paths.Products, new(catalogue.Products), MarketplaceExamples.Products);
        doors.Get(paths.Terms, new(catalogue.Terms), MarketplaceExamples.Terms);
        doors.Get(paths.Operator, new(operators.Operator), MarketplaceExamples.Operator);
        doors.Get(
            paths.CountryPrefix, new(OperatorsApi.Prefixes) { NamesClient = false }, MarketplaceExamples.CountryPrefix);
        doors.Get(paths.UserTransactions, new(lookups.UserTransactions), MarketplaceExamples.UserTransactions);
        doors.Get(paths.Transaction, new(lookups.Transaction), MarketplaceExamples.Transaction);
        doors.Get(paths.Tokens, new(lookups.Tokens), MarketplaceExamples.Tokens);
        doors.Post(paths.InFlight, new(lookups.InFlight), MarketplaceExamples.InFlight);
    }

    private static void MapPurchases(WebApplication app, MarketplaceOptions options)
    {
        var (services, paths) = (app.Services, options.Paths);
        var purchases = services.GetRequiredService<PurchasesApi>();
        var doors = new Doors(app, options);
        var validation = new MarketHandler(services.GetRequiredService<ValidationApi>().Validate);
        doors.Post(paths.Validation, validation, MarketplaceExamples.Validation);
        doors.Post(paths.ValidationAlias, validation, MarketplaceExamples.Validation);
        doors.Post(paths.Transact, purchases.Transact, MarketplaceExamples.Transact);
        doors.Post(paths.ReserveAndTransact, purchases.ReserveAndTransact, MarketplaceExamples.ReserveAndTransact);
        doors.Post(
            paths.Notifications, new(services.GetRequiredService<NotificationsApi>().Notify),
            MarketplaceExamples.Notifications);
    }

    /// <summary>Puts handlers behind <see cref="MarketDoor"/>; a path answers with and without a slash at its end.</summary>
    private sealed class Doors(WebApplication app, MarketplaceOptions options)
    {
        private readonly MarketDoor _door = app.Services.GetRequiredService<MarketDoor>();
        private readonly RouteGroupBuilder _group = app.MapGroup(options.BasePath).WithTags("Marketplace");

        public void Get(string path, MarketHandler handler, MarketExample example)
        {
            var door = _door.Of(handler);
            _group.MapGet(path, door).WithSummary(example.Summary).Describe(door, null, example.Answers);
        }

        public void Post(string path, MarketHandler handler, MarketExample example)
        {
            var door = _door.Of(handler);
            _group.MapPost(path, door).WithSummary(example.Summary).Describe(door, example.Request, example.Answers);
        }
    }
}
