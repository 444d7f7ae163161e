using System.Data.Common;
using Dapper;

namespace Parley.Platform.Storage;

/// <summary>
/// A transaction under way. Its code is synchronous on purpose: no await can stand inside it, so no network call can.
/// Whoever opens it (a door, a job, a session) hands it to operations, and so they compose.
/// </summary>
public abstract class Tx
{
    private List<Action>? _afterCommit;
    private List<Action>? _onRollback;
    private List<Action>? _later;
    private bool _writingOut;
    private bool _incomplete;

    private protected Tx(Dialect dialect) => Dialect = dialect;

    /// <summary>The engine's differences.</summary>
    public Dialect Dialect { get; }

    /// <summary>
    /// Inserts all rows. <paramref name="inserted"/> hears of every row that met no conflict, at the latest before the commit returns; the
    /// statement names its key for that.
    /// </summary>
    public void Insert<T>(BulkInsert<T> statement, IReadOnlyList<T> rows, Action<T>? inserted = null)
    {
        Invariant.Holds(inserted is null || statement.Key.Length > 0);
        WriteOut();
        Run(statement, rows, inserted);
    }

    /// <summary>Updates rows. <paramref name="changed"/> hears of every row that matched, at the latest before the commit returns.</summary>
    public void Update<T>(BulkUpdate<T> statement, IReadOnlyList<T> rows, Action<T>? changed = null)
    {
        WriteOut();
        Run(statement, rows, changed);
    }

    /// <summary>Deletes rows. <paramref name="deleted"/> hears of every entry that matched, at the latest before the commit returns.</summary>
    public void Delete<T>(BulkDelete<T> statement, IReadOnlyList<T> rows, Action<T>? deleted = null)
    {
        WriteOut();
        Run(statement, rows, deleted);
    }

    /// <summary>Runs one statement with named parameters (<c>@name</c>); answers the number of rows it changed.</summary>
    public int Execute(string sql, object? args = null) => Current().Execute(sql, args);

    /// <summary>Runs one query with named parameters.</summary>
    public IReadOnlyList<T> Query<T>(string sql, object? args = null) => [.. Current().Query<T>(sql, args)];

    /// <summary>The first row, or default.</summary>
    public T? First<T>(string sql, object? args = null) => Current().QueryFirstOrDefault<T>(sql, args);

    /// <summary>
    /// Runs before the transaction's next statement or at the end of its work, whichever comes first. So operations that run one after the
    /// other leave rows in memory that become one statement, and whoever reads sees them all the same.
    /// </summary>
    public void Later(Action write) => (_later ??= []).Add(write);

    /// <summary>Runs after the commit, on the committing thread: it hands things on in memory and must not block.</summary>
    public void AfterCommit(Action action) => (_afterCommit ??= []).Add(action);

    /// <summary>Runs when nothing of the transaction stays: it gives back what was reserved in memory, and must not block.</summary>
    public void OnRollback(Action action) => (_onRollback ??= []).Add(action);

    internal void WriteOut()
    {
        // Whoever caught it goes no further: what was to be written is lost, and only a rollback makes that right.
        Invariant.Holds(!_incomplete);
        if (_later is not { Count: > 0 } || _writingOut) return;
        _writingOut = true;
        try
        {
            for (var i = 0; i < _later.Count; i++) _later[i]();
            _later.Clear();
        }
        catch
        {
            _incomplete = true;
            throw;
        }
        finally
        {
            _writingOut = false;
        }
    }

    internal void RunOnRollback(int from)
    {
        _later?.Clear();
        _incomplete = false;
        if (_onRollback is null || _onRollback.Count <= from) return;
        for (var i = from; i < _onRollback.Count; i++) _onRollback[i]();
        _onRollback.RemoveRange(from, _onRollback.Count - from);
    }

    internal int RollbackHooks => _onRollback?.Count ?? 0;

    internal void RunAfterCommit()
    {
        if (_afterCommit is null) return;
        foreach (var action in _afterCommit) action();
    }

    internal int Hooks => _afterCommit?.Count ?? 0;

    internal void ForgetHooksFrom(int count) => _afterCommit?.RemoveRange(count, _afterCommit.Count - count);

    private protected abstract void Run<T>(Bulk<T> statement, IReadOnlyList<T> rows, Action<T>? changed);

    private DbConnection Current()
    {
        WriteOut();
        return Connection();
    }

    /// <summary>The connection with everything recorded so far executed on it.</summary>
    private protected abstract DbConnection Connection();
}
