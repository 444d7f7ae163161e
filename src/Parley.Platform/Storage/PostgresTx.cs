using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace Parley.Platform.Storage;

/// <summary>
/// A transaction on one PostgreSQL connection. Bulk statements are recorded and sent together: a flush of nothing but bulk statements is one
/// round trip, commit included, because a batch outside an explicit transaction is one by itself.
/// </summary>
internal sealed class PostgresTx(NpgsqlConnection connection, Dialect dialect) : Tx(dialect), IDisposable
{
    private readonly List<(NpgsqlBatchCommand Command, Action<long>? Changed)> _recorded = [];
    private NpgsqlTransaction? _explicit;

    public void Commit()
    {
        Send();
        _explicit?.Commit();
    }

    public void Dispose() => _explicit?.Dispose();

    private protected override DbConnection Connection()
    {
        _explicit ??= connection.BeginTransaction();
        Send();
        return connection;
    }

    private protected override void Run<T>(Bulk<T> statement, IReadOnlyList<T> rows, Action<T>? changed)
    {
        if (rows.Count == 0) return;
        var columns = new PostgresColumns(statement.Columns, rows.Count);
        foreach (var row in rows)
        {
            columns.Begin();
            statement.Bind(columns, row);
            Invariant.Holds(columns.Complete);
        }
        var command = new NpgsqlBatchCommand(statement.SqlFor(Dialect));
        columns.AddTo(command.Parameters);
        _recorded.Add((command, changed is null ? null : ordinal => changed(rows[(int)ordinal - 1])));
    }

    private void Send()
    {
        if (_recorded.Count == 0) return;
        using var batch = new NpgsqlBatch(connection, _explicit);
        foreach (var (command, _) in _recorded) batch.BatchCommands.Add(command);
        using (var reader = batch.ExecuteReader())
        {
            // Only statements that answer rows bring a result set; they come in the order of the commands that have one.
            var returning = _recorded.Where(
                r => r.Command.CommandText.Contains(" v.ordinality", StringComparison.Ordinal));
            using var next = returning.GetEnumerator();
            do
            {
                if (reader.FieldCount == 0) continue;
                Invariant.Holds(next.MoveNext());
                while (reader.Read()) next.Current.Changed?.Invoke(reader.GetInt64(0));
            }
            while (reader.NextResult());
        }
        _recorded.Clear();
    }

    /// <summary>Collects rows column by column, as <c>unnest</c> takes them.</summary>
    private sealed class PostgresColumns : RowWriter
    {
        private readonly Array[] _columns;
        private int _row = -1;
        private int _column;

        public PostgresColumns(IReadOnlyList<BulkColumn> columns, int rows) =>
            _columns = [.. columns.Select(column => column.Type switch
            {
                ColumnType.Int => (Array)new long?[rows],
                ColumnType.Text => new string?[rows],
                _ => new byte[]?[rows],
            })];

        public bool Complete => _column == _columns.Length;

        public void Begin() => (_row, _column) = (_row + 1, 0);

        public override void Int(long value) => ((long?[])_columns[_column++])[_row] = value;

        public override void Int(long? value) => ((long?[])_columns[_column++])[_row] = value;

        // PostgreSQL text holds no NUL; nothing that Parley stores means anything by it.
        public override void Text(string? value) => ((string?[])_columns[_column++])[_row] =
            value is not null && value.Contains('\0', StringComparison.Ordinal) ? value.Replace("\0", "", StringComparison.Ordinal) : value;

        public override void Blob(byte[]? value) => ((byte[]?[])_columns[_column++])[_row] = value;

        public void AddTo(NpgsqlParameterCollection parameters)
        {
            foreach (var column in _columns)
            {
                parameters.Add(column switch
                {
                    long?[] ints => new NpgsqlParameter<long?[]> { TypedValue = ints, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                    string?[] texts => new NpgsqlParameter<string?[]> { TypedValue = texts, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                    _ => new NpgsqlParameter<byte[]?[]> { TypedValue = (byte[]?[])column, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea },
                });
            }
        }
    }
}
