using Microsoft.Extensions.Configuration;
using Parley.Server;

namespace Parley.Tests.Server;

public sealed class SettingsTests
{
    [Fact]
    public void Names_a_misspelt_setting_wherever_it_was_written()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string,
                string?>
            { ["Storage:Foldr"] = "x", ["storage:readers"] = "4", ["Other:Thing"] = "1" });
        Assert.Equal(["Storage:Foldr: there is no such setting"], Settings.Unknown(configuration.Build()));
    }

    [Fact]
    public void Reports_wrong_and_unknown_settings_together()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Foldr"] = "x",
            ["Storage:Readers"] = "0",
            ["urls"] = "nonsense;http://*:80",
        });
        var refused = Assert.Throws<OptionsInvalid>(() => ParleyOptions.Read(configuration.Build()));
        Assert.Equal(4, refused.Message.Split('\n').Length);
        Assert.Contains("urls: nonsense is no address", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Says_plainly_that_a_value_is_of_the_wrong_kind()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["Storage:Readers"] = "many" });
        var refused = Assert.Throws<OptionsInvalid>(() => ParleyOptions.Read(configuration.Build()));
        Assert.Contains("'many' at 'Storage:Readers'", refused.Message, StringComparison.Ordinal);
    }
}
