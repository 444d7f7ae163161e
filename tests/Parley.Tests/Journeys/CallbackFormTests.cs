using System.Net.Http.Json;
using Parley.Tests.Server.Webhooks;

namespace Parley.Tests.Journeys;

/// <summary>A shop that was written for the SMS-only or the legacy APIs hears what becomes of its messages.</summary>
public sealed class CallbackFormTests
{
    private const string Key = "callback-form-key-01==";

    [Theory]
    [MemberData(nameof(TestEngine.All), MemberType = typeof(TestEngine))]
    public async Task A_message_is_sent_delivered_and_answered_in_the_integrations_own_form(string engine)
    {
        foreach (var (form, method) in ((string, string)[])[("platform", "post"), ("legacy", "get")])
        {
            await using var receiver = await CallbackReceiver.Start();
            var file = Path.GetTempFileName();
            await File.WriteAllTextAsync(file, $$"""
                tenants:
                  - name: shop
                    balance: { amount: 10, currency: USD }
                    price: { perPart: 0.02, perCredit: 0.04 }
                    integrations:
                      - name: shop
                        keys: ["{{Key}}"]
                        twoWay: true
                        senders: ["12025550188"]
                        allowPrivateTargets: true
                        callbackForm: {{form}}
                        callbackMethod: {{method}}
                        account: { apiId: "3601", user: shop, password: s3cret }
                        status: { url: "{{receiver.Url}}/status" }
                        inbound: { url: "{{receiver.Url}}/reply" }
                """);
            await using var server = await RunningServer.Start(engine, "--provision", file);
            server.Use(Key);
            using var sent = await server.Http.GetAsync(
                $"/messages/http/send?apiKey={Key}&to=27999000123&content=Hi&clientMessageId=c7");
            Assert.Equal(202, (int)sent.StatusCode);
            var told = new[] { await receiver.Next(), await receiver.Next() };
            Assert.All(told, t => Assert.Equal("/hook/status", t.Path));
            var last = told[1];
            var body = last.Text + last.Query;
            Assert.Contains("27999000123", body, StringComparison.Ordinal);
            Assert.Contains(
                form == "legacy" ? "&status=004&charge=0.5" : "\"status\":\"RECEIVED_BY_RECIPIENT\"", body,
                StringComparison.Ordinal);
            using var reply = await server.Http.PostAsJsonAsync(
                "/sandbox/v1/phones/27999000123/messages", new { to = "12025550188", text = "Oké" });
            Assert.Equal(202, (int)reply.StatusCode);
            var answer = await receiver.Next();
            Assert.Equal("/hook/reply", answer.Path);
            Assert.Contains(
                form == "legacy" ? "api_id=3601&from=27999000123&to=12025550188" : "\"fromNumber\":\"27999000123\"",
                answer.Text + answer.Query, StringComparison.Ordinal);
            Assert.Contains(
                form == "legacy" ? "&text=Ok%E9&charset=ISO-8859-1" : "\"text\":\"Oké\",\"charset\":\"UTF-8\"",
                answer.Text + answer.Query, StringComparison.Ordinal);
            File.Delete(file);
        }
    }
}
