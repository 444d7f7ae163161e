using Parley.Server.Tenants;

namespace Parley.Tests.Server.Tenants;

public sealed class AccountsTests
{
    [Fact]
    public void Remembers_the_right_password_once_it_has_opened_and_no_other()
    {
        var account = new ApiAccount("1", "user", ApiAccount.HashOf("1", "user", "secret"));
        var accounts = new Accounts(new TenantDirectory());
        Assert.False(accounts.Remembers(account, "secret"));
        Assert.False(accounts.Opens(account, "guess"));
        Assert.False(accounts.Remembers(account, "guess"));
        Assert.True(accounts.Opens(account, "secret"));
        Assert.True(accounts.Remembers(account, "secret"));
        Assert.False(accounts.Remembers(account, "guess"));
        Assert.False(accounts.Opens(account, "guess"));
        Assert.False(accounts.Opens(account, new string('x', 101)));
    }
}
