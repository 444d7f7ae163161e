using Parley.Platform;

namespace Parley.Server.Webhooks;

/// <summary>Why the operator's wish is not done.</summary>
public static class WebhookRefusals
{
    public static Refusal DeliveryUnknown(string id) =>
        new("webhook.delivery-unknown", "There is no such delivery, or it is not kept any more.", id);

    public static Refusal EndpointUnknown(string id) =>
        new("webhook.endpoint-unknown", "There is no such endpoint.", id);

    public static Refusal NoAddress(string integrationId) =>
        new("webhook.no-address", "The integration has no callback address for this.", integrationId);
}
