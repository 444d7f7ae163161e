using System.Text;
using System.Text.Unicode;
using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>
/// The fields of a request, whatever it was written in (contract channels §3.1): the case of names does not matter, unknown
/// ones are ignored, the last of repeated ones counts, and numbers are all kept.
/// </summary>
internal sealed class SmsFields
{
    public const int MostNumbers = 200;
    private readonly List<string> _to = [];

    /// <summary>The numbers as they were written, in their order.</summary>
    public IReadOnlyList<string> To => _to;

    /// <summary>More than <see cref="MostNumbers"/> came; those beyond are not kept.</summary>
    public bool TooManyNumbers { get; private set; }

    public string Content { get; private set; } = "";

    /// <summary>The content's octets where it came percent-encoded; null where it came as text.</summary>
    public byte[]? RawContent { get; private set; }

    public string From { get; private set; } = "";

    public string ClientMessageId { get; private set; } = "";

    public string Charset { get; private set; } = "";

    public string Scheduled { get; private set; } = "";

    public string Validity { get; private set; } = "";

    public string UserDataHeader { get; private set; } = "";

    public string Binary { get; private set; } = "";

    public string ApiKey { get; private set; } = "";

    /// <summary>True for a field that this API knows.</summary>
    public static bool Knows(string name) => Place(name) is not null;

    /// <summary>Takes a value; null and what is not known change nothing.</summary>
    public void Set(string name, string? value)
    {
        if (value is null) return;
        switch (Place(name))
        {
            case "to" when value.Length > 0: AddNumber(value); break;
            case "content": (Content, RawContent) = (value, null); break;
            case "from": From = value; break;
            case "clientmessageid": ClientMessageId = value; break;
            case "charset": Charset = value; break;
            case "scheduleddeliverytime": Scheduled = value; break;
            case "validityperiod": Validity = value; break;
            case "userdataheader": UserDataHeader = value; break;
            case "binary": Binary = value; break;
            case "apikey": ApiKey = value; break;
        }
    }

    /// <summary>Takes a value in octets; text is UTF-8, or Windows-1252 where it can't be that.</summary>
    public void Set(string name, byte[] value)
    {
        var place = Place(name);
        if (place == "to")
        {
            foreach (var number in TextOf(value).Split(',')) Set(name, number);
            return;
        }
        Set(name, TextOf(value));
        if (place == "content") RawContent = value;
    }

    public static string TextOf(ReadOnlySpan<byte> octets) =>
        Utf8.IsValid(octets) ? Encoding.UTF8.GetString(octets) : FormPairs.Windows1252.GetString(octets);

    /// <summary>Takes an entry of the numbers' array, which may be empty.</summary>
    public void AddNumber(string number)
    {
        if (_to.Count < MostNumbers) _to.Add(number);
        else TooManyNumbers = true;
    }

    private static string? Place(string name)
    {
        if (name.Length > 30) return null;
        var lower = name.ToLowerInvariant();
        return lower switch
        {
            "to" or "to[]" => "to",
            "content" or "from" or "clientmessageid" or "charset" or "scheduleddeliverytime" or "validityperiod"
                or "userdataheader" or "binary" or "apikey" => lower,
            _ => null,
        };
    }
}
