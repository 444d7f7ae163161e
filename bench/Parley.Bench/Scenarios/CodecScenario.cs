using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Parley.Bench.Scenarios;

/// <summary>`codec`: PDUs encoded and decoded, with allocations.</summary>
static class CodecScenario
{
    public static void Run(BenchOptions options)
    {
        var config = DefaultConfig.Instance
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .WithArtifactsPath(Path.Combine(options.Output, "codec"));
        BenchmarkRunner.Run<Codec>(config);
    }
}
