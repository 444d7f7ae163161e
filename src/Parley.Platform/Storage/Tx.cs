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

    private protected Tx(Dialect dialect) => Dialect = dialect;

    /// <summary>The engine's differences.</summary>
    public Dialect Dialect { get; }

    /// <summary>Inserts all rows.</summary>
    public void Insert<T>(BulkInsert<T> statement, IReadOnlyList<T> rows) => Run(statement, rows, null);

    /// <summary>Updates rows. <paramref name="changed"/> hears of every row that matched, at the latest before the commit returns.</summary>
    public void Update<T>(BulkUpdate<T> statement, IReadOnlyList<T> rows, Action<T>? changed = null) => Run(statement, rows, changed);

    /// <summary>Deletes rows. <paramref name="deleted"/> hears of every entry that matched, at the latest before the commit returns.</summary>
    public void Delete<T>(BulkDelete<T> statement, IReadOnlyList<T> rows, Action<T>? deleted = null) => Run(statement, rows, deleted);

    /// <summary>Runs one statement with named parameters (<c>@name</c>); answers the number of rows it changed.</summary>
    public int Execute(string sql, object? args = null) => Connection().Execute(sql, args);

    /// <summary>Runs one query with named parameters.</summary>
    public IReadOnlyList<T> Query<T>(string sql, object? args = null) => [.. Connection().Query<T>(sql, args)];

    /// <summary>The first row, or default.</summary>
    public T? First<T>(string sql, object? args = null) => Connection().QueryFirstOrDefault<T>(sql, args);

    /// <summary>Runs after the commit, on the committing thread: it hands things on in memory and must not block.</summary>
    public void AfterCommit(Action action) => (_afterCommit ??= []).Add(action);

    /// <summary>Runs when nothing of the transaction stays: it gives back what was reserved in memory, and must not block.</summary>
    public void OnRollback(Action action) => (_onRollback ??= []).Add(action);

    internal void RunOnRollback(int from)
    {
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

    /// <summary>The connection with everything recorded so far executed on it.</summary>
    private protected abstract DbConnection Connection();
}
