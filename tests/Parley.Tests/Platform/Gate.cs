using Parley.Platform.Batching;

namespace Parley.Tests.Platform;

/// <summary>Holds the flush that it is in, so that what comes meanwhile waits together.</summary>
internal sealed class Gate : BatchWork, IDisposable
{
    private readonly ManualResetEventSlim _entered = new();
    private readonly ManualResetEventSlim _open = new();

    public static readonly BatchOperation<Gate> Hold = new(1, static (_, all) =>
    {
        foreach (var gate in all)
        {
            gate._entered.Set();
            Assert.True(gate._open.Wait(Deadline.Longest));
        }
    });

    public void Entered() => Assert.True(_entered.Wait(Deadline.Longest));

    public void Open() => _open.Set();

    public override void Committed()
    {
    }

    public override void Failed(Exception error) => _entered.Set();

    public void Dispose()
    {
        _open.Set();
        _entered.Dispose();
    }
}
