using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Billing;
using Parley.Server.Channels.Carriers;
using Parley.Server.Channels.Messages;
using Parley.Server.Channels.Numbers;
using Parley.Server.Marketplace.Products;
using Parley.Server.Provisioning;
using Parley.Server.Tenants;

namespace Parley.Tests.Server.Provisioning;

/// <summary>Provisioning on one node over a real, empty database of either engine.</summary>
internal sealed class ProvisioningWorld : IAsyncDisposable
{
    private readonly string _folder;
    private readonly TestEngine? _engine;
    private readonly CarrierPool _carriers = new(TimeProvider.System, new Random(1), NullLogger<CarrierPool>.Instance);

    public Catalogue Catalogue { get; } = new();

    public MarketEntryStore Market { get; } = new(new SecretBox(new byte[32]));

    private ProvisioningWorld(string folder, TestEngine? engine, Database database)
    {
        (_folder, _engine, Database) = (folder, engine, database);
        Load = new(database, Tenants, AdminKeys, Routes, _carriers, Countries, Catalogue, Market, Prices);
        Apply = new(database, Load, Market, new CreditAccounts(new Books(database, TimeProvider.System)));
    }

    public static TheoryData<string> Engines => TestEngine.All;

    public string Folder => _folder;

    public Database Database { get; }

    public TenantDirectory Tenants { get; } = new();

    public AdminKeys AdminKeys { get; } = new();

    public RouteTable Routes { get; } = new(new Random(1));

    public CountryRules Countries { get; } = new();

    public PriceLists Prices { get; } = new();

    public IReadOnlyList<CarrierState> Carriers => _carriers.States;

    public LoadProvisioning Load { get; }

    public ApplyProvisioning Apply { get; }

    public static async Task<ProvisioningWorld> Open(string engineName)
    {
        var engine = await TestEngine.Create(engineName);
        var folder = Directory.CreateTempSubdirectory("parley-provisioning-").FullName;
        var database = Database.Open(engine.Storage);
        await Migrations.Run(
            database, [typeof(Database).Assembly, typeof(Books).Assembly, typeof(TenantDirectory).Assembly], default);
        return new(folder, engine, database);
    }

    /// <summary>Another node of the same database.</summary>
    public ProvisioningWorld Beside() => new("", null, Database);

    public async Task<ProvisioningSummary> Provision(string text)
    {
        var parsed = ProvisioningFile.Parse(text, "parley.yaml", _ => null);
        Assert.Empty(parsed.Problems);
        return await Apply.Run(parsed.Document!, default);
    }

    public ProvisionAtStart AtStart(string? text)
    {
        var file = Path.Combine(_folder, "parley.yaml");
        if (text is not null) File.WriteAllBytes(file, Encoding.UTF8.GetBytes(text));
        return new(new() { File = text is null ? "" : file }, Database, Apply, Market);
    }

    public async ValueTask DisposeAsync()
    {
        await _carriers.DisposeAsync();
        Load.Dispose();
        if (_engine is null) return;
        await Database.DisposeAsync();
        await _engine.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
