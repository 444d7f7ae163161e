using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Tenants;

/// <summary>Every statement about tenants, integrations, keys, senders and the version that other nodes watch.</summary>
public static class TenantStore
{
    public const string TenantsSql =
        "SELECT id AS Id, name AS Name, active AS Active, balance_minor AS BalanceMinor, currency AS Currency, " +
        "part_micros AS PartMicros, credit_micros AS CreditMicros, credit AS Credit, credit_limit AS CreditLimit, " +
        "credit_opening AS CreditOpening, price_list AS PriceList FROM tenants ORDER BY id";

    public const string IntegrationsSql =
        "SELECT id AS Id, tenant_id AS TenantId, name AS Name, active AS Active, settings AS Settings FROM integrations ORDER BY id";

    public const string KeysSql = "SELECT hash AS Hash, integration_id AS IntegrationId FROM api_keys ORDER BY hash";

    public const string SendersSql =
        "SELECT integration_id AS IntegrationId, address AS Address, place AS Place, suspended AS Suspended FROM senders ORDER BY integration_id, place";

    public const string AdminKeysSql = "SELECT hash FROM admin_keys ORDER BY hash";

    private static readonly BulkInsert<TenantRow> UpsertTenants = new(
        "tenants",
        "id text, name text, active int, balance_minor int, currency text, part_micros int, credit_micros int, " +
        "credit int, credit_limit int, credit_opening int, price_list text",
        static (row, tenant) =>
        {
            row.Text(tenant.Id);
            row.Text(tenant.Name);
            row.Int(tenant.Active);
            row.Int(tenant.BalanceMinor);
            row.Text(tenant.Currency);
            row.Int(tenant.PartMicros);
            row.Int(tenant.CreditMicros);
            row.Int(tenant.Credit);
            row.Int(tenant.CreditLimit);
            row.Int(tenant.CreditOpening);
            row.Text(tenant.PriceList);
        },
        """
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, active = excluded.active, balance_minor = excluded.balance_minor,
          currency = excluded.currency, part_micros = excluded.part_micros, credit_micros = excluded.credit_micros,
          credit = excluded.credit, credit_limit = excluded.credit_limit, credit_opening = excluded.credit_opening,
          price_list = excluded.price_list
        """);

    private static readonly BulkInsert<IntegrationRow> UpsertIntegrations = new(
        "integrations", "id text, tenant_id text, name text, active int, settings text",
        static (row, integration) =>
        {
            row.Text(integration.Id);
            row.Text(integration.TenantId);
            row.Text(integration.Name);
            row.Int(integration.Active);
            row.Text(integration.Settings);
        },
        """
        ON CONFLICT (id) DO UPDATE SET tenant_id = excluded.tenant_id, name = excluded.name, active = excluded.active,
          settings = excluded.settings
        """);

    private static readonly BulkInsert<KeyRow> UpsertKeys = new(
        "api_keys", "hash text, integration_id text",
        static (row, key) =>
        {
            row.Text(key.Hash);
            row.Text(key.IntegrationId);
        },
        "ON CONFLICT (hash) DO UPDATE SET integration_id = excluded.integration_id");

    private static readonly BulkDelete<KeyRow> DeleteKeys = new(
        "api_keys", "hash text", "api_keys.hash = v.hash", static (row, key) => row.Text(key.Hash));

    private static readonly BulkInsert<SenderRow> UpsertSenders = new(
        "senders", "integration_id text, address text, place int, suspended int, number int",
        static (row, sender) =>
        {
            row.Text(sender.IntegrationId);
            row.Text(sender.Address);
            row.Int(sender.Place);
            row.Int(sender.Suspended);
            row.Int(new Sender(sender.Address, false).IsNumber ? 1 : 0);
        },
        "ON CONFLICT (integration_id, address) DO UPDATE SET place = excluded.place, suspended = excluded.suspended");

    private static readonly BulkDelete<SenderRow> DeleteSenders = new(
        "senders", "integration_id text, address text",
        "senders.integration_id = v.integration_id AND senders.address = v.address",
        static (row, sender) =>
        {
            row.Text(sender.IntegrationId);
            row.Text(sender.Address);
        });

    private static readonly BulkInsert<string> InsertAdminKeys = new(
        "admin_keys", "hash text", static (row, hash) => row.Text(hash), "ON CONFLICT DO NOTHING");

    private static readonly BulkDelete<string> DeleteAdminKeys = new(
        "admin_keys", "hash text", "admin_keys.hash = v.hash", static (row, hash) => row.Text(hash));

    public static void Upsert(Tx tx, IReadOnlyList<TenantRow> tenants) => tx.Insert(UpsertTenants, tenants);

    public static void Upsert(Tx tx, IReadOnlyList<IntegrationRow> integrations) =>
        tx.Insert(UpsertIntegrations, integrations);

    public static void Upsert(Tx tx, IReadOnlyList<KeyRow> keys) => tx.Insert(UpsertKeys, keys);

    public static void Delete(Tx tx, IReadOnlyList<KeyRow> keys) => tx.Delete(DeleteKeys, keys);

    public static void Upsert(Tx tx, IReadOnlyList<SenderRow> senders) => tx.Insert(UpsertSenders, senders);

    public static void Delete(Tx tx, IReadOnlyList<SenderRow> senders) => tx.Delete(DeleteSenders, senders);

    public static void UpsertAdminKeys(Tx tx, IReadOnlyList<string> hashes) => tx.Insert(InsertAdminKeys, hashes);

    public static void DeleteAdmin(Tx tx, IReadOnlyList<string> hashes) => tx.Delete(DeleteAdminKeys, hashes);

    /// <summary>Takes the version's row lock, so that two nodes that provision at once go one after the other.</summary>
    public static void Lock(Tx tx) => tx.Execute("UPDATE provisioning_version SET version = version WHERE id = 1");

    public static void Raise(Tx tx) => tx.Execute("UPDATE provisioning_version SET version = version + 1 WHERE id = 1");

    public static long Version(DbConnection connection) =>
        connection.QuerySingle<long>("SELECT version FROM provisioning_version WHERE id = 1");

    /// <summary>What <see cref="TenantDirectory.Replace"/> takes.</summary>
    public static IReadOnlyList<(Integration Integration, IReadOnlyList<string> KeyHashes)> Directory(
        DbConnection connection)
    {
        var tenants = connection.Query<TenantRow>(TenantsSql).ToDictionary(t => t.Id, t => t.ToTenant());
        var keys = connection.Query<KeyRow>(KeysSql).ToLookup(k => k.IntegrationId, k => k.Hash);
        var senders = connection.Query<SenderRow>(SendersSql)
            .ToLookup(s => s.IntegrationId, s => new Sender(s.Address, s.Suspended != 0));
        return [.. connection.Query<IntegrationRow>(IntegrationsSql)
            .Where(i => tenants.ContainsKey(i.TenantId))
            .Select(i => (
                IntegrationSettings.Parse(i.Settings)
                    .ToIntegration(i.Id, i.Name, i.Active != 0, tenants[i.TenantId], [.. senders[i.Id]]),
                (IReadOnlyList<string>)[.. keys[i.Id]]))];
    }

    public static IReadOnlyList<Tenant> Tenants(DbConnection connection) =>
        [.. connection.Query<TenantRow>(TenantsSql).Select(t => t.ToTenant())];

    public static IReadOnlyList<string> AdminKeyHashes(DbConnection connection) =>
        [.. connection.Query<string>(AdminKeysSql)];
}
