using System.Data.Common;
using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Parley.Platform.Storage;

/// <summary>
/// A transaction on the one writing connection. Bulk statements go through prepared statements of the native library: binding by
/// position is what keeps a row at a few microseconds.
/// </summary>
internal sealed class SqliteTx : Tx, IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<object, sqlite3_stmt> _prepared;
    private readonly SqliteRow _row = new();
    private bool _open;

    public SqliteTx(SqliteConnection connection, Dictionary<object, sqlite3_stmt> prepared, Dialect dialect) : base(dialect)
    {
        (_connection, _prepared) = (connection, prepared);
        Exec("BEGIN IMMEDIATE");
        _open = true;
    }

    public void Savepoint() => Exec("SAVEPOINT work");

    public void ReleaseSavepoint() => Exec("RELEASE work");

    /// <exception cref="IOException">SQLite has ended the whole transaction: disk full, no memory, I/O errors.</exception>
    public void RollbackToSavepoint(Exception why)
    {
        // Then there is no savepoint to go back to, and what shares the transaction is gone with it.
        if (raw.sqlite3_get_autocommit(_connection.Handle!) != 0) throw new IOException(why.Message, why);
        Exec("ROLLBACK TO work");
        Exec("RELEASE work");
    }

    public void Commit()
    {
        Exec("COMMIT");
        _open = false;
    }

    public void Dispose()
    {
        if (!_open) return;
        _open = false;
        // After some failures (disk full, I/O) SQLite has rolled back by itself and says that no transaction is active.
        if (raw.sqlite3_get_autocommit(_connection.Handle!) == 0) Exec("ROLLBACK");
    }

    private protected override DbConnection Connection() => _connection;

    private protected override void Run<T>(Bulk<T> statement, IReadOnlyList<T> rows, Action<T>? changed)
    {
        if (rows.Count == 0) return;
        var db = _connection.Handle!;
        var prepared = Prepare(db, statement);
        _row.Statement = prepared;
        for (var i = 0; i < rows.Count; i++)
        {
            _row.Column = 0;
            statement.Bind(_row, rows[i]);
            Invariant.Holds(_row.Column == statement.Columns.Count);
            var code = raw.sqlite3_step(prepared);
            raw.sqlite3_reset(prepared);
            if (code is not (raw.SQLITE_DONE or raw.SQLITE_ROW)) throw Failure(db, code);
            if (changed is not null && raw.sqlite3_changes(db) > 0) changed(rows[i]);
        }
        raw.sqlite3_clear_bindings(prepared);
    }

    private sqlite3_stmt Prepare<T>(sqlite3 db, Bulk<T> statement)
    {
        if (_prepared.TryGetValue(statement, out var prepared)) return prepared;
        var code = raw.sqlite3_prepare_v2(db, statement.ToSql(Dialect), out prepared);
        if (code != raw.SQLITE_OK) throw Failure(db, code);
        return _prepared[statement] = prepared;
    }

    private void Exec(string sql)
    {
        var db = _connection.Handle!;
        var code = raw.sqlite3_exec(db, sql);
        if (code != raw.SQLITE_OK) throw Failure(db, code);
    }

    private static SqliteException Failure(sqlite3 db, int code) => new(raw.sqlite3_errmsg(db).utf8_to_string(), code & 0xFF, code);

    /// <summary>Binds by position; the library copies text at once, so short text shares one buffer.</summary>
    private sealed class SqliteRow : RowWriter
    {
        private readonly byte[] _utf8 = new byte[1024];
        public sqlite3_stmt Statement = null!;
        public int Column;

        public override void Int(long value) => raw.sqlite3_bind_int64(Statement, ++Column, value);

        public override void Int(long? value)
        {
            if (value is { } known) Int(known);
            else raw.sqlite3_bind_null(Statement, ++Column);
        }

        public override void Text(string? value)
        {
            if (value is null)
            {
                raw.sqlite3_bind_null(Statement, ++Column);
                return;
            }
            if (value.Length > 340)
            {
                raw.sqlite3_bind_text(Statement, ++Column, Encoding.UTF8.GetBytes(value).AsSpan());
                return;
            }
            var length = Encoding.UTF8.GetBytes(value, _utf8);
            raw.sqlite3_bind_text(Statement, ++Column, _utf8.AsSpan(0, length));
        }

        public override void Blob(byte[]? value)
        {
            if (value is null) raw.sqlite3_bind_null(Statement, ++Column);
            else raw.sqlite3_bind_blob(Statement, ++Column, value.AsSpan());
        }
    }
}
