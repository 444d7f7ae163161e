using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Billing;

/// <summary>Messages' accounts as the books keep them: all that a flush charges a tenant is one transfer.</summary>
internal sealed class BookedAccounts(Books books, PriceLists prices) : MessageAccounts
{
    private sealed record Group<T>(string TenantId, List<T> Items)
    {
        public long Micros { get; set; }
    }

    public override long PriceOf(Tenant tenant, string to, int parts) =>
        prices.PriceOf(tenant, PricedChannel.Sms, to, parts);

    public override void Charge(Tx tx, IReadOnlyList<MessageCharge> charges)
    {
        var groups = Grouped(charges, c => c.TenantId, c => c.Micros);
        var posted = books.Post(tx, [.. groups.Select(g => Charge(g.TenantId, g.Items, g.Micros))]);
        for (var i = 0; i < groups.Count; i++)
        {
            if (posted[i].Refusal is null)
            {
                Invariant.Holds(posted[i].Outcome == Outcome.Done);
                foreach (var charge in groups[i].Items) charge.Fits = true;
                continue;
            }
            Invariant.Holds(posted[i].Refusal!.Code == LedgerRefusals.FundsInsufficient);
            ChargeSome(tx, groups[i]);
        }
    }

    public override void Return(Tx tx, IReadOnlyList<MessageReturn> returned)
    {
        var transfers = Grouped(returned, r => r.TenantId, r => r.Micros).Select(group => Transfer.Move(
            "sms:return:" + group.Items[0].Id, CreditAccounts.IncomeOf(group.TenantId),
            CreditAccounts.CreditOf(group.TenantId), group.Micros) with
        {
            Reason = "sms-return",
            Reference = Reference(group.Items.Count, group.Items[0].Id),
        });
        Invariant.Holds(books.Post(tx, [.. transfers]).All(p => p.Outcome == Outcome.Done));
    }

    public override async Task<long> Spendable(Tenant tenant, CancellationToken cancel) =>
        (await books.Find(CreditAccounts.CreditOf(tenant.Id), cancel))?.Spendable ?? 0;

    /// <summary>The sum does not fit: in their order, those that do. The books have locked the account before they refused.</summary>
    private void ChargeSome(Tx tx, Group<MessageCharge> group)
    {
        var left = Books.Find(tx, CreditAccounts.CreditOf(group.TenantId))!.Spendable!.Value;
        List<MessageCharge> fitting = [];
        long sum = 0;
        foreach (var charge in group.Items)
        {
            charge.Fits = charge.Micros <= left - sum;
            if (!charge.Fits) continue;
            sum += charge.Micros;
            fitting.Add(charge);
        }
        if (fitting.Count > 0)
            Invariant.Holds(books.Post(tx, [Charge(group.TenantId, fitting, sum)])[0].Outcome == Outcome.Done);
    }

    private static Transfer Charge(string tenantId, List<MessageCharge> charges, long micros) => Transfer.Move(
        "sms:charge:" + charges[0].Id, CreditAccounts.CreditOf(tenantId), CreditAccounts.IncomeOf(tenantId),
        micros) with
    {
        Reason = "sms",
        Reference = Reference(charges.Count, charges[0].Id),
    };

    private static string Reference(int count, string first) =>
        count == 1 ? first : FormattableString.Invariant($"{count} messages, first {first}");

    /// <summary>By tenant, in the order given; another group where one transfer could not carry the sum.</summary>
    private static List<Group<T>> Grouped<T>(IReadOnlyList<T> items, Func<T, string> tenantOf, Func<T, long> microsOf)
    {
        List<Group<T>> groups = [];
        Dictionary<string, Group<T>> open = new(StringComparer.Ordinal);
        foreach (var item in items)
        {
            var (tenantId, micros) = (tenantOf(item), microsOf(item));
            if (!open.TryGetValue(tenantId, out var group) || group.Micros > Transfer.MostAmount - micros)
                groups.Add(open[tenantId] = group = new(tenantId, []));
            group.Items.Add(item);
            group.Micros += micros;
        }
        return groups;
    }
}
