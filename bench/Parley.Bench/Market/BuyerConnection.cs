using System.Net.Sockets;
using System.Text;
using Parley.Bench.Wire;

namespace Parley.Bench.Market;

/// <summary>The client's connection for one buyer: keep-alive, one request in flight.</summary>
sealed class BuyerConnection(Socket socket, Buyer buyer, MarketVerb market) : Connection(socket)
{
    public Buyer Buyer => buyer;

    public void Ask(PurchaseText text, int index) => text.Write(Out, buyer.Number, index);

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        if (!HttpHead.TryFind(bytes, out var head)) return 0;
        var length = head.Length + head.ContentLength;
        if (bytes.Length < length) return 0;
        var body = bytes[head.Length..length];
        var taken = head.Status == 200 && body.IndexOf("\"responseCode\":\"0000\""u8) >= 0;
        market.Answered(this, taken ? null : Encoding.UTF8.GetString(bytes[..Math.Min(length, 400)]));
        return head.Closes ? -1 : length;
    }

    protected override void Closed() => market.Lost(this);
}
