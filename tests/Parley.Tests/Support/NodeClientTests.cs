namespace Parley.Tests.Support;

public sealed class NodeClientTests
{
    [Fact]
    public async Task The_pinned_packages_are_there() =>
        Assert.Equal(["clickatell-node 0.0.4", "smpp 0.5.1"], await NodeClient.Run("versions.cjs"));
}
