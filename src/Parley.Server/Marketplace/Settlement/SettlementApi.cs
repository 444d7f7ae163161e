using Parley.Server.Marketplace.Security;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>
/// The client's own settlement file: <c>clientId</c>, <c>date</c>, <c>format</c>. The contract says only that there is a file (§8); this way to
/// it is ours.
/// </summary>
internal sealed class SettlementApi(MakeSettlement make)
{
    public async Task<MarketAnswer> Day(MarketCall call)
    {
        var day = SettlementDay.Parse(call.Fields.Text("date", 10, required: true));
        if (day is null) call.Fields.Wrong("date", "must be a day such as 2026-11-25");
        var format = call.Fields.Text("format", 4) ?? "json";
        var form = FormOf(format);
        if (form is null) call.Fields.Wrong("format", "must be json or csv");
        if (call.Problem is { } problem) return problem;
        var made = await make.File(call.Client.Id, day!.Value, form!.Value, call.Cancel);
        if (made.Ok)
        {
            var name = NameOf(call.Client.Id, day.Value, format);
            return MarketAnswer.Ok(new MarketFile(made.Value.Content, TypeOf(form.Value), name, made.Value.Hash));
        }
        return made.Refusal.Code == MakeSettlement.NotClosed
            ? MarketError.NotFound with { Message = "The day is not closed yet" } : MarketError.Unexpected;
    }

    public static SettlementForm? FormOf(string text) => text switch
    {
        "json" => SettlementForm.Json,
        "csv" => SettlementForm.Csv,
        _ => null,
    };

    public static string TypeOf(SettlementForm form) =>
        form == SettlementForm.Csv ? "text/csv; charset=utf-8" : "application/json";

    public static string NameOf(long clientId, SettlementDay day, string format) =>
        $"settlement-{clientId}-{day}.{format}";
}
