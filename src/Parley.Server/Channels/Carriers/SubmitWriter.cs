using Parley.Platform;
using Parley.Smpp;
using Parley.Smpp.Pdus;
using Parley.Smpp.Text;

namespace Parley.Server.Channels.Carriers;

/// <summary>Makes submit_sm of a flight's parts, by the carrier's rules.</summary>
internal sealed class SubmitWriter(Carrier carrier, TimeProvider time)
{
    private const int LongestShortMessage = 254;
    private const byte UserDataHeaderIndicator = 0x40;

    private readonly TextEncoding _preferred = carrier.Alphabet switch
    {
        CarrierAlphabet.Latin1 => TextEncoding.Latin1,
        CarrierAlphabet.Ascii => TextEncoding.Ascii,
        CarrierAlphabet.Ucs2 => TextEncoding.Ucs2,
        _ => TextEncoding.Gsm,
    };

    private readonly ConcatenationKind _kind = carrier.Concatenation switch
    {
        ConcatenationMethod.Udh16 => ConcatenationKind.Udh16,
        ConcatenationMethod.Sar => ConcatenationKind.Sar,
        ConcatenationMethod.MessagePayload => ConcatenationKind.Payload,
        _ => ConcatenationKind.Udh8,
    };

    private readonly NationalLanguage[] _languages =
        [.. carrier.NationalLanguages.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(Enum.Parse<NationalLanguage>)];

    /// <summary>Decides how the flight is split; the common case (one part, GSM) needs no plan.</summary>
    public void Plan(Flight flight)
    {
        var content = flight.Submission.Content;
        if (content.Data is { } data)
        {
            flight.Plan = SegmentPlan.OfBinary(data, content.UserDataHeader ?? [], _kind);
            return;
        }
        var text = content.Text ?? "";
        if (content.UserDataHeader is { } header)
        {
            PlanWithHeader(flight, text, content.Encoding, header);
            return;
        }
        var chosen = content.Encoding is null && _preferred == TextEncoding.Gsm;
        if ((chosen || content.Encoding == "gsm7") && GsmAlphabet.Count(text) is >= 0 and <= 160) return;
        if (chosen && SegmentPlan.ChooseTable(text, _languages, _kind) is { } table)
        {
            flight.Plan = SegmentPlan.Of(text, TextEncoding.Gsm, _kind, table);
            return;
        }
        flight.Plan = SegmentPlan.Of(text, Encoding(content.Encoding, text), _kind);
    }

    /// <summary>A text with a header of its own: a part that was made elsewhere, most often. Its tables are the header's.</summary>
    private void PlanWithHeader(Flight flight, string text, string? asked, byte[] header)
    {
        var encoding = Encoding(asked, text);
        var table = encoding == TextEncoding.Gsm && UserDataHeader.TrySplit(header, out var read, out _)
            ? read.Table : null;
        flight.Plan = SegmentPlan.Of(text, encoding, _kind, table, header);
    }

    private TextEncoding Encoding(string? asked, string text) => asked switch
    {
        "gsm7" => TextEncoding.Gsm,
        "ucs2" => TextEncoding.Ucs2,
        "latin1" => TextEncoding.Latin1,
        "ascii" => TextEncoding.Ascii,
        _ => SegmentPlan.Choose(text, _preferred),
    };

    /// <summary>False when the session has no room (or is gone); nothing was sent then.</summary>
    public bool TrySend(SmppSession? session, Flight flight, int part)
    {
        if (session is null) return false;
        var submission = flight.Submission;
        Span<byte> from = stackalloc byte[64];
        Span<byte> to = stackalloc byte[64];
        var sender = submission.From.Length > 0 ? submission.From : carrier.DefaultSender;
        var (sourceTon, sourceNpi) = Addressing.Source(carrier, sender);
        var (destinationTon, destinationNpi) = Addressing.Destination(carrier);
        Span<byte> validity = stackalloc byte[SmppTime.Length];
        SmppTime.WriteRelative(Validity(submission), validity);

        var plan = flight.Plan;
        var length = plan?.LengthOf(part) ?? 160;
        Span<byte> userData = length <= 512 ? stackalloc byte[length] : new byte[length];
        var written = plan is null ? GsmAlphabet.Encode(submission.Content.Text, userData) : plan.Write(part, flight.Reference, userData);
        userData = userData[..written];

        var payload = written > LongestShortMessage;
        Span<byte> tlvs = payload ? new byte[written + 4] : stackalloc byte[24];
        var options = new TlvWriter(tlvs);
        if (payload) options.Add(TlvTag.MessagePayload, userData);
        if (plan is { Kind: ConcatenationKind.Sar, Count: > 1 })
        {
            options.Add(TlvTag.SarMessageReference, (ushort)flight.Reference);
            options.Add(TlvTag.SarTotalSegments, (byte)plan.Count);
            options.Add(TlvTag.SarSegmentSequence, (byte)(part + 1));
        }
        var message = new ShortMessage
        {
            Source = new Address(sourceTon, sourceNpi, from[..Latin(sender, from)]),
            Destination = new Address(destinationTon, destinationNpi, to[..Latin(submission.To, to)]),
            EsmClass = plan is { HasHeader: true } ? UserDataHeaderIndicator : (byte)0,
            RegisteredDelivery = 1,
            Validity = validity,
            DataCoding = (plan?.Encoding ?? TextEncoding.Gsm).DataCoding(submission.Content.Flash),
            Content = payload ? default : userData,
            Tlvs = options.Written,
        };
        object state = plan is null or { Count: 1 } ? flight : new FlightPart(flight, part);
        return session.TrySend(CommandId.SubmitSm, message, state);
    }

    private TimeSpan Validity(Submission submission)
    {
        var left = TimeSpan.FromMicroseconds(Math.Max(Micros.PerMinute, submission.DeadlineAt - time.NowMicros()));
        return carrier.MaxValidityMinutes > 0 && left.TotalMinutes > carrier.MaxValidityMinutes ? TimeSpan.FromMinutes(carrier.MaxValidityMinutes) : left;
    }

    private static int Latin(string text, Span<byte> target)
    {
        var length = Math.Min(text.Length, target.Length);
        return System.Text.Encoding.Latin1.GetBytes(text.AsSpan(0, length), target);
    }
}
