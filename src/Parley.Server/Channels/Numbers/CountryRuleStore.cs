using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.Numbers;

/// <summary>The rules as provisioned.</summary>
public static class CountryRuleStore
{
    private const string AllSql = "SELECT settings FROM country_rules ORDER BY place";

    private static readonly BulkInsert<CountryRule> UpsertRules = new(
        "country_rules", "place text, settings text",
        static (row, rule) =>
        {
            row.Text(rule.Place);
            row.Text(rule.ToJson());
        },
        "ON CONFLICT (place) DO UPDATE SET settings = excluded.settings");

    private static readonly BulkDelete<string> DeleteRules = new(
        "country_rules", "place text", "country_rules.place = v.place", static (row, place) => row.Text(place));

    public static IReadOnlyList<CountryRule> All(DbConnection connection) =>
        [.. connection.Query<string>(AllSql).Select(CountryRule.Parse)];

    public static IReadOnlyList<CountryRule> All(Tx tx) => [.. tx.Query<string>(AllSql).Select(CountryRule.Parse)];

    public static void Upsert(Tx tx, IReadOnlyList<CountryRule> rules) => tx.Insert(UpsertRules, rules);

    public static void Delete(Tx tx, IReadOnlyList<string> places) => tx.Delete(DeleteRules, places);
}
