using Parley.Server.Marketplace.Purchases;

namespace Parley.Tests.Simulation;

/// <summary>What a client was answered must fit what is recorded, at whatever moment and by whichever node it was.</summary>
internal sealed class BuyerVerdict(World world, Buyer buyer, Sale? sale)
{
    public void Pass()
    {
        foreach (var said in buyer.Said) Purchased(said);
        foreach (var said in buyer.SaidToOther.Where(s => s.Http != 500))
            if (said is not { Http: 409, Code: "4009" }) Find($"other content was answered {said}");
        string? final = null;
        foreach (var looked in buyer.Looked)
        {
            if (looked is { Http: 500 }) continue;
            if (looked.Http == 200 && (looked.Reference != sale?.Purchase.Reference)) Find($"a lookup found {looked}");
            if (final is not null && looked.Status != final) Find($"the status was {final} and then {looked.Status}");
            if (looked.Status is "SUCCESS" or "FAILED") final = looked.Status;
        }
        if (buyer.Looked[^1].Status != sale?.Progress.Status)
            Find($"the last lookup says {buyer.Looked[^1]} of {sale?.Progress.At}");
    }

    private void Purchased(Heard said)
    {
        if (said.Http == 500) return;
        if (said is not { Http: 200 } || sale is null)
        {
            Find($"was answered {said}");
            return;
        }
        var (purchase, progress) = sale;
        if (said.Reference != purchase.Reference) Find($"was answered {said} instead of {purchase.Reference}");
        var code = progress.At is PurchaseState.Refused or PurchaseState.ReserveDeclined or PurchaseState.ReserveUnknown
            ? progress.Code : "0000";
        if (said.Code != code) Find($"was answered {said}, and it ended as {progress.At} {progress.Code}");
        if (said.Code == "0000" && said.ReserveRef != progress.ReserveRef)
            Find($"was answered {said} of {progress.ReserveRef}");
    }

    private void Find(string what) => world.Find($"{buyer.Ref} {what}");
}
