using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.OptOuts;

/// <summary>Nobody is written to who opted out, is blocked or is delisted.</summary>
internal sealed class ConsentScreen(ConsentMemory memory) : Screen
{
    public override Refusal? Check(Integration integration, string from, string to)
    {
        if (memory.Count == 0) return null;
        var recipient = RecipientSet.Key(to);
        var tenant = integration.Tenant.Id;
        if (memory.Delisted("", recipient) || memory.Delisted(tenant, recipient))
            return new(MessageRefusals.Delisted, "The recipient is delisted.", to);
        if (memory.Blocked("", recipient) || memory.Blocked(tenant, recipient))
            return new(MessageRefusals.Blocked, "The recipient is blocked.", to);
        return memory.OptedOut(integration.Id, from, recipient)
            ? new(MessageRefusals.OptedOut, "The recipient has opted out.", to)
            : null;
    }
}
