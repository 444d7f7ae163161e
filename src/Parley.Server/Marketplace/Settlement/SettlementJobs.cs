using System.Globalization;
using Parley.Platform;
using Parley.Platform.Jobs;
using Parley.Platform.Storage;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>
/// Makes every day's settlements after the day is closed. A day's job starts one for each client and the next day's, in one commit: so no day
/// is left out, however long nobody ran.
/// </summary>
internal sealed partial class SettlementJobs(
    JobQueue jobs, Database database, MakeSettlement make, SettlementOptions options, TimeProvider time,
    ILogger<SettlementJobs> log)
{
    public const string DayKind = "settlement.day", ClientKind = "settlement.client";

    private const string Lane = "settlement";
    private static readonly long GivenUpAfter = Micros.From(TimeSpan.FromDays(30));
    private static readonly Backoff Waits = new(TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(30));

    public JobKind Days => new(DayKind, RunDay, 1, Waits);

    public JobKind Clients => new(ClientKind, RunClient, 1, Waits);

    /// <summary>Sees to it that the next day's job is there: after the last day made, or from the first purchase on.</summary>
    public async Task Begin(CancellationToken cancel)
    {
        var (last, first) = await database.Read(
            c => (SettlementStore.LastDay(c), SettlementStore.First(c)), cancel);
        var day = SettlementDay.Parse(last)?.Next ?? SettlementDay.Of(first ?? time.NowMicros());
        await database.Transact(tx => jobs.Enqueue(tx, OfDay(day)), cancel);
    }

    private async Task<JobOutcome> RunDay(Job job, CancellationToken cancel)
    {
        var day = SettlementDay.Parse(job.Key)!.Value;
        var now = time.NowMicros();
        if (!day.IsClosed(now, options.Grace)) return JobOutcome.Again(DueOf(day), "the day is not closed");
        var clients = await database.Read(c => SettlementStore.Clients(c, day.From, day.Until), cancel);
        await database.Transact(tx =>
        {
            foreach (var client in clients)
                jobs.Enqueue(tx, new Job(ClientKind, $"{day}:{client}", Lane, "", now, now + GivenUpAfter));
            SettlementStore.KeepDay(tx, day, now);
            jobs.Enqueue(tx, OfDay(day.Next));
        }, cancel);
        return JobOutcome.Done;
    }

    private async Task<JobOutcome> RunClient(Job job, CancellationToken cancel)
    {
        var parts = job.Key.Split(':');
        var day = SettlementDay.Parse(parts[0])!.Value;
        var client = long.Parse(parts[1], CultureInfo.InvariantCulture);
        var made = await make.Run(client, day, cancel);
        if (made.Ok)
        {
            Made(log, day.ToString(), client, made.Value.Transactions, made.Value.CsvHash);
            return JobOutcome.Done;
        }
        // Somebody has to look; the replay of the parked job makes it again.
        Failed(log, day.ToString(), client, made.Refusal.Code);
        return JobOutcome.Park(made.Refusal.Reason);
    }

    private Job OfDay(SettlementDay day) =>
        new(DayKind, day.ToString(), Lane, "", DueOf(day), DueOf(day) + GivenUpAfter);

    private long DueOf(SettlementDay day) => day.Until + Micros.From(options.Grace);

    [LoggerMessage(LogLevel.Information,
        "The settlement of {Day} for client {Client} is made: {Transactions} transactions, CSV hash {Hash}")]
    private static partial void Made(ILogger log, string day, long client, long transactions, string hash);

    [LoggerMessage(LogLevel.Error, "There is no settlement of {Day} for client {Client}: {Code}")]
    private static partial void Failed(ILogger log, string day, long client, string code);
}
