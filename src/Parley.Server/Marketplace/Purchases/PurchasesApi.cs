using Parley.Platform;
using Parley.Server.Marketplace.Security;

namespace Parley.Server.Marketplace.Purchases;

/// <summary>Transact and Reserve and Transact (contract marketplace §5.8, §5.9).</summary>
internal sealed class PurchasesApi(AcceptPurchase accept, ReserveFunds reserve, TimeProvider time)
{
    public MarketHandler Transact =>
        new(call => Take(call, PurchaseKind.Transact)) { Signed = true, Refused = Refused };

    public MarketHandler ReserveAndTransact =>
        new(call => Take(call, PurchaseKind.ReserveAndTransact)) { Signed = true, Refused = Refused };

    private async Task<MarketAnswer> Take(MarketCall call, PurchaseKind kind)
    {
        var may = kind == PurchaseKind.Transact ? call.Client.Outcomes is not null
            : call.Client.FundingSources.Count > 0;
        if (!may) return Refused(MarketError.Forbidden, call.Fields);
        if (PurchaseOrder.Read(call.Fields, call.Client, kind) is not { } order)
            return Refused(call.Problem!, call.Fields);
        var accepted = await Accept(call, order);
        if (accepted.Sale is not { } sale) return Refused(accepted.Error!, call.Fields);
        if (sale.Progress.At == PurchaseState.Reserving)
            sale = accepted.IsNew ? await reserve.Run(sale.Purchase, order.AuthCode)
                : await reserve.Follow(sale, call.Cancel);
        return Answer(sale);
    }

    private async Task<Accepted> Accept(MarketCall call, PurchaseOrder order)
    {
        try
        {
            return await accept.Run(call.Client, order, call.Cancel);
        }
        catch (RepeatRaced)
        {
            // The other call is committed: now it is found.
            return await accept.Run(call.Client, order, call.Cancel);
        }
    }

    /// <summary>The reply of the first call, whatever has become of the purchase since.</summary>
    private static MarketAnswer Answer(Sale sale)
    {
        var (purchase, progress) = sale;
        var code = progress.At switch
        {
            PurchaseState.Refused or PurchaseState.ReserveDeclined or PurchaseState.ReserveUnknown => progress.Code!,
            PurchaseState.Reserving => "2060",
            _ => "0000",
        };
        return MarketAnswer.Ok(new
        {
            timestamp = Wire.Time(purchase.AcceptedAt),
            clientTxnRef = purchase.ClientRef,
            raasTxnRef = purchase.Reference,
            reserveFundsTxnRef = progress.ReserveRef,
            responseCode = code,
            responseMessage = ResponseCodes.MessageOf(code, final: false),
        });
    }

    private MarketAnswer Refused(MarketError error, Fields? fields) => new(error.Http, new
    {
        timestamp = Wire.Time(time.NowMicros()),
        clientTxnRef = fields?.Text("clientTxnRef", 64),
        raasTxnRef = (string?)null,
        reserveFundsTxnRef = (string?)null,
        responseCode = error.Code,
        responseMessage = error.Message,
    });
}
