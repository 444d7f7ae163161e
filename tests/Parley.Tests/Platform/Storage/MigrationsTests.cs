using Parley.Platform.Storage;
using Parley.Server;

namespace Parley.Tests.Platform.Storage;

public sealed class MigrationsTests
{
    public static TheoryData<string> Engines => TestEngine.All;

    [Theory, MemberData(nameof(Engines))]
    public async Task Each_script_runs_once_also_when_several_nodes_begin_together(string engine)
    {
        await using var world = await PlatformWorld.Start(engine);
        var all = engine == "postgres" ? 4 : 1;
        await Task.WhenAll(Enumerable.Range(0, all).Select(
            _ => Task.Run(() => Migrations.Run(world.Database, [typeof(ParleyServer).Assembly], CancellationToken.None))));
        await Migrations.Run(world.Database, [typeof(ParleyServer).Assembly], CancellationToken.None);
        var scripts = typeof(ParleyServer).Assembly.GetManifestResourceNames()
            .Count(n => n.Contains(".Schema.", StringComparison.Ordinal));
        var own = typeof(Database).Assembly.GetManifestResourceNames()
            .Count(n => n.Contains(".Schema.", StringComparison.Ordinal));
        Assert.Equal(scripts + own, await world.Ask<long>("SELECT count(*) FROM parley_migrations"));
        Assert.Equal(0, await world.Ask<long>("SELECT count(*) FROM messages"));
    }
}
