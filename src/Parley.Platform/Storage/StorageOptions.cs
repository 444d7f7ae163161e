namespace Parley.Platform.Storage;

/// <summary>Where the data lives. Section <c>Storage</c>.</summary>
public sealed record StorageOptions
{
    /// <summary>PostgreSQL connection string (13 or later); empty means the embedded SQLite database.</summary>
    public string Postgres { get; init; } = "";

    /// <summary>The folder of the SQLite database, made when missing.</summary>
    public string Folder { get; init; } = "data";

    /// <summary>
    /// Writing connections to PostgreSQL that the batcher flushes through. 1 to 8; SQLite always has one writer. One carries most in each
    /// commit; more are worth it only where one of the server's cores is busy with this connection alone.
    /// </summary>
    public int Writers { get; init; } = 1;

    /// <summary>Reads, and transactions apart from the batcher, that may be under way at once. 1 to 64.</summary>
    public int Readers { get; init; } = 8;

    /// <summary>Writes that may wait for the next flush before doors answer "try later". 100 to 1,000,000.</summary>
    public int MaxWaitingWrites { get; init; } = 20_000;

    /// <summary>
    /// Commits of one writer begin at least so far apart, in milliseconds; a write that comes after a pause never waits.
    /// 0 to 100. A trickle of single messages costs about a third less CPU with 2 than with 0.
    /// </summary>
    public int CommitIntervalMilliseconds { get; init; } = 2;

    /// <summary>Everything that is wrong with these options.</summary>
    public IEnumerable<string> Problems()
    {
        if (Folder.Length == 0 && Postgres.Length == 0) yield return "Storage:Folder is empty and Storage:Postgres is not set";
        if (Writers is < 1 or > 8) yield return $"Storage:Writers is {Writers}; it must be 1 to 8";
        if (Readers is < 1 or > 64) yield return $"Storage:Readers is {Readers}; it must be 1 to 64";
        if (CommitIntervalMilliseconds is < 0 or > 100)
            yield return $"Storage:CommitIntervalMilliseconds is {CommitIntervalMilliseconds}; it must be 0 to 100";
        if (MaxWaitingWrites is < 100 or > 1_000_000) yield return $"Storage:MaxWaitingWrites is {MaxWaitingWrites}; it must be 100 to 1000000";
    }
}
