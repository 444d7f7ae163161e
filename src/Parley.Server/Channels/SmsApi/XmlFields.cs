using System.Xml;

namespace Parley.Server.Channels.SmsApi;

/// <summary>
/// A request in XML: a root <c>SendMessageRequest</c> with an element for each field. Namespaces and attributes do not
/// matter. Document types are refused, so there are no entities to grow and nothing outside to fetch.
/// </summary>
internal static class XmlFields
{
    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        MaxCharactersInDocument = RequestReader.LargestBody,
        MaxCharactersFromEntities = 1_000,
    };

    public static (SmsFields? Fields, SmsError? Error) Read(byte[] body)
    {
        try
        {
            using var xml = XmlReader.Create(new MemoryStream(body, writable: false), Settings);
            xml.MoveToContent();
            if (!xml.LocalName.Equals("SendMessageRequest", StringComparison.OrdinalIgnoreCase)
                && !xml.LocalName.Equals("SendMessagesRequest", StringComparison.OrdinalIgnoreCase))
                return (null, SmsError.Malformed("its root is not SendMessageRequest"));
            var fields = new SmsFields();
            var error = xml.IsEmptyElement ? null : ReadFields(xml, fields);
            while (error is null && xml.Read())
            {
            }
            return error is null ? (fields, null) : (null, error);
        }
        catch (Exception error) when (error is XmlException or InvalidOperationException or ArgumentException)
        {
            return (null, SmsError.Malformed("it is not XML that can be read"));
        }
    }

    private static SmsError? ReadFields(XmlReader xml, SmsFields fields)
    {
        xml.ReadStartElement();
        while (xml.NodeType != XmlNodeType.EndElement)
        {
            if (xml.NodeType != XmlNodeType.Element)
            {
                if (!xml.Read()) return null;
                continue;
            }
            var name = xml.LocalName;
            if (!SmsFields.Knows(name)) xml.Skip();
            else if (Text(xml) is { } text) fields.Set(name, text);
            else return SmsError.Parameter(name, "is not a single value");
        }
        return null;
    }

    /// <summary>The element's text, and the reader behind the element; null when there are elements inside.</summary>
    private static string? Text(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            xml.Read();
            return "";
        }
        xml.ReadStartElement();
        if (xml.NodeType == XmlNodeType.Element) return null;
        var text = xml.NodeType == XmlNodeType.EndElement ? "" : xml.ReadContentAsString();
        if (xml.NodeType != XmlNodeType.EndElement) return null;
        xml.ReadEndElement();
        return text;
    }
}
