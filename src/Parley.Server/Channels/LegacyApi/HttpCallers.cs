using System.Net;
using Parley.Server.Tenants;
using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>Whose legacy HTTP request it is: a session's, or that of user, password and API id (contract channels §7.1).</summary>
internal sealed class HttpCallers(
    TenantDirectory tenants, Accounts accounts, Sessions sessions, FailedLogins failed, Callers callers,
    TimeProvider time) : IDisposable
{
    // Two at once, whoever asks: a flood of wrong passwords leaves the processors to the others.
    private readonly SemaphoreSlim _checking = new(2);

    public async Task<(Integration? Integration, LegacyError? Error)> Enter(
        HttpParameters parameters, IPAddress? address, CancellationToken cancel)
    {
        var session = parameters["session_id"].Trim();
        var (integration, error) = session.Length > 0
            ? (await sessions.Use(session, cancel), LegacyError.SessionExpired)
            : await ByAccount(parameters, address, cancel);
        if (integration is null) return (null, error);
        return Closed(integration, address) is { } closed ? (null, closed) : (integration, null);
    }

    /// <summary>Only by user and password.</summary>
    public async Task<(Integration? Integration, LegacyError? Error)> EnterByAccount(
        HttpParameters parameters, IPAddress? address, CancellationToken cancel)
    {
        var (integration, error) = await ByAccount(parameters, address, cancel);
        if (integration is null) return (null, error);
        return Closed(integration, address) is { } closed ? (null, closed) : (integration, null);
    }

    public void Dispose() => _checking.Dispose();

    private LegacyError? Closed(Integration integration, IPAddress? address)
    {
        if (!Callers.MayCallFrom(integration, address)) return LegacyError.AddressNotApproved;
        if (!integration.Tenant.Active || !integration.Active) return LegacyError.AccountFrozen;
        return callers.TryPass(integration) ? null : LegacyError.LimitReached(time.GetUtcNow().AddSeconds(1));
    }

    private async Task<(Integration? Integration, LegacyError Error)> ByAccount(
        HttpParameters parameters, IPAddress? address, CancellationToken cancel)
    {
        if (!parameters.Has("user") && !parameters.Has("password") && !parameters.Has("api_id"))
            return (null, LegacyError.AuthenticationFailed);
        if (failed.Blocked(address)) return (null, LegacyError.AuthenticationFailed);
        if (tenants.ByApiId(parameters["api_id"].Trim()) is not { Account: { } account } integration)
        {
            failed.Failed(address);
            return (null, LegacyError.InvalidApiId);
        }
        var opened = account.User == parameters["user"].Trim() && await Opens(account, parameters, address, cancel);
        if (opened) failed.Passed(address);
        else failed.Failed(address);
        return opened ? (integration, LegacyError.AuthenticationFailed) : (null, LegacyError.AuthenticationFailed);
    }

    private async Task<bool> Opens(
        ApiAccount account, HttpParameters parameters, IPAddress? address, CancellationToken cancel)
    {
        var passwords = parameters.Readings("password");
        if (passwords.Any(p => accounts.Remembers(account, p))) return true;
        await _checking.WaitAsync(cancel);
        try
        {
            // Others from there may have failed meanwhile.
            if (failed.Blocked(address)) return false;
            return passwords.Any(p => accounts.Opens(account, p));
        }
        finally
        {
            _checking.Release();
        }
    }
}
