using Parley.Platform;
using Parley.Server.Channels.Messages;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Numbers;

/// <summary>The rules of numbers: demos reach test numbers only, countries ask for what they ask, nights are quiet.</summary>
internal sealed class NumberScreen(CountryRules rules, TimeZones zones) : Screen
{
    public override Refusal? Check(Integration integration, string from, string to)
    {
        if (integration.SandboxOnly && !TestNumbers.Are(to))
            return new(MessageRefusals.NotOnSandbox, "The integration is a demo: it sends to test numbers only.", to);
        if (rules.Of(to) is not { AllowsAll: false } rule) return null;
        if (rule.TwoWay == TwoWayMessaging.Needed && !integration.TwoWay)
            return new(MessageRefusals.NeedsTwoWay, $"Numbers of {rule.Place} need a two-way integration.", to);
        if (rule.StopCommands && !integration.OptOutOf(from).Enabled)
            return new(MessageRefusals.NeedsStopCommands, $"Numbers of {rule.Place} need STOP and START enabled.", to);
        if (from.Length == 0) return null;
        return from.AsSpan().ContainsAnyExceptInRange('0', '9') ? CheckName(integration, from, to, rule)
            : rule.TwoWay == TwoWayMessaging.None && integration.TwoWay
                ? new(MessageRefusals.NoTwoWayThere, $"Numbers of {rule.Place} have no two-way messaging.", to)
                : null;
    }

    public override long? NotBefore(Integration integration, string to, long at) =>
        integration.QuietHours is { } quiet ? QuietClock.NotBefore(quiet, zones.Of(to), at) : null;

    private static Refusal? CheckName(Integration integration, string name, string to, CountryRule rule)
    {
        if (rule.Names == NamesAsSenders.Refused)
            return MessageRefusals.Parameter("from", $"Numbers of {rule.Place} take no names as senders.");
        if (rule.Registration != NameRegistration.Enforced) return null;
        var country = Countries.Of(to) ?? rule.Place;
        return integration.SenderNamed(name)?.RegisteredIn.Contains(country) == true
            ? null
            : MessageRefusals.Parameter("from", $"The name is not registered in {country}.");
    }
}
