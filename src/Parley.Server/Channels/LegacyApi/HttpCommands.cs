using System.Globalization;
using Parley.Server.Channels.Messages;
using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>The commands of legacy HTTP (contract channels §7.2): each answers its lines.</summary>
internal sealed class HttpCommands(SendMessages send, FindMessage find, Coverage coverage, Credit credit)
{
    private const int MostByGet = 300;

    public async Task<string> Send(HttpCall call)
    {
        var (fields, error) = Fields(call.Parameters);
        return fields is null ? Lines.Of(error!) : await Send(call, fields);
    }

    /// <summary>Sends what the fields say to the request's numbers.</summary>
    public async Task<string> Send(HttpCall call, MessageFields fields)
    {
        var numbers = Numbers(call.Parameters["to"]);
        if (numbers.Count == 0) return Lines.Of(LegacyError.InvalidDestination);
        if (numbers.Count > (call.IsPost ? SendMessages.Most : MostByGet)) return Lines.Of(LegacyError.Parameter("to"));
        var (message, error) = send.Make(call.Integration, fields);
        return message is null ? Lines.Of(error!) : Lines.Of(await send.Run(call.Integration, message, numbers));
    }

    public Task<string> Query(HttpCall call) => About(
        call, find.Run, message => $"ID: {message.Message.Id} Status: {FindMessage.StatusOf(message)}");

    public Task<string> Stop(HttpCall call) => About(
        call, find.Stop, message => $"ID: {message.Message.Id} Status: {FindMessage.StatusOf(message)}");

    // Names in lower case: that is how clients read them (§7.2).
    public Task<string> Charge(HttpCall call) => About(
        call, find.Run, message =>
            $"apiMsgId: {message.Message.Id} charge: {Lines.Credits(FindMessage.ChargeOf(call.Integration, message))} "
            + $"status: {FindMessage.StatusOf(message)}");

    public async Task<string> Balance(HttpCall call)
    {
        var tenant = call.Integration.Tenant;
        var credits = tenant.Price.CreditsOf(await credit.Balance(tenant, call.Cancel));
        return $"Credit: {credits.ToString("0.000", CultureInfo.InvariantCulture)}";
    }

    public Task<string> RouteCoverage(HttpCall call)
    {
        var number = Coverage.Number(call.Parameters["msisdn"]);
        var routable = number is not null && coverage.Reaches(call.Integration, "", number);
        return Task.FromResult(routable
            ? "OK: Messages to this number are routed. Charge: "
                + Lines.Credits(credit.CreditsOfPart(call.Integration.Tenant, number!))
            : "ERR: Messages to this number are not routed");
    }

    /// <summary>Vouchers for credits are not sold here (§7.2).</summary>
    public static Task<string> PayByToken(HttpCall call) => Task.FromResult(Lines.Of(LegacyError.Parameter("token")));

    /// <summary>WAP push: the text and the address that would be opened, as a text (§7.2).</summary>
    public Task<string> PushLink(HttpCall call) => Push(call, "si_text", "si_url");

    public Task<string> PushNotice(HttpCall call) => Push(call, "mms_subject", "mms_url");

    /// <summary>The numbers of a comma list in their places; a comma at its end says nothing.</summary>
    public static IReadOnlyList<string> Numbers(string list)
    {
        var numbers = list.Split(',', StringSplitOptions.TrimEntries);
        var count = numbers.Length;
        while (count > 0 && numbers[count - 1].Length == 0) count--;
        return numbers[..count];
    }

    /// <summary>What the parameters say of a message (§7.3).</summary>
    public static (MessageFields? Fields, LegacyError? Error) Fields(HttpParameters parameters)
    {
        var charset = parameters["charset"];
        if (!Lenient.CharsetKnown(charset)) return (null, LegacyError.Parameter("charset"));
        return (new MessageFields
        {
            GsmOnly = true,
            Text = parameters.Text("text", charset),
            Data = parameters["data"],
            Header = parameters["udh"],
            Binary = parameters["binary"],
            Unicode = parameters["unicode"],
            Type = parameters["msg_type"],
            Class = parameters["mclass"],
            From = parameters["from"].Trim(),
            WantsReply = parameters["mo"],
            ClientMessageId = parameters["climsgid"],
            Callback = parameters["callback"],
            DeliveryAck = parameters["deliv_ack"],
            DelayMinutes = parameters["deliv_time"],
            ScheduledSeconds = parameters["scheduled_time"],
            Validity = parameters["validity"],
            Parts = parameters["concat"],
            Queue = parameters["queue"],
            Escalate = parameters["escalate"],
            Features = parameters["req_feat"],
            MaxCredits = parameters["max_credits"],
        }, null);
    }

    private Task<string> Push(HttpCall call, string text, string address)
    {
        var (fields, error) = Fields(call.Parameters);
        if (fields is null) return Task.FromResult(Lines.Of(error!));
        var charset = call.Parameters["charset"];
        var content = $"{call.Parameters.Text(text, charset)} {call.Parameters.Text(address, charset)}".Trim();
        return Send(call, fields with { Text = content, Data = null, Header = null, Binary = null, Unicode = null });
    }

    private static async Task<string> About(
        HttpCall call,
        Func<Tenants.Integration, string, string, CancellationToken, Task<(MessageView?, LegacyError?)>> operation,
        Func<MessageView, string> line)
    {
        var (message, error) = await operation(
            call.Integration, call.Parameters["apimsgid"].Trim(), call.Parameters["climsgid"].Trim(), call.Cancel);
        return message is null ? Lines.Of(error!) : line(message);
    }
}
