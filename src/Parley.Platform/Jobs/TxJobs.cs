using Parley.Platform.Storage;

namespace Parley.Platform.Jobs;

/// <summary>Jobs that one transaction has made and ended so far; they are written together.</summary>
internal sealed class TxJobs(Tx tx)
{
    private readonly HashSet<(string Kind, string Key)> _keys = [];
    private List<JobStore.Born> _born = [];
    private List<JobStore.End> _ends = [];

    public void Add(JobStore.Born born)
    {
        Open(born.Job);
        _born.Add(born);
    }

    public void Add(JobStore.End end)
    {
        Open(end.Job);
        _ends.Add(end);
    }

    private void Open(Job job)
    {
        // One job twice: what comes second must find the first written.
        if (_keys.Contains((job.Kind, job.Key))) tx.WriteOut();
        if (_keys.Count == 0)
        {
            tx.OnRollback(Forget);
            tx.Later(Write);
        }
        _keys.Add((job.Kind, job.Key));
    }

    private void Write()
    {
        var (born, ends) = (_born, _ends);
        Forget();
        JobStore.Insert(tx, born);
        JobStore.Write(tx, ends);
    }

    private void Forget()
    {
        (_born, _ends) = ([], []);
        _keys.Clear();
    }
}
