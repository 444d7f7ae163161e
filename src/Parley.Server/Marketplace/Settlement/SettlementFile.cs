using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>The form of a settlement file.</summary>
internal enum SettlementForm
{
    Json,
    Csv,
}

/// <summary>
/// The file of a client's day, written as the transactions come. The same transactions give the same bytes: nothing in it says when or by
/// whom it was made. What a supplier costs is not in it.
/// </summary>
internal abstract class SettlementFile : IDisposable
{
    public static SettlementFile To(Stream stream, SettlementForm form, long clientId, SettlementDay day) =>
        form == SettlementForm.Csv
            ? new SettlementCsv(stream, clientId, day) : new SettlementJson(stream, clientId, day);

    public abstract void Take(Sale sale);

    /// <summary>Writes the totals and what is buffered.</summary>
    public abstract void End(SettlementTotals totals);

    public abstract void Dispose();
}

/// <summary>One record a line, transactions first, then the totals; a total has the same columns (RFC 4180).</summary>
internal sealed class SettlementCsv : SettlementFile
{
    private const string Header =
        "record,date,clientId,currencyCode,transactionStatus,count,purchaseAmount,feeAmount,reserveAmount," +
        "vendAmount,clientShareAmount,settlementAmount,raasTxnRef,clientTxnRef,reserveFundsTxnRef,timestamp," +
        "acceptedAt,productId,productTypeId,channelId,responseCode";

    private readonly StreamWriter _writer;
    private readonly string _owner;

    public SettlementCsv(Stream stream, long clientId, SettlementDay day)
    {
        _writer = new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\r\n" };
        _owner = string.Create(CultureInfo.InvariantCulture, $"{day},{clientId}");
        _writer.WriteLine(Header);
    }

    public override void Take(Sale sale)
    {
        var (p, s, a) = (sale.Purchase, sale.Progress, sale.Purchase.Amounts);
        _writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"transaction,{_owner},{p.Currency},{s.Status},1,{a.Purchase},{a.Fee},{a.Reserve},{a.Vend},{a.ClientShare},"
            + $"{SettlementTotals.Settled(sale)},{p.Reference},{Csv.Field(p.ClientRef)},{Csv.Field(s.ReserveRef)},"
            + $"{Wire.Time(s.FinalAt!.Value)},{Wire.Time(p.AcceptedAt)},{p.ProductId},{p.TypeId},{p.ChannelId},"
            + $"{Csv.Field(s.Code)}"));
    }

    public override void End(SettlementTotals totals)
    {
        foreach (var sum in totals.Sums)
            _writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"total,{_owner},{sum.Currency},{sum.Status},{sum.Count},{sum.Purchase},{sum.Fee},{sum.Reserve},"
                + $"{sum.Vend},{sum.ClientShare},{sum.Settlement},,,,,,,,,"));
        _writer.Flush();
    }

    public override void Dispose() => _writer.Dispose();
}

/// <summary>One object with the same values under the names of the marketplace's wire.</summary>
internal sealed class SettlementJson : SettlementFile
{
    private const int FlushFrom = 1 << 16;

    private readonly Utf8JsonWriter _writer;

    public SettlementJson(Stream stream, long clientId, SettlementDay day)
    {
        _writer = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        _writer.WriteStartObject();
        _writer.WriteNumber("clientId", clientId);
        _writer.WriteString("date", day.ToString());
        _writer.WriteString("timeZone", "UTC");
        _writer.WriteStartArray("transactions");
    }

    public override void Take(Sale sale)
    {
        var (p, s, a) = (sale.Purchase, sale.Progress, sale.Purchase.Amounts);
        _writer.WriteStartObject();
        _writer.WriteString("raasTxnRef", p.Reference);
        _writer.WriteString("clientTxnRef", p.ClientRef);
        _writer.WriteString("reserveFundsTxnRef", s.ReserveRef);
        _writer.WriteString("timestamp", Wire.Time(s.FinalAt!.Value));
        _writer.WriteString("acceptedAt", Wire.Time(p.AcceptedAt));
        _writer.WriteNumber("productId", p.ProductId);
        _writer.WriteNumber("productTypeId", p.TypeId);
        _writer.WriteNumber("channelId", p.ChannelId);
        _writer.WriteString("currencyCode", p.Currency);
        _writer.WriteString("transactionStatus", s.Status);
        _writer.WriteString("responseCode", s.Code);
        Amounts(a.Purchase, a.Fee, a.Reserve, a.Vend, a.ClientShare, SettlementTotals.Settled(sale));
        _writer.WriteEndObject();
        if (_writer.BytesPending > FlushFrom) _writer.Flush();
    }

    public override void End(SettlementTotals totals)
    {
        _writer.WriteEndArray();
        _writer.WriteStartArray("totals");
        foreach (var sum in totals.Sums)
        {
            _writer.WriteStartObject();
            _writer.WriteString("currencyCode", sum.Currency);
            _writer.WriteString("transactionStatus", sum.Status);
            _writer.WriteNumber("count", sum.Count);
            Amounts(sum.Purchase, sum.Fee, sum.Reserve, sum.Vend, sum.ClientShare, sum.Settlement);
            _writer.WriteEndObject();
        }
        _writer.WriteEndArray();
        _writer.WriteEndObject();
        _writer.Flush();
    }

    public override void Dispose() => _writer.Dispose();

    private void Amounts(long purchase, long fee, long reserve, long vend, long share, long settlement)
    {
        _writer.WriteNumber("purchaseAmount", purchase);
        _writer.WriteNumber("feeAmount", fee);
        _writer.WriteNumber("reserveAmount", reserve);
        _writer.WriteNumber("vendAmount", vend);
        _writer.WriteNumber("clientShareAmount", share);
        _writer.WriteNumber("settlementAmount", settlement);
    }
}
