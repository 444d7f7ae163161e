namespace Parley.Server.Channels.SmsApi;

/// <summary>What goes back: status and body.</summary>
internal sealed record SmsReply(int Status, byte[] Body, bool InXml, bool Replayed = false)
{
    /// <summary>Why the request was refused whole; null when it was not.</summary>
    public SmsError? Error { get; private init; }

    /// <summary>The request refused whole.</summary>
    public static SmsReply Of(SmsError error, bool inXml) =>
        new(error.Http, inXml ? SmsXmlAnswer.Of(error) : SmsAnswer.Of(error), inXml) { Error = error };

    /// <summary>
    /// 202 with an entry for each number, whatever became of it; where each was refused for want of credit, that is the
    /// answer to the request.
    /// </summary>
    public static SmsReply Of(IReadOnlyList<SmsEntry> entries, bool inXml) =>
        entries.All(e => e.Error == SmsError.NoCredit)
            ? Of(SmsError.NoCredit, inXml)
            : new(StatusCodes.Status202Accepted, inXml ? SmsXmlAnswer.Of(entries) : SmsAnswer.Of(entries), inXml);
}
