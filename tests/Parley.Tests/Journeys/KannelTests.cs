using System.Collections.Concurrent;
using Microsoft.AspNetCore.WebUtilities;
using Parley.Tests.Server.Webhooks;

namespace Parley.Tests.Journeys;

/// <summary>Kannel, which nobody here wrote, as a client over SMPP and over legacy HTTP.</summary>
public sealed class KannelTests
{
    private static readonly string Long = string.Join(' ', Enumerable.Range(0, 60).Select(i => $"long {i}"));
    private static readonly string LongUnicode = string.Concat(
        Enumerable.Range(0, 30).Select(i => $"длинно {i} "));

    [Fact]
    public async Task Kannel_sends_is_told_and_answered_by_both_doors()
    {
        Kannel.Needed();
        await using var hook = await CallbackReceiver.Start();
        var (told, answered) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        hook.Script = (received, _) =>
        {
            var query = QueryHelpers.ParseQuery(received.Query);
            if (received.Path.EndsWith("/told", StringComparison.Ordinal))
                told.Enqueue($"{query["by"]} {query["phone"]} {query["type"]}");
            else answered.Enqueue($"{query["by"]} {query["text"]}");
            return Task.CompletedTask;
        };
        using var kannel = new Kannel();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Provisioning(kannel.CallbackPort));
        var port = Ports.Free();
        await using var server = await RunningServer.Start(
            "sqlite", "--provision", file, "--SmppServer:Port", $"{port}",
            // Kannel takes note of a message after it has its answer, and drops a report that is quicker than that.
            "--Sandbox:ReceiptDelayMs", "1000");
        File.Delete(file);
        await kannel.Start(port, server.Http.BaseAddress!.ToString(), hook.Url + "/answered");

        foreach (var (by, from, phone) in Doors)
        {
            Task Send(string to, string text) => kannel.Send(by, from, to, text, hook.Url + "/told");
            await Send(phone + "1", "Hello from Kannel");
            await Send(phone + "2", Long);
            await Send(phone + "3", "Привет");
            await Send(phone + "4", LongUnicode);
            await Send("27999000001", "it will not arrive");
            await Send("12", "nobody has this number");
        }
        foreach (var (by, from, phone) in Doors)
        {
            (string To, string Text)[] texts =
            [
                (phone + "1", "Hello from Kannel"), (phone + "2", Long), (phone + "3", "Привет"),
                (phone + "4", LongUnicode),
            ];
            foreach (var (to, text) in texts)
            {
                await Eventually.Holds(() => server.Phones.On(to).Count > 0, $"the message to {to} {by}");
                var message = Assert.Single(server.Phones.On(to));
                Assert.Equal((text, from), (message.Text, message.From));
            }
            // 8 taken, 1 delivered, 2 failed, 16 refused.
            foreach (var report in (string[])[$"{phone}1 8", $"{phone}1 1", "27999000001 2", "12 16"])
                await Eventually.Holds(() => told.Contains($"{by} {report}"), $"{by} is told {report}");
            Assert.True(server.Smsc.SendFromPhone(phone + "1", from, Long));
            await Eventually.Holds(() => answered.Contains($"{by} {Long}"), $"the answer {by}");
        }
    }

    private static (string By, string From, string Phone)[] Doors =>
        [("by-smpp", "12025550170", "2799900081"), ("by-http", "12025550171", "2799900082")];

    private static string Provisioning(int callbackPort) => $$"""
        tenants:
          - name: gateway
            balance: { amount: 100, currency: EUR }
            integrations:
              - name: by-smpp
                twoWay: true
                senders: ["12025550170"]
                account: { apiId: "3001", user: gate, password: secret12 }
              - name: by-http
                twoWay: true
                senders: ["12025550171"]
                allowPrivateTargets: true
                callbackForm: legacy
                callbackMethod: get
                account: { apiId: "3002", user: web, password: secret12 }
                status: { url: "http://127.0.0.1:{{callbackPort}}/" }
                inbound: { url: "http://127.0.0.1:{{callbackPort}}/" }
        """;
}
