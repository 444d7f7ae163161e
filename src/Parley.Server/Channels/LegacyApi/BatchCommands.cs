using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Parley.Platform;
using Parley.Platform.Storage;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>
/// Batches of legacy HTTP (contract channels §7.2): a template and its parameters once, then numbers with their fields. A
/// batch is kept for a day, on every node and over restarts.
/// </summary>
internal sealed partial class BatchCommands(
    HttpCommands commands, SendMessages send, Database database, Ids ids, TimeProvider time)
{
    private const int LongestTemplate = 10_000;
    private const int LongestField = 1_000;
    private static readonly long Kept = Micros.From(TimeSpan.FromDays(1));

    public async Task<string> Start(HttpCall call)
    {
        var (fields, error) = HttpCommands.Fields(call.Parameters);
        if (fields is null) return Lines.Of(error!);
        var template = call.Parameters.Text("template", call.Parameters["charset"]);
        if (template.Length == 0) return Lines.Of(LegacyError.NoTemplate);
        if (template.Length > LongestTemplate) return Lines.Of(LegacyError.Parameter("template"));
        // What is wrong with the parameters is said now, not with every number.
        if (send.Make(call.Integration, fields with { Text = template }).Error is { } wrong) return Lines.Of(wrong);
        if (IsUnicode(fields)) template = MessageFields.Utf16(template)!;
        if (template.Contains('\0')) return Lines.Of(LegacyError.Parameter("template"));
        var batch = new BatchRow
        {
            Id = ids.Next(),
            IntegrationId = call.Integration.Id,
            Template = template,
            Fields = JsonSerializer.Serialize(fields with { Text = null }, MessageFieldsJson.Default.MessageFields),
            CreatedAt = time.NowMicros(),
        };
        await database.Transact(tx => LegacyStore.Insert(tx, batch), call.Cancel);
        return $"ID: {batch.Id}";
    }

    /// <summary>The template with a number's fields.</summary>
    public Task<string> SendItem(HttpCall call) => SendTo(call, withFields: true);

    /// <summary>The template as it is, to a list of numbers.</summary>
    public Task<string> QuickSend(HttpCall call) => SendTo(call, withFields: false);

    public async Task<string> End(HttpCall call)
    {
        var id = IdOf(call);
        if (!Ids.IsId(id)) return Lines.Of(LegacyError.InvalidBatch);
        var ended = await database.Transact(tx => LegacyStore.EndBatch(tx, id, call.Integration.Id), call.Cancel);
        return ended ? "OK:" : Lines.Of(LegacyError.InvalidBatch);
    }

    public Task DropOld(CancellationToken cancel) =>
        database.Transact(tx => LegacyStore.DropBatches(tx, time.NowMicros() - Kept), cancel);

    private async Task<string> SendTo(HttpCall call, bool withFields)
    {
        if (await Find(call) is not { } batch) return Lines.Of(LegacyError.InvalidBatch);
        var fields = JsonSerializer.Deserialize(batch.Fields, MessageFieldsJson.Default.MessageFields)!;
        var (text, error) = withFields
            ? Fill(batch.Template, call.Parameters, IsUnicode(fields)) : (batch.Template, null);
        if (text is null) return Lines.Of(error!);
        var clientMessageId = call.Parameters["climsgid"];
        return await commands.Send(call, fields with
        {
            Text = IsUnicode(fields) ? Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text)) : text,
            ClientMessageId = clientMessageId.Length > 0 ? clientMessageId : fields.ClientMessageId,
        });
    }

    private async Task<BatchRow?> Find(HttpCall call)
    {
        var (id, integration, since) = (IdOf(call), call.Integration.Id, time.NowMicros() - Kept);
        return Ids.IsId(id)
            ? await database.Read(connection => LegacyStore.Batch(connection, id, integration, since), call.Cancel)
            : null;
    }

    /// <summary>Fields that are not given are empty.</summary>
    private static (string? Text, LegacyError? Error) Fill(string template, HttpParameters parameters, bool unicode)
    {
        LegacyError? error = null;
        var text = Placeholder().Replace(template, match =>
        {
            var name = "field" + match.Groups[1].Value;
            var value = parameters.Text(name, parameters["charset"]);
            if (unicode && value.Length > 0)
            {
                if (MessageFields.Utf16(value) is { } read) value = read;
                else error ??= LegacyError.InvalidUnicode;
            }
            if (value.Length > LongestField) error ??= LegacyError.Parameter(name);
            return error is null ? value : "";
        });
        return error is null ? (text, null) : (null, error);
    }

    private static bool IsUnicode(MessageFields fields) => fields.Unicode is "1" or "true" or "True" or "TRUE";

    private static string IdOf(HttpCall call) => call.Parameters["batch_id"].Trim().ToLowerInvariant();

    [GeneratedRegex("#field([0-9]{1,3})#", RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MessageFields))]
internal sealed partial class MessageFieldsJson : JsonSerializerContext;
