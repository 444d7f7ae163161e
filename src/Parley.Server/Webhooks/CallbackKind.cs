using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>The two kinds of callback an integration has an address for (contract channels §2.11).</summary>
public enum CallbackKind
{
    /// <summary>Status changes of what it sent.</summary>
    Status,

    /// <summary>Messages from phones.</summary>
    Inbound,
}

internal static class CallbackKinds
{
    public static string Word(this CallbackKind kind) => kind == CallbackKind.Status ? "status" : "inbound";

    public static CallbackKind Of(string word) => word == "status" ? CallbackKind.Status : CallbackKind.Inbound;

    public static CallbackTarget Target(this Integration integration, CallbackKind kind) =>
        kind == CallbackKind.Status ? integration.Status : integration.Inbound;

    /// <summary>Several events may go in one request: One API's form alone has arrays.</summary>
    public static bool Batches(this Integration integration) =>
        integration is { BatchedCallbacks: true, CallbackForm: CallbackForm.OneApi };
}
