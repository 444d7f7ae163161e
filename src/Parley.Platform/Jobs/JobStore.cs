using System.Data.Common;
using Dapper;
using Parley.Platform.Storage;

namespace Parley.Platform.Jobs;

/// <summary>A job as an operator sees it. Times in microseconds UTC.</summary>
public sealed class JobRow
{
    /// <summary>The kind.</summary>
    public string Kind { get; init; } = "";

    /// <summary>The key within the kind.</summary>
    public string Key { get; init; } = "";

    /// <summary>The lane.</summary>
    public string Lane { get; init; } = "";

    /// <summary>The payload.</summary>
    public string Payload { get; init; } = "";

    /// <summary>When it was enqueued.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it runs next.</summary>
    public long DueAt { get; init; }

    /// <summary>When it is given up.</summary>
    public long DeadlineAt { get; init; }

    /// <summary>Runs so far.</summary>
    public long Attempts { get; init; }

    /// <summary>When it was parked.</summary>
    public long? ParkedAt { get; init; }

    /// <summary>The last run's error.</summary>
    public string? Error { get; init; }

    internal Job ToJob() => new(Kind, Key, Lane, Payload, DueAt, DeadlineAt) { Attempts = (int)Attempts };
}

internal static class JobStore
{
    private const string Columns =
        "kind AS Kind, key AS Key, lane AS Lane, payload AS Payload, created_at AS CreatedAt, due_at AS DueAt, " +
        "deadline_at AS DeadlineAt, attempts AS Attempts, parked_at AS ParkedAt, error AS Error";

    /// <summary>A job to be written; <see cref="Made"/> says whether it was new.</summary>
    public sealed class Born(Job job, long createdAt, string? owner)
    {
        public Job Job => job;

        public long CreatedAt => createdAt;

        public string? Owner => owner;

        public bool Made { get; set; }
    }

    public sealed record End(Job Job, long? DueAt, long? ParkedAt, string? Error);

    private static readonly BulkInsert<Born> InsertJobs = new(
        "jobs",
        "kind text, key text, lane text, payload text, created_at int, due_at int, deadline_at int, attempts int, " +
        "owner text",
        static (row, born) =>
        {
            row.Text(born.Job.Kind);
            row.Text(born.Job.Key);
            row.Text(born.Job.Lane);
            row.Text(born.Job.Payload);
            row.Int(born.CreatedAt);
            row.Int(born.Job.DueAt);
            row.Int(born.Job.DeadlineAt);
            row.Int(born.Job.Attempts);
            row.Text(born.Owner);
        },
        "ON CONFLICT DO NOTHING", "kind, key");

    private static readonly BulkDelete<End> DeleteJobs = new(
        "jobs", "kind text, key text", "jobs.kind = v.kind AND jobs.key = v.key", static (row, end) =>
        {
            row.Text(end.Job.Kind);
            row.Text(end.Job.Key);
        });

    private static readonly BulkUpdate<End> ReleaseJobs = new(
        "jobs",
        "kind text, key text, due_at int, parked_at int, error text, attempts int",
        "owner = NULL, due_at = v.due_at, parked_at = v.parked_at, error = v.error, attempts = v.attempts",
        "jobs.kind = v.kind AND jobs.key = v.key",
        static (row, end) =>
        {
            row.Text(end.Job.Kind);
            row.Text(end.Job.Key);
            row.Int(end.DueAt ?? end.Job.DueAt);
            row.Int(end.ParkedAt);
            row.Text(end.Error);
            row.Int(end.Job.Attempts + 1);
        });

    /// <summary>Inserts jobs of different kinds or keys.</summary>
    public static void Insert(Tx tx, IReadOnlyList<Born> born) =>
        tx.Insert(InsertJobs, born, static b => b.Made = true);

    public static void Write(Tx tx, IReadOnlyList<End> ends)
    {
        tx.Delete(DeleteJobs, [.. ends.Where(e => e is { DueAt: null, ParkedAt: null })]);
        tx.Update(ReleaseJobs, [.. ends.Where(e => e is not { DueAt: null, ParkedAt: null })]);
    }

    public static IReadOnlyList<JobRow> Claim(Tx tx, string owner, long now, int most, IReadOnlyCollection<string> kinds, IReadOnlyCollection<string> fullLanes) =>
        tx.Query<JobRow>(
            $"""
            UPDATE jobs SET owner = @owner WHERE (kind, key) IN (
              SELECT kind, key FROM jobs
              WHERE owner IS NULL AND parked_at IS NULL AND due_at <= @now AND {In("kind", kinds)} AND NOT ({In("lane", fullLanes)})
              ORDER BY due_at LIMIT @most {tx.Dialect.SkipLocked})
            RETURNING {Columns}
            """,
            new { owner, now, most });

    /// <summary>The kinds and keys of a node's jobs.</summary>
    public static IReadOnlyList<(string Kind, string Key)> Owned(DbConnection connection, string owner) =>
        [.. connection.Query<(string, string)>("SELECT kind, key FROM jobs WHERE owner = @owner", new { owner })];

    public static int Release(Tx tx, string kind, string key, string owner) => tx.Execute(
        "UPDATE jobs SET owner = NULL WHERE kind = @kind AND key = @key AND owner = @owner", new { kind, key, owner });

    public static int Release(Tx tx, string owner) => tx.Execute("UPDATE jobs SET owner = NULL WHERE owner = @owner", new { owner });

    /// <summary>Whether the job was anybody's at that moment, and so was left as it is; null when it is unknown or parked.</summary>
    public static bool? Hasten(Tx tx, string kind, string key, long now) => tx.First<long?>(
        """
        UPDATE jobs SET due_at = CASE WHEN owner IS NULL AND due_at > @now THEN @now ELSE due_at END
        WHERE kind = @kind AND key = @key AND parked_at IS NULL
        RETURNING CASE WHEN owner IS NULL THEN 0 ELSE 1 END
        """,
        new { kind, key, now }) is { } owned ? owned == 1 : null;

    public static int Replay(Tx tx, string kind, string key, long now, long deadline) => tx.Execute(
        "UPDATE jobs SET parked_at = NULL, owner = NULL, due_at = @now, deadline_at = @deadline WHERE kind = @kind AND key = @key AND parked_at IS NOT NULL",
        new { kind, key, now, deadline });

    public static IReadOnlyList<JobRow> Parked(DbConnection connection, int most) => [.. connection.Query<JobRow>(
        $"SELECT {Columns} FROM jobs WHERE parked_at IS NOT NULL ORDER BY parked_at DESC LIMIT @most", new { most })];

    public static long? NextDue(DbConnection connection) => connection.ExecuteScalar<long?>(
        "SELECT min(due_at) FROM jobs WHERE owner IS NULL AND parked_at IS NULL");

    // Kinds and lanes are few and are our own words or ids; they are quoted all the same.
    private static string In(string column, IReadOnlyCollection<string> values) =>
        values.Count == 0 ? "1 = 0" : $"{column} IN ({string.Join(", ", values.Select(v => $"'{v.Replace("'", "''", StringComparison.Ordinal)}'"))})";
}
