using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Parley.Server.Tenants;

/// <summary>What is stored of an integration as one JSON text: everything that no query looks for.</summary>
internal sealed record IntegrationSettings
{
    public bool TwoWay { get; init; }

    public int RequestsPerSecond { get; init; }

    public int MaxParts { get; init; }

    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    public CallbackTarget Status { get; init; } = CallbackTarget.None;

    public CallbackTarget Inbound { get; init; } = CallbackTarget.None;

    public StatusEvents StatusEvents { get; init; }

    public bool BatchedCallbacks { get; init; }

    public bool AllowPrivateTargets { get; init; }

    public IReadOnlyList<string> SigningSecrets { get; init; } = [];

    public CallbackForm CallbackForm { get; init; }

    public CallbackMethod CallbackMethod { get; init; }

    public bool RawReplyTexts { get; init; }

    public bool LegacyMoMsgId { get; init; }

    public ApiAccount? Account { get; init; }

    public SmppLimits Smpp { get; init; } = new();

    public QuietHours? QuietHours { get; init; }

    public OptOutSettings OptOut { get; init; } = OptOutSettings.Usual;

    public bool SandboxOnly { get; init; }

    /// <summary>Of the senders that have any.</summary>
    public IReadOnlyList<SenderSettings> Senders { get; init; } = [];

    public static string Of(Integration integration) => JsonSerializer.Serialize(
        new IntegrationSettings
        {
            TwoWay = integration.TwoWay,
            RequestsPerSecond = integration.RequestsPerSecond,
            MaxParts = integration.MaxParts,
            AllowedNetworks = [.. integration.AllowedNetworks.Select(n => n.ToString())],
            Status = integration.Status,
            Inbound = integration.Inbound,
            StatusEvents = integration.StatusEvents,
            BatchedCallbacks = integration.BatchedCallbacks,
            AllowPrivateTargets = integration.AllowPrivateTargets,
            SigningSecrets = integration.SigningSecrets,
            CallbackForm = integration.CallbackForm,
            CallbackMethod = integration.CallbackMethod,
            RawReplyTexts = integration.RawReplyTexts,
            LegacyMoMsgId = integration.LegacyMoMsgId,
            Account = integration.Account,
            Smpp = integration.Smpp,
            QuietHours = integration.QuietHours,
            OptOut = integration.OptOut,
            SandboxOnly = integration.SandboxOnly,
            Senders =
            [
                .. integration.Senders.Where(s => s.OptOut is not null || s.RegisteredIn.Count > 0)
                    .Select(s => new SenderSettings(s.Address, s.OptOut, s.RegisteredIn)),
            ],
        },
        IntegrationJson.Default.IntegrationSettings);

    public static IntegrationSettings Parse(string json) =>
        JsonSerializer.Deserialize(json, IntegrationJson.Default.IntegrationSettings)!;

    public Integration ToIntegration(
        string id, string name, bool active, Tenant tenant, IReadOnlyList<Sender> senders) => new()
        {
            Id = id,
            Name = name,
            Active = active,
            Tenant = tenant,
            Senders = Senders.Count == 0 ? senders : [.. senders.Select(WithSettings)],
            TwoWay = TwoWay,
            RequestsPerSecond = RequestsPerSecond,
            MaxParts = MaxParts,
            AllowedNetworks = [.. AllowedNetworks.Select(n => IPNetwork.Parse(n))],
            Status = Status,
            Inbound = Inbound,
            StatusEvents = StatusEvents,
            BatchedCallbacks = BatchedCallbacks,
            AllowPrivateTargets = AllowPrivateTargets,
            SigningSecrets = SigningSecrets,
            CallbackForm = CallbackForm,
            CallbackMethod = CallbackMethod,
            RawReplyTexts = RawReplyTexts,
            LegacyMoMsgId = LegacyMoMsgId,
            Account = Account,
            Smpp = Smpp,
            QuietHours = QuietHours,
            OptOut = OptOut,
            SandboxOnly = SandboxOnly,
        };

    private Sender WithSettings(Sender sender) =>
        Senders.FirstOrDefault(s => s.Address == sender.Address) is { } settings
            ? sender with { OptOut = settings.OptOut, RegisteredIn = settings.RegisteredIn }
            : sender;
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(IntegrationSettings))]
internal sealed partial class IntegrationJson : JsonSerializerContext;
