using System.Net;
using Parley.Server.Tenants;
using Parley.Smpp;

namespace Parley.Server.Channels.SmppServer;

/// <summary>What a bind says, copied off the wire.</summary>
internal sealed record BindRequest(
    CommandId Kind, string SystemId, string Password, string SystemType, byte Version, IPAddress Address,
    string? Tenant);

/// <summary>
/// Judges binds (contract channels §5). Passwords are slow to check by design, so few are checked at once, never on a read
/// loop, and only so many wait.
/// </summary>
internal sealed partial class Binds(
    SmppDoorOptions options, Accounts accounts, Addresses addresses, SmppMeter meter, ILogger<Binds> log) : IDisposable
{
    private const int MostWaiting = 200;
    private const byte Version33 = 0x33;
    private const byte Version34 = 0x34;
    private const int ShortPassword = 8;

    private readonly SemaphoreSlim _checks = new(1);
    private int _waiting;

    /// <summary>The integration, or why the bind is refused. Whoever is refused is one step nearer to being blocked.</summary>
    public async Task<(CommandStatus Status, Integration? Integration)> Judge(BindRequest bind)
    {
        if (addresses.Blocked(bind.Address)) return (CommandStatus.BindFailed, null);
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return (CommandStatus.SystemError, null);
        }
        await _checks.WaitAsync();
        try
        {
            // Others from there may have failed meanwhile: a flood costs ten checks.
            if (addresses.Blocked(bind.Address)) return (CommandStatus.BindFailed, null);
            var (status, integration) = Check(bind);
            if (status == CommandStatus.Ok) addresses.Succeeded(bind.Address);
            else Refuse(bind, status);
            return (status, integration);
        }
        finally
        {
            _checks.Release();
            Interlocked.Decrement(ref _waiting);
        }
    }

    public void Dispose() => _checks.Dispose();

    private (CommandStatus, Integration?) Check(BindRequest bind)
    {
        if (bind.Version is not (Version33 or Version34)) return (CommandStatus.BindFailed, null);
        if (accounts.ByApiId(bind.SystemType) is not { Account: { } account } integration)
            return (CommandStatus.InvalidSystemType, null);
        if (bind.SystemId != account.User) return (CommandStatus.InvalidSystemId, null);
        var tooLong = bind.Password.Length > ShortPassword && !(options.LongPasswords && bind.Version == Version34);
        if (tooLong || !accounts.Opens(account, bind.Password)) return (CommandStatus.InvalidPassword, null);
        var welcome = integration is { Active: true, Tenant.Active: true } && MayComeFrom(integration, bind.Address)
            && (bind.Tenant is null || bind.Tenant == integration.Tenant.Id);
        return welcome ? (CommandStatus.Ok, integration) : (CommandStatus.BindFailed, null);
    }

    private static bool MayComeFrom(Integration integration, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return integration.AllowedNetworks.Count == 0 || integration.AllowedNetworks.Any(n => n.Contains(address));
    }

    private void Refuse(BindRequest bind, CommandStatus status)
    {
        meter.BindRefused(status);
        Refused(log, bind.Address, Printable(bind.SystemId), Printable(bind.SystemType), status.SpecificationName());
        if (addresses.Failed(bind.Address)) Blocked(log, bind.Address);
    }

    private static string Printable(string text) =>
        string.Concat(text.Take(20).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '?'));

    [LoggerMessage(LogLevel.Information, "SMPP bind from {Address} as {SystemId} ({SystemType}) refused: {Status}")]
    private static partial void Refused(
        ILogger log, IPAddress address, string systemId, string systemType, string status);

    [LoggerMessage(LogLevel.Warning, "{Address} failed to bind ten times in a row and is blocked for a minute")]
    private static partial void Blocked(ILogger log, IPAddress address);
}
