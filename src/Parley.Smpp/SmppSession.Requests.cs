using Parley.Smpp.Pdus;

namespace Parley.Smpp;

/// <summary>The answer to a request that somebody awaits.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Status">command_status of the answer.</param>
/// <param name="Body">Body of the answer, a copy.</param>
public sealed record SmppReply(SmppOutcome Outcome, CommandStatus Status, byte[] Body)
{
    /// <summary>True when the peer answered with ESME_ROK.</summary>
    public bool Ok => Outcome == SmppOutcome.Answered && Status == CommandStatus.Ok;
}

/// <content>Requests that are awaited: binds, unbind, enquire_link, queries; not for the hot path.</content>
public sealed partial class SmppSession
{
    /// <summary>Sends a request beside the window and waits for its answer.</summary>
    public Task<SmppReply> Request<TPdu>(CommandId command, TPdu pdu, CancellationToken cancel)
        where TPdu : IPdu<TPdu>, allows ref struct
    {
        var pending = new PendingRequest();
        return Send(command, pdu, pending, control: true)
            ? pending.Task.WaitAsync(cancel)
            : Task.FromResult(new SmppReply(SmppOutcome.Closed, CommandStatus.Ok, []));
    }

    /// <summary>Binds as client. The session is bound when the reply is Ok.</summary>
    public async Task<SmppReply> Bind(CommandId command, SmppCredentials credentials, CancellationToken cancel)
    {
        // Who binds as 3.3 neither sends nor expects optional parameters.
        _output.WithTlvs = credentials.InterfaceVersion >= 0x34;
        return await Request(
            command,
            new Bind
            {
                SystemId = CString.Of(credentials.SystemId),
                Password = CString.Of(credentials.Password),
                SystemType = CString.Of(credentials.SystemType),
                InterfaceVersion = credentials.InterfaceVersion,
                AddressTon = credentials.AddressTon,
                AddressNpi = credentials.AddressNpi,
                AddressRange = CString.Of(credentials.AddressRange),
            },
            cancel);
    }

    /// <summary>Asks whether the peer is there.</summary>
    public Task<SmppReply> EnquireLink(CancellationToken cancel) =>
        Request(CommandId.EnquireLink, default(Empty), cancel);

    /// <summary>The peer let us in: from here on its messages may come, so this happens on the read loop before the next PDU is read.</summary>
    private void BoundAsClient(CommandId bind, ReadOnlySpan<byte> body)
    {
        if (BindResp.TryRead(body, out var resp) == CommandStatus.Ok
            && resp.Tlvs.TryGet(TlvTag.ScInterfaceVersion, out uint version))
        {
            PeerVersion = (byte)version;
            _output.WithTlvs &= PeerVersion >= 0x34;
        }
        Binding = BindingOf(bind);
    }

    private sealed class PendingRequest
    {
        private readonly TaskCompletionSource<SmppReply> _reply =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<SmppReply> Task => _reply.Task;

        public void End(SmppAnswer answer) =>
            _reply.TrySetResult(new(answer.Outcome, answer.Status, answer.Body.ToArray()));
    }
}

/// <summary>Who binds, and as what.</summary>
/// <param name="SystemId">system_id.</param>
/// <param name="Password">password.</param>
/// <param name="SystemType">system_type.</param>
public sealed record SmppCredentials(string SystemId, string Password, string SystemType)
{
    /// <summary>interface_version.</summary>
    public byte InterfaceVersion { get; init; } = 0x34;

    /// <summary>addr_ton.</summary>
    public byte AddressTon { get; init; }

    /// <summary>addr_npi.</summary>
    public byte AddressNpi { get; init; }

    /// <summary>address_range.</summary>
    public string AddressRange { get; init; } = "";

    /// <summary>Everything but the password.</summary>
    public override string ToString() => $"{SystemId} ({SystemType})";
}
