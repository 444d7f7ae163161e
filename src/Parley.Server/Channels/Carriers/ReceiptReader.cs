using Parley.Smpp;
using Parley.Smpp.Pdus;

namespace Parley.Server.Channels.Carriers;

/// <summary>What a receipt says, from its TLVs where there are any, else from its text (SMPP 3.4 §5.2.12, appendix B).</summary>
internal readonly record struct ReceiptText(string Id, ReceiptState State, string? Error, string Raw)
{
    private const int LongestRaw = 500;

    /// <summary>Null when neither TLVs nor text name a message id.</summary>
    public static ReceiptText? Read(ShortMessage message)
    {
        var data = message.UserData;
        var raw = CString.Text(data[..Math.Min(data.Length, LongestRaw)]);
        var id = message.Tlvs.TryGet(TlvTag.ReceiptedMessageId, out ReadOnlySpan<byte> receipted) ? CString.Text(receipted).TrimEnd('\0') : Field(raw, "id:");
        if (string.IsNullOrEmpty(id) || id.Length > 128) return null;
        var state = message.Tlvs.TryGet(TlvTag.MessageState, out uint number) && number is >= 1 and <= 8
            ? (ReceiptState)number
            : StateOf(Field(raw, "stat:"));
        return new ReceiptText(id, state, ErrorOf(message.Tlvs, raw), raw);
    }

    private static string? ErrorOf(Tlvs tlvs, string raw)
    {
        if (tlvs.TryGet(TlvTag.NetworkErrorCode, out ReadOnlySpan<byte> code) && code.Length == 3 && (code[1] | code[2]) != 0) return $"network {(code[1] << 8) | code[2]}";
        var error = Field(raw, "err:");
        return string.IsNullOrEmpty(error) || error.Trim('0').Length == 0 ? null : error[..Math.Min(error.Length, 20)];
    }

    private static ReceiptState StateOf(string? stat) => stat?.ToUpperInvariant() switch
    {
        "DELIVRD" or "DELIVERED" => ReceiptState.Delivered,
        "EXPIRED" => ReceiptState.Expired,
        "DELETED" => ReceiptState.Deleted,
        "UNDELIV" or "UNDELIVERABLE" or "FAILED" => ReceiptState.Undeliverable,
        "ACCEPTD" or "ACCEPTED" => ReceiptState.Accepted,
        "ENROUTE" => ReceiptState.Enroute,
        "REJECTD" or "REJECTED" => ReceiptState.Rejected,
        _ => ReceiptState.Unknown,
    };

    /// <summary>The word behind a label; labels are found in any case and any order.</summary>
    private static string? Field(string text, string label)
    {
        for (var at = text.IndexOf(label, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(label, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (at > 0 && text[at - 1] != ' ') continue;
            var from = at + label.Length;
            var end = text.IndexOf(' ', from);
            return end < 0 ? text[from..].TrimEnd('\0') : text[from..end];
        }
        return null;
    }
}
