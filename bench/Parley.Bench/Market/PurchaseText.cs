using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Bench.Wire;

namespace Parley.Bench.Market;

/// <summary>Writes one signed Reserve and Transact (contract marketplace §5.9).</summary>
sealed class PurchaseText(string token)
{
    static readonly byte[] Secret = Encoding.UTF8.GetBytes(MarketSettings.SignatureSecret);

    readonly OutBuffer body = new();
    readonly byte[] head = Encoding.ASCII.GetBytes(
        $"POST {MarketSettings.Purchases} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n" +
        $"X-API-Key: {MarketSettings.Key}\r\nContent-Type: application/json\r\nSignature: ");
    readonly byte[] first = Encoding.ASCII.GetBytes(
        $"{{\"clientId\":{MarketSettings.Client},\"productId\":{MarketSettings.Product}," +
        $"\"purchaseAmount\":{MarketSettings.Amount},\"feeAmount\":{MarketSettings.Fee}," +
        $"\"currencyCode\":\"{MarketSettings.Currency}\",\"channelId\":4,\"channelName\":\"USSD\"," +
        "\"timestamp\":\"2026-01-31T10:15:30.000Z\",\"clientTxnRef\":\"bench-");

    public void Write(OutBuffer output, long number, int buyer)
    {
        body.Write(first);
        body.Write(number, 12);
        body.Write("\",\"channelSessionId\":\"s-"u8);
        body.Write(number, 12);
        body.Write("\",\"sourceIdentifier\":\""u8);
        body.Write(MarketSettings.FirstBuyer + buyer);
        body.Write("\",\"targetIdentifier\":\"0412"u8);
        body.Write(number % 10_000_000, 7);
        body.Write("\"}"u8);
        output.Write(head);
        Span<byte> hash = stackalloc byte[32];
        HMACSHA256.HashData(Secret, body.Pending, hash);
        Base64.EncodeToUtf8(hash, output.Reserve(44), out _, out var written);
        output.Advance(written);
        output.Write("\r\nContent-Length: "u8);
        output.Write(body.Length);
        output.Write("\r\n\r\n"u8);
        output.Write(body.Pending);
        body.Sent(body.Length);
    }
}
