using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Parley.Tests.Server.Channels.SmppServer;

namespace Parley.Tests.Server.Channels.OptOuts;

/// <summary>A client of all doors: its key and its account.</summary>
public sealed record DoorClient(string Key, string User, string ApiId);

/// <summary>What the doors answer to the same message; 0 is accepted.</summary>
public readonly record struct DoorCodes(int OneApi, int SmsOnly, int LegacyRest, int LegacyHttp, uint Smpp);

/// <summary>A server per engine with all doors open, behind them the merchant of <see cref="ConsentWorld"/>.</summary>
public sealed class EveryDoorWorld : IAsyncLifetime
{
    public static readonly DoorClient Main = new(ConsentWorld.Key, "main", "4001");
    public static readonly DoorClient OneWay = new(ConsentWorld.OneWayKey, "alerts", "4002");
    public static readonly DoorClient Demo = new(ConsentWorld.DemoKey, "demo", "4003");
    public static readonly DoorClient NoStop = new(ConsentWorld.NoStopKey, "mute", "4004");

    private readonly Dictionary<string, (ConsentWorld World, int Port)> _worlds = [];
    private readonly Dictionary<(string, DoorClient), Esme> _bound = [];

    internal ConsentWorld this[string engine] => _worlds[engine].World;

    public async ValueTask InitializeAsync()
    {
        foreach (var engine in TestEngine.All)
        {
            var port = Ports.Free();
            _worlds[engine.Data] = (await ConsentWorld.Start(engine.Data, "--SmppServer:Port", $"{port}"), port);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var esme in _bound.Values) await esme.DisposeAsync();
        foreach (var (world, _) in _worlds.Values) await world.DisposeAsync();
    }

    /// <summary>Sends the same by each door.</summary>
    internal async Task<DoorCodes> Codes(string engine, DoorClient client, string to, string from = "") => new(
        await this[engine].Send(to, from, client.Key), await SmsOnly(engine, client, to, from),
        await LegacyRest(engine, client, to, from), await LegacyHttp(engine, client, to, from),
        (uint)(await (await Bound(engine, client)).Submit(to, "hello", 0, from)).Status);

    internal Task Answers(DoorCodes codes, string engine, DoorClient client, string to, string from = "") =>
        Eventually.Holds(async () => await Codes(engine, client, to, from) == codes, $"{to} is answered with {codes}");

    /// <summary>What legacy HTTP answers to the parameters of a command.</summary>
    internal Task<string> Http(string engine, DoorClient client, string command, string parameters) =>
        this[engine].Server.Http.GetStringAsync(
            $"{command}?user={client.User}&password=secret12&api_id={client.ApiId}&{parameters}");

    internal async Task<Esme> Bound(string engine, DoorClient client)
    {
        if (_bound.TryGetValue((engine, client), out var bound)) return bound;
        var credentials = new SmppCredentials(client.User, "secret12", client.ApiId);
        return _bound[(engine, client)] = await Esme.Bound(_worlds[engine].Port, credentials);
    }

    private async Task<int> SmsOnly(string engine, DoorClient client, string to, string from)
    {
        var (status, answer) = await Post(
            engine, "/messages", client.Key, new() { ["content"] = "hello", ["to"] = new JsonArray(to) }, from);
        Assert.Equal(202, status);
        return (int?)answer["messages"]![0]!["errorCode"] ?? 0;
    }

    private async Task<int> LegacyRest(string engine, DoorClient client, string to, string from)
    {
        var (status, answer) = await Post(
            engine, "/rest/message", "Bearer " + client.Key,
            new() { ["text"] = "hello", ["to"] = new JsonArray(to) }, from);
        var error = answer["data"]!["message"]![0]!["error"];
        Assert.Equal(error is null ? 202 : 400, status);
        return error is null ? 0 : int.Parse((string)error["code"]!, null);
    }

    private async Task<int> LegacyHttp(string engine, DoorClient client, string to, string from)
    {
        var line = await Http(engine, client, "/http/sendmsg", $"to={to}&text=hello&from={from}");
        var error = Regex.Match(line, "^ERR: ([0-9]{3}), [^:,\n]+$");
        Assert.True(error.Success || Regex.IsMatch(line, "^ID: [0-9a-f]{32}$"), line);
        return error.Success ? int.Parse(error.Groups[1].Value, null) : 0;
    }

    private async Task<(int Status, JsonNode Body)> Post(
        string engine, string path, string key, JsonObject body, string from)
    {
        if (from.Length > 0) body["from"] = from;
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.TryAddWithoutValidation("Authorization", key);
        request.Content = new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
        using var response = await this[engine].Server.Http.SendAsync(request);
        return ((int)response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }
}
