using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>Where messages can go, as the routes in force say.</summary>
public sealed class Coverage(RouteTable routes)
{
    /// <summary>The number in digits; null when it is none in international format.</summary>
    public static string? Number(string text) => SmsRules.Recipient(text);

    /// <summary>
    /// True when a route leads there. Also true where another rule has to speak first: for what is no number, and for a
    /// sender that may not be used.
    /// </summary>
    /// <param name="integration">Who wants to send.</param>
    /// <param name="from">The sender as submitted; empty for the integration's own.</param>
    /// <param name="to">The recipient as submitted.</param>
    public bool Reaches(Integration integration, string from, string to) =>
        SmsRules.Recipient(to) is not { } number
        || SmsRules.Sender(integration, from) is not { Ok: true, Value: var sender }
        || routes.Carriers(integration.Tenant.Id, sender, number).Count > 0;
}
