using System.Security.Cryptography;
using System.Text.Json;
using Parley.Ledger;
using Parley.Platform;
using Parley.Platform.Storage;
using Parley.Server.Marketplace.Purchases;

namespace Parley.Server.Marketplace.Settlement;

/// <summary>A settlement file, ready to be read; disposing the stream deletes it.</summary>
/// <param name="Content">The bytes, from the beginning.</param>
/// <param name="Hash">Their SHA-256 in hexadecimal digits.</param>
internal sealed record MadeFile(Stream Content, string Hash);

/// <summary>
/// Makes the settlement of a client and day, page by page: checked against the books, then kept as two hashes and the sums. The file itself is
/// made again whenever somebody wants it, and must have the hash that was kept.
/// </summary>
internal sealed class MakeSettlement(
    Database database, BookReports reports, SettlementOptions options, TimeProvider time)
{
    public const string NotClosed = "settlement.not-closed", Differs = "settlement.differs",
        Changed = "settlement.changed";

    private const int AtOnce = 500;

    // Each reads a day and writes a file to disk.
    private readonly SemaphoreSlim _making = new(2);

    /// <summary>Makes it, or makes it again and compares.</summary>
    public async Task<Result<SettlementRow>> Run(long clientId, SettlementDay day, CancellationToken cancel)
    {
        var now = time.NowMicros();
        if (!day.IsClosed(now, options.Grace))
            return new Refusal(NotClosed, $"The day {day} ends at midnight UTC and is closed {options.Grace} later.");
        await _making.WaitAsync(cancel);
        try
        {
            var (row, problem) = await Make(clientId, day, now, cancel);
            if (problem is not null) return await Note(clientId, day, new Refusal(Differs, problem), cancel);
            var stands = await database.Transact(tx => SettlementStore.Keep(tx, row), cancel);
            if ((stands.CsvHash, stands.JsonHash) != (row.CsvHash, row.JsonHash))
                return await Note(clientId, day, HasChanged(stands.CsvHash, row.CsvHash), cancel);
            if (stands.Problem is not null)
                await database.Transact(tx => SettlementStore.Note(tx, clientId, day, null, now), cancel);
            return stands with { Problem = null };
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>The file in one form; it is made and kept first where that has not happened.</summary>
    public async Task<Result<MadeFile>> File(
        long clientId, SettlementDay day, SettlementForm form, CancellationToken cancel)
    {
        var row = await database.Read(c => SettlementStore.Find(c, clientId, day.ToString()), cancel);
        if (row is not { IsMade: true })
        {
            var made = await Run(clientId, day, cancel);
            if (!made.Ok) return made.Refusal;
            row = made.Value;
        }
        await _making.WaitAsync(cancel);
        try
        {
            var file = await Spool(clientId, day, form, cancel);
            var kept = form == SettlementForm.Csv ? row.CsvHash : row.JsonHash;
            if (file.Hash == kept) return file;
            await file.Content.DisposeAsync();
            return await Note(clientId, day, HasChanged(kept, file.Hash), cancel);
        }
        finally
        {
            _making.Release();
        }
    }

    private static Refusal HasChanged(string kept, string made) => new(
        Changed, $"What was settled has changed since: the file had the hash {kept}, now it would have {made}.");

    private async Task<Refusal> Note(long clientId, SettlementDay day, Refusal refusal, CancellationToken cancel)
    {
        await database.Transact(
            tx => SettlementStore.Note(tx, clientId, day, refusal.Reason, time.NowMicros()), cancel);
        return refusal;
    }

    private async Task<(SettlementRow Row, string? Problem)> Make(
        long clientId, SettlementDay day, long now, CancellationToken cancel)
    {
        var books = new SettlementBooks(reports, clientId, day);
        var totals = new SettlementTotals();
        using SHA256 csvHash = SHA256.Create(), jsonHash = SHA256.Create();
        await using var csvStream = new CryptoStream(Stream.Null, csvHash, CryptoStreamMode.Write);
        await using var jsonStream = new CryptoStream(Stream.Null, jsonHash, CryptoStreamMode.Write);
        using var csv = SettlementFile.To(csvStream, SettlementForm.Csv, clientId, day);
        using var json = SettlementFile.To(jsonStream, SettlementForm.Json, clientId, day);
        string? problem = null;
        await foreach (var page in Pages(clientId, day.From, day.Until, cancel))
        {
            problem ??= await books.Compare(page, cancel);
            foreach (var sale in page)
            {
                totals.Take(sale);
                csv.Take(sale);
                json.Take(sale);
            }
        }
        csv.End(totals);
        json.End(totals);
        await csvStream.FlushFinalBlockAsync(cancel);
        await jsonStream.FlushFinalBlockAsync(cancel);
        var row = new SettlementRow
        {
            Day = day.ToString(),
            ClientId = clientId,
            MadeAt = now,
            Transactions = totals.Count,
            CsvHash = Convert.ToHexStringLower(csvHash.Hash!),
            JsonHash = Convert.ToHexStringLower(jsonHash.Hash!),
            Totals = JsonSerializer.Serialize(totals.Sums, JsonSerializerOptions.Web),
        };
        return (row, problem ?? await Neighbours(books, clientId, day, cancel) ?? await books.Rest(cancel));
    }

    private async Task<string?> Neighbours(
        SettlementBooks books, long clientId, SettlementDay day, CancellationToken cancel)
    {
        foreach (var (from, until) in ((long, long)[])
            [(day.From - SettlementBooks.Apart, day.From), (day.Until, day.Until + SettlementBooks.Apart)])
            await foreach (var page in Pages(clientId, from, until, cancel))
                if (await books.Compare(page, cancel) is { } problem) return problem;
        return null;
    }

    private async Task<MadeFile> Spool(
        long clientId, SettlementDay day, SettlementForm form, CancellationToken cancel)
    {
        var file = Temporary();
        try
        {
            using var hash = SHA256.Create();
            var totals = new SettlementTotals();
            await using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write, leaveOpen: true))
            {
                using var written = SettlementFile.To(hashed, form, clientId, day);
                await foreach (var page in Pages(clientId, day.From, day.Until, cancel))
                    foreach (var sale in page)
                    {
                        totals.Take(sale);
                        written.Take(sale);
                    }
                written.End(totals);
                await hashed.FlushFinalBlockAsync(cancel);
            }
            file.Position = 0;
            return new(file, Convert.ToHexStringLower(hash.Hash!));
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>A file of this process alone, which is gone when it is closed.</summary>
    private static FileStream Temporary()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
            BufferSize = 1 << 16,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(Path.Combine(Path.GetTempPath(), "parley-settlement-" + Path.GetRandomFileName()), options);
    }

    private async IAsyncEnumerable<IReadOnlyList<Sale>> Pages(
        long clientId, long from, long until,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var after = "";
        while (true)
        {
            var (at, id) = (from, after);
            var page = await database.Read(
                c => SettlementStore.Page(c, clientId, at, id, until, AtOnce), cancel);
            if (page.Count == 0) yield break;
            yield return page;
            (from, after) = (page[^1].Progress.FinalAt!.Value, page[^1].Purchase.Id);
        }
    }
}
