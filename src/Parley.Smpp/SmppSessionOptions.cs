namespace Parley.Smpp;

/// <summary>Limits and timers of a session (SMPP 3.4 §7.2).</summary>
public sealed record SmppSessionOptions
{
    /// <summary>Requests of ours that may be unanswered at once. 1 to 4,096.</summary>
    public int Window { get; init; } = 100;

    /// <summary>Requests of the peer that may be unanswered at once; beyond it nothing more is read until answers leave. 1 to 100,000.</summary>
    public int MaxUnanswered { get; init; } = 2_000;

    /// <summary>Octets of a PDU at most; a longer one ends the session. 16 to 1 MiB.</summary>
    public int MaxPduLength { get; init; } = 64 * 1024;

    /// <summary>Octets that may wait for a slow reader; beyond it requests are not taken and nothing more is read.</summary>
    public int MaxUnsent { get; init; } = 256 * 1024;

    /// <summary>How long an answer may take.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence after which enquire_link asks whether the peer is there; zero never asks.</summary>
    public TimeSpan EnquireLinkAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Silence of the peer after which the session ends; zero never ends it.</summary>
    public TimeSpan InactivityTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a connection may stay unbound.</summary>
    public TimeSpan BindTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
