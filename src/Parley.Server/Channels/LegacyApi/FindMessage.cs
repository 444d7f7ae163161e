using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>A message by its id or by the client's own, whichever door brought it; and stopping it.</summary>
internal sealed class FindMessage(MessageQueries queries, CancelMessage stop)
{
    public async Task<(MessageView? Message, LegacyError? Error)> Run(
        Integration integration, string messageId, string clientMessageId, CancellationToken cancel)
    {
        if (messageId.Length > 0)
        {
            var found = await queries.Find(integration.Id, messageId.ToLowerInvariant(), cancel);
            return (found, found is null ? LegacyError.UnknownMessage : null);
        }
        if (clientMessageId.Length == 0) return (null, LegacyError.MissingMessageId);
        var known = clientMessageId.Length <= 64 && !clientMessageId.Contains('\0')
            ? await queries.FindByClientId(integration.Id, clientMessageId, cancel) : null;
        return (known, known is null ? LegacyError.UnknownClientMessage : null);
    }

    /// <summary>The same, as it stands after the attempt to stop it.</summary>
    public async Task<(MessageView? Message, LegacyError? Error)> Stop(
        Integration integration, string messageId, string clientMessageId, CancellationToken cancel)
    {
        var (found, error) = await Run(integration, messageId, clientMessageId, cancel);
        if (found is null) return (null, error);
        var status = await stop.Run(found.Message.Id, MessageStatus.StoppedByUser, "client", cancel);
        if (status is null) return (null, LegacyError.UnknownMessage);
        // What it cost was given back, if anything was: it stands with the message.
        if (found.Message.Charged > 0 && status.Value.IsFinal())
            return await Run(integration, found.Message.Id, "", cancel);
        return (found with { Status = status.Value }, null);
    }

    /// <summary>Three digits.</summary>
    public static string StatusOf(MessageView message) =>
        LegacyCodes.StatusOf(message.Status).ToString("000", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>In credits.</summary>
    public static decimal ChargeOf(Integration integration, MessageView message) =>
        Charges.Credits(
            integration.Tenant.Price, message.Status, message.Message.To, message.Parts, message.Message.Charged);
}
