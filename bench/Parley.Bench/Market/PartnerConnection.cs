using System.Buffers.Text;
using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Parley.Bench.Wire;

namespace Parley.Bench.Market;

/// <summary>The bank and the supplier: both check the signature and answer at once.</summary>
sealed class PartnerConnection(Socket socket, MarketVerb market) : Connection(socket)
{
    static readonly byte[] BankSecret = Encoding.UTF8.GetBytes(MarketSettings.BankSecret);
    static readonly byte[] SupplierSecret = Encoding.UTF8.GetBytes(MarketSettings.SupplierSecret);
    static readonly byte[] Sold = Answer(
        "{\"status\":\"SUCCESS\",\"token\":\"12345678901234567890\"," +
        "\"details\":[{\"name\":\"units\",\"value\":\"41.2\"}]}");

    readonly OutBuffer body = new();
    long receivedAt;

    protected override void Received() => receivedAt = Stopwatch.GetTimestamp();

    protected override int Consume(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (HttpHead.TryFind(bytes[taken..], out var head))
        {
            if (head.IsChunked) throw new InvalidDataException("Bank and supplier read bodies with a Content-Length");
            var length = head.Length + head.ContentLength;
            if (bytes.Length - taken < length) break;
            Take(head, bytes.Slice(taken + head.Length, head.ContentLength));
            taken += length;
        }
        return taken;
    }

    void Take(HttpHead head, ReadOnlySpan<byte> request)
    {
        var line = head.FirstLine;
        var vend = line.IndexOf("/supplier/vend"u8) >= 0;
        if (!Fits(vend ? SupplierSecret : BankSecret, request, head.Signature))
            market.Wrong("a request with a wrong signature");
        var named = After(request, vend ? "\"source\":\""u8 : "\"clientTxnRef\":\"bench-"u8);
        if (!Utf8Parser.TryParse(named, out long found, out _))
        {
            market.Wrong(Encoding.UTF8.GetString(line));
            Out.Write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8);
            return;
        }
        if (vend) Out.Write(Sold);
        else if (line.IndexOf("/bank/reserveFunds"u8) >= 0) Reserve(found);
        else
        {
            Out.Write("HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"u8);
            market.Spent(found, Stopwatch.GetTimestamp() - receivedAt);
            market.Told(found, request.IndexOf("\"transactionStatus\":\"SUCCESS\""u8) >= 0);
            return;
        }
        if (vend) market.SpentFor((int)(found - MarketSettings.FirstBuyer), Stopwatch.GetTimestamp() - receivedAt);
        else market.Spent(found, Stopwatch.GetTimestamp() - receivedAt);
    }

    void Reserve(long number)
    {
        body.Write("{\"responseCode\":\"0000\",\"responseMessage\":\"Reserved\",\"reserveFundsTxnRef\":\"hold-"u8);
        body.Write(number, 12);
        body.Write("\"}"u8);
        Out.Write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "u8);
        Out.Write(body.Length);
        Out.Write("\r\n\r\n"u8);
        Out.Write(body.Pending);
        body.Sent(body.Length);
    }

    static bool Fits(byte[] secret, ReadOnlySpan<byte> request, ReadOnlySpan<byte> signature)
    {
        Span<byte> hash = stackalloc byte[32], text = stackalloc byte[44];
        HMACSHA256.HashData(secret, request, hash);
        Base64.EncodeToUtf8(hash, text, out _, out _);
        return signature.SequenceEqual(text);
    }

    static byte[] Answer(string text) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {text.Length}\r\n\r\n{text}");

    static ReadOnlySpan<byte> After(ReadOnlySpan<byte> text, ReadOnlySpan<byte> mark)
    {
        var at = text.IndexOf(mark);
        return at < 0 ? [] : text[(at + mark.Length)..];
    }
}
