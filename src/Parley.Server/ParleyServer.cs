using System.Net;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Events;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;
using Parley.Sandbox;
using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.LegacyApi;
using Parley.Server.Channels.Messages;
using Parley.Server.Channels.Numbers;
using Parley.Server.Channels.OneApi;
using Parley.Server.Channels.OptOuts;
using Parley.Server.Channels.SmsApi;
using Parley.Server.Channels.SmppServer;
using Parley.Server.Marketplace;
using Parley.Server.Operations;
using Parley.Server.Provisioning;
using Parley.Server.Tenants;
using Parley.Server.Web;
using Parley.Server.Webhooks;

namespace Parley.Server;

/// <summary>The whole platform put together: each capability added, each mapped. The program and the tests use it.</summary>
public static class ParleyServer
{
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>Puts the server together; nothing is opened before it starts.</summary>
    /// <exception cref="OptionsInvalid">Some options are wrong; the message lists all of them.</exception>
    public static WebApplication Build(string[] args) => Build(args, TimeProvider.System);

    /// <summary>The options that a server with these arguments would have.</summary>
    /// <exception cref="OptionsInvalid">Some options are wrong; the message lists all of them.</exception>
    internal static ParleyOptions Options(string[] args) => ParleyOptions.Read(
        WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }).Configuration);

    /// <summary>The same under another clock.</summary>
    internal static WebApplication Build(string[] args, TimeProvider time)
    {
        // Settings are read once: a watcher on the content root would watch the database, too.
        Environment.SetEnvironmentVariable("DOTNET_hostBuilder:reloadConfigOnChange", "false");
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = ParleyOptions.Read(builder.Configuration);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.UseDoors());
        if (string.IsNullOrEmpty(builder.Configuration["urls"])) builder.WebHost.UseUrls(DefaultUrl);
        if (options.Https.Url.Length > 0)
            builder.WebHost.UseUrls($"{builder.Configuration["urls"]};{options.Https.Url}");
        Log(builder.Logging);

        AddCapabilities(builder.Services, options, builder.Configuration);
        builder.Services.AddSingleton(time);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));

        var app = builder.Build();
        app.UseTrustedProxies(options.Proxies);
        app.MapOneApi();
        app.MapSmsApi();
        app.MapLegacyApi();
        app.MapMarketplace();
        app.MapOptOuts();
        app.MapNumbers();
        app.MapBilling();
        app.MapOperations();
        app.MapSandbox();
        app.MapUnknown();
        return app;
    }

    private static void AddCapabilities(
        IServiceCollection services, ParleyOptions options, IConfiguration configuration) => services
        .AddSingleton(options)
        .AddSingleton(options.Storage)
        .AddSingleton(options.Https)
        .AddSingleton(options.Webhooks)
        .AddSingleton(Random.Shared)
        .AddSingleton(s => new Ids(s.GetRequiredService<TimeProvider>(), null))
        .AddSingleton(s => Database.Open(options.Storage))
        .AddSingleton(s => SecretBox.Of(
            options.Marketplace.SecretKey, options.Marketplace.EarlierSecretKeys,
            s.GetRequiredService<Database>().Options.Folder))
        .AddSingleton<Parley.Platform.Nodes.Node>()
        .AddSingleton<JobQueue>()
        .AddSingleton<EventBus>()
        .AddLedger()
        .AddSandbox(options.Sandbox)
        .AddTenants()
        .AddProvisioning(options.Provisioning)
        .AddSingleton<World>()
        .AddSingleton<CarrierPool>()
        .AddHostedService<Lifecycle>()
        .AddMessages()
        .AddNumbers()
        .AddBilling()
        .AddOptOuts()
        .AddWebhooks()
        .AddWeb()
        .AddOneApi()
        .AddSmsApi()
        .AddLegacyApi()
        .AddSmppServer(options.SmppServer)
        .AddMarketplace(options.Marketplace)
        .AddOperations(configuration);

    private static void Log(ILoggingBuilder logging)
    {
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // It logs nothing that is asked for, and while it may, each request gets an activity and a scope.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // Why a start failed is said once, by the program.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        logging.AddSimpleConsole(console => console.SingleLine = true);
    }
}
