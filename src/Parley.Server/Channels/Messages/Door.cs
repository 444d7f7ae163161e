namespace Parley.Server.Channels.Messages;

/// <summary>The doors that bring messages. The numbers are stored.</summary>
public enum Door
{
    /// <summary>One API (contract channels §2).</summary>
    OneApi = 1,

    /// <summary>SMS only, REST and HTTP (§3).</summary>
    SmsApi = 2,

    /// <summary>Legacy REST and HTTP (§6, §7).</summary>
    LegacyApi = 3,

    /// <summary>SMPP (§5): its clients hear of changes by deliver_sm, not by callbacks.</summary>
    Smpp = 4,

    /// <summary>
    /// None: the platform's own answers to STOP, START and HELP. No screen stands against them, and nobody is told of them.
    /// </summary>
    Own = 5,
}

/// <summary>The changes of a message that its owner may want to hear of. The numbers are stored.</summary>
[Flags]
public enum Told
{
    Nothing = 0,

    /// <summary>A carrier has it.</summary>
    Sent = 1,

    /// <summary>The phone has it.</summary>
    Delivered = 2,

    /// <summary>It ended in any other way.</summary>
    Failed = 4,

    All = Sent | Delivered | Failed,
}
