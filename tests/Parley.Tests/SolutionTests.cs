namespace Parley.Tests;

public sealed class SolutionTests
{
    [Fact]
    public void Runs_on_dotnet_10() => Assert.Equal(10, Environment.Version.Major);
}
