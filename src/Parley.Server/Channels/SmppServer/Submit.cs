using Parley.Server.Channels.Messages;
using Parley.Smpp;

namespace Parley.Server.Channels.SmppServer;

/// <summary>A submit_sm or data_sm that waits for its acceptance.</summary>
internal sealed class Submit(PduHeader header, NewMessage message)
{
    public PduHeader Header => header;

    public NewMessage Message => message;

    /// <summary>What it is remembered by, where the client's repeats are refused.</summary>
    public UInt128? Mark { get; set; }
}

/// <summary>A destination of submit_multi.</summary>
internal readonly record struct Recipient(byte Ton, byte Npi, string Digits);
