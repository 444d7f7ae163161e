using System.Text;
using Parley.Bench.Wire;

namespace Parley.Bench.Load;

/// <summary>Writes one request for the given numbers.</summary>
sealed class RequestText(LoadSettings settings)
{
    readonly OutBuffer body = new();
    readonly byte[] kannelHead = Encoding.ASCII.GetBytes(
        $"GET /cgi-bin/sendsms?username=bench&password=bench&from={Numbers.Sender}" +
        $"&text={Uri.EscapeDataString(Numbers.Text)}{Receipts(settings)}&to=");
    readonly byte[] kannelTail = " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray();
    readonly byte[] parleyHead = Encoding.ASCII.GetBytes(
        $"POST /v1/message HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {settings.Key}\r\n" +
        "Content-Type: application/json\r\nContent-Length: ");
    readonly byte[] parleyText = Encoding.ASCII.GetBytes($"\",\"content\":\"{Numbers.Text}\",\"clientMessageId\":\"");

    public void Write(OutBuffer output, long first, int count)
    {
        if (settings.Shape == "parley") Parley(output, first, count);
        else Kannel(output, first, count);
    }

    /// <summary>Final states only: 1 delivered, 2 failed, 16 refused by the SMSC.</summary>
    static string Receipts(LoadSettings settings) => settings.Shape == "kannel-bare" ? ""
        : "&dlr-mask=19&dlr-url=" + Uri.EscapeDataString($"http://127.0.0.1:{settings.Callback}/k?s=%d&p=%p");

    void Kannel(OutBuffer output, long first, int count)
    {
        output.Write(kannelHead);
        for (var i = 0; i < count; i++)
        {
            if (i > 0) output.Write("+"u8);
            output.Write(Numbers.FirstPhone + first + i);
        }
        output.Write(kannelTail);
    }

    void Parley(OutBuffer output, long first, int count)
    {
        body.Write("{\"messages\":["u8);
        for (var i = 0; i < count; i++)
        {
            body.Write(i == 0 ? "{\"channel\":\"sms\",\"to\":\""u8 : ",{\"channel\":\"sms\",\"to\":\""u8);
            body.Write(Numbers.FirstPhone + first + i);
            body.Write(parleyText);
            body.Write(first + i);
            body.Write("\"}"u8);
        }
        body.Write("]}"u8);
        output.Write(parleyHead);
        output.Write(body.Length);
        output.Write("\r\n\r\n"u8);
        output.Write(body.Pending);
        body.Sent(body.Length);
    }
}
