using System.Globalization;
using System.Text;
using System.Xml;

namespace Parley.Server.Channels.SmsApi;

/// <summary>
/// The same answers in XML (contract channels §3.1): root <c>SendMessagesResponse</c>; elements of errors are there only where
/// there is an error.
/// </summary>
internal static class SmsXmlAnswer
{
    private static readonly XmlWriterSettings Compact = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
    };

    public static byte[] Of(IReadOnlyList<SmsEntry> entries) => Write(entries, null);

    public static byte[] Of(SmsError error) => Write([], error);

    private static byte[] Write(IReadOnlyList<SmsEntry> entries, SmsError? error)
    {
        var octets = new MemoryStream();
        using (var xml = XmlWriter.Create(octets, Compact))
        {
            xml.WriteStartElement("SendMessagesResponse");
            xml.WriteStartElement("Messages");
            foreach (var entry in entries)
            {
                xml.WriteStartElement("Message");
                xml.WriteElementString("ApiMessageId", entry.MessageId ?? "");
                xml.WriteElementString("Accepted", entry.Error is null ? "true" : "false");
                xml.WriteElementString("To", Clean(entry.To));
                WriteError(xml, entry.Error);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
            WriteError(xml, error);
            xml.WriteEndElement();
        }
        return octets.ToArray();
    }

    private static void WriteError(XmlWriter xml, SmsError? error)
    {
        if (error is null) return;
        xml.WriteElementString("ErrorCode", error.Code.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("Error", error.Title);
        xml.WriteElementString("ErrorDescription", Clean(error.Description));
    }

    /// <summary>What was submitted is shown again, and may hold what XML has no way to write.</summary>
    private static string Clean(string text) =>
        text.All(XmlConvert.IsXmlChar) ? text : string.Concat(text.Select(c => XmlConvert.IsXmlChar(c) ? c : '?'));
}
