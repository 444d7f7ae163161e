using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Carriers;

/// <summary>The carriers as provisioned. Their passwords are stored readable, because the bind sends them.</summary>
public static class CarrierStore
{
    private static readonly BulkInsert<Carrier> UpsertCarriers = new(
        "carriers",
        "id text, settings text",
        static (row, carrier) =>
        {
            row.Text(carrier.Id);
            row.Text(JsonSerializer.Serialize(carrier, CarrierJson.Default.Carrier));
        },
        "ON CONFLICT (id) DO UPDATE SET settings = excluded.settings");

    private static readonly BulkDelete<string> DeleteCarriers = new(
        "carriers", "id text", "carriers.id = v.id", static (row, id) => row.Text(id));

    /// <summary>Every carrier, the inactive ones too, by name.</summary>
    public static IReadOnlyList<Carrier> All(DbConnection connection) =>
        [.. connection.Query<string>(AllSql).Select(Parse)];

    public static IReadOnlyList<Carrier> All(Tx tx) => [.. tx.Query<string>(AllSql).Select(Parse)];

    public static void Upsert(Tx tx, IReadOnlyList<Carrier> carriers) => tx.Insert(UpsertCarriers, carriers);

    public static void Delete(Tx tx, IReadOnlyList<string> ids) => tx.Delete(DeleteCarriers, ids);

    private const string AllSql = "SELECT settings FROM carriers ORDER BY id";

    private static Carrier Parse(string settings) => JsonSerializer.Deserialize(settings, CarrierJson.Default.Carrier)!;
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(Carrier))]
internal sealed partial class CarrierJson : JsonSerializerContext;
