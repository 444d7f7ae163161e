using System.Text;
using System.Text.Json;
using Parley.Server.Tenants;

namespace Parley.Server.Webhooks;

/// <summary>An integration's callback address, worked out once for all requests that go there.</summary>
internal sealed class CallbackDestination
{
    public CallbackDestination(Integration integration, CallbackKind kind)
    {
        Source = integration;
        var target = integration.Target(kind);
        var isUri = Uri.TryCreate(target.Url, UriKind.Absolute, out var uri);
        Address = isUri && uri!.Scheme is "http" or "https" ? uri : null;
        Url = target.Url;
        IntegrationId = JsonEncodedText.Encode(integration.Id, CallbackBody.Json.Encoder);
        IntegrationName = JsonEncodedText.Encode(integration.Name, CallbackBody.Json.Encoder);
        Authorization = target.User.Length + target.Password.Length == 0
            ? null
            : "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{target.User}:{target.Password}"));
        Keys = [.. integration.SigningSecrets.Where(s => s.Length > 0).Select(WebhookSignature.KeyOf)];
    }

    /// <summary>The snapshot that this was made from.</summary>
    public Integration Source { get; }

    /// <summary>Null when what was provisioned is no http address.</summary>
    public Uri? Address { get; }

    public string Url { get; }

    /// <summary>The query that the address itself has, without its question mark.</summary>
    public string OwnQuery => Address is { Query.Length: > 1 } address ? address.Query[1..] : "";

    /// <summary>The address with this query instead of its own, octet for octet as it was signed.</summary>
    public Uri AddressWith(ReadOnlySpan<byte> query) => new(
        $"{Address!.GetLeftPart(UriPartial.Path)}?{Encoding.ASCII.GetString(query)}",
        new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });

    public JsonEncodedText IntegrationId { get; }

    public JsonEncodedText IntegrationName { get; }

    /// <summary>The header's value, or null.</summary>
    public string? Authorization { get; }

    public byte[][] Keys { get; }

    public bool AllowPrivate => Source.AllowPrivateTargets;

    public CallbackForm Form => Source.CallbackForm;

    public CallbackMethod Method => Source.CallbackMethod;
}
