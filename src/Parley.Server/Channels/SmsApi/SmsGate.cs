using System.Net;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>Who may come in, once his key is known.</summary>
internal static class SmsGate
{
    public static SmsError? Closed(Callers callers, Integration integration, IPAddress? address)
    {
        if (!Callers.MayCallFrom(integration, address)) return SmsError.AddressNotApproved;
        if (!integration.Tenant.Active) return SmsError.AccountFrozen;
        if (!integration.Active) return SmsError.IntegrationNotActive;
        return callers.TryPass(integration) ? null : SmsError.RateLimit;
    }
}
