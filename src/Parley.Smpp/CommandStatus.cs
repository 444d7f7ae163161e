namespace Parley.Smpp;

/// <summary>command_status (SMPP 3.4 §5.1.3). Values 0x400 to 0x4FF are the SMSC vendor's own.</summary>
public enum CommandStatus : uint
{
    /// <summary>ESME_ROK: no error.</summary>
    Ok = 0x00000000,

    /// <summary>ESME_RINVMSGLEN: message length is invalid.</summary>
    InvalidMessageLength = 0x00000001,

    /// <summary>ESME_RINVCMDLEN: command length is invalid.</summary>
    InvalidCommandLength = 0x00000002,

    /// <summary>ESME_RINVCMDID: command id is invalid.</summary>
    InvalidCommandId = 0x00000003,

    /// <summary>ESME_RINVBNDSTS: incorrect bind status for the command.</summary>
    IncorrectBindStatus = 0x00000004,

    /// <summary>ESME_RALYBND: already bound.</summary>
    AlreadyBound = 0x00000005,

    /// <summary>ESME_RINVPRTFLG: invalid priority flag.</summary>
    InvalidPriorityFlag = 0x00000006,

    /// <summary>ESME_RINVREGDLVFLG: invalid registered delivery flag.</summary>
    InvalidRegisteredDelivery = 0x00000007,

    /// <summary>ESME_RSYSERR: system error.</summary>
    SystemError = 0x00000008,

    /// <summary>ESME_RINVSRCADR: invalid source address.</summary>
    InvalidSourceAddress = 0x0000000A,

    /// <summary>ESME_RINVDSTADR: invalid destination address.</summary>
    InvalidDestinationAddress = 0x0000000B,

    /// <summary>ESME_RINVMSGID: message id is invalid.</summary>
    InvalidMessageId = 0x0000000C,

    /// <summary>ESME_RBINDFAIL: bind failed.</summary>
    BindFailed = 0x0000000D,

    /// <summary>ESME_RINVPASWD: invalid password.</summary>
    InvalidPassword = 0x0000000E,

    /// <summary>ESME_RINVSYSID: invalid system id.</summary>
    InvalidSystemId = 0x0000000F,

    /// <summary>ESME_RCANCELFAIL: cancel_sm failed.</summary>
    CancelFailed = 0x00000011,

    /// <summary>ESME_RREPLACEFAIL: replace_sm failed.</summary>
    ReplaceFailed = 0x00000013,

    /// <summary>ESME_RMSGQFUL: message queue full.</summary>
    MessageQueueFull = 0x00000014,

    /// <summary>ESME_RINVSERTYP: invalid service type.</summary>
    InvalidServiceType = 0x00000015,

    /// <summary>ESME_RINVNUMDESTS: invalid number of destinations.</summary>
    InvalidNumberOfDestinations = 0x00000033,

    /// <summary>ESME_RINVDLNAME: invalid distribution list name.</summary>
    InvalidDistributionListName = 0x00000034,

    /// <summary>ESME_RINVDESTFLAG: destination flag is invalid.</summary>
    InvalidDestinationFlag = 0x00000040,

    /// <summary>ESME_RINVSUBREP: invalid submit with replace request.</summary>
    InvalidSubmitWithReplace = 0x00000042,

    /// <summary>ESME_RINVESMCLASS: invalid esm_class.</summary>
    InvalidEsmClass = 0x00000043,

    /// <summary>ESME_RCNTSUBDL: cannot submit to distribution list.</summary>
    CannotSubmitToDistributionList = 0x00000044,

    /// <summary>ESME_RSUBMITFAIL: submit_sm or submit_multi failed.</summary>
    SubmitFailed = 0x00000045,

    /// <summary>ESME_RINVSRCTON: invalid source address TON.</summary>
    InvalidSourceTon = 0x00000048,

    /// <summary>ESME_RINVSRCNPI: invalid source address NPI.</summary>
    InvalidSourceNpi = 0x00000049,

    /// <summary>ESME_RINVDSTTON: invalid destination address TON.</summary>
    InvalidDestinationTon = 0x00000050,

    /// <summary>ESME_RINVDSTNPI: invalid destination address NPI.</summary>
    InvalidDestinationNpi = 0x00000051,

    /// <summary>ESME_RINVSYSTYP: invalid system type.</summary>
    InvalidSystemType = 0x00000053,

    /// <summary>ESME_RINVREPFLAG: invalid replace_if_present flag.</summary>
    InvalidReplaceIfPresent = 0x00000054,

    /// <summary>ESME_RINVNUMMSGS: invalid number of messages.</summary>
    InvalidNumberOfMessages = 0x00000055,

    /// <summary>ESME_RTHROTTLED: throttling error, message limits exceeded.</summary>
    Throttled = 0x00000058,

    /// <summary>ESME_RINVSCHED: invalid scheduled delivery time.</summary>
    InvalidSchedule = 0x00000061,

    /// <summary>ESME_RINVEXPIRY: invalid validity period.</summary>
    InvalidExpiry = 0x00000062,

    /// <summary>ESME_RINVDFTMSGID: predefined message is invalid or not found.</summary>
    InvalidPredefinedMessage = 0x00000063,

    /// <summary>ESME_RX_T_APPN: receiver temporary application error.</summary>
    ReceiverTemporaryError = 0x00000064,

    /// <summary>ESME_RX_P_APPN: receiver permanent application error.</summary>
    ReceiverPermanentError = 0x00000065,

    /// <summary>ESME_RX_R_APPN: receiver rejected the message.</summary>
    ReceiverRejected = 0x00000066,

    /// <summary>ESME_RQUERYFAIL: query_sm failed.</summary>
    QueryFailed = 0x00000067,

    /// <summary>ESME_RINVOPTPARSTREAM: error in the optional part of the PDU.</summary>
    InvalidOptionalStream = 0x000000C0,

    /// <summary>ESME_ROPTPARNOTALLWD: optional parameter not allowed.</summary>
    OptionalNotAllowed = 0x000000C1,

    /// <summary>ESME_RINVPARLEN: invalid parameter length.</summary>
    InvalidParameterLength = 0x000000C2,

    /// <summary>ESME_RMISSINGOPTPARAM: expected optional parameter missing.</summary>
    MissingOptionalParameter = 0x000000C3,

    /// <summary>ESME_RINVOPTPARAMVAL: invalid optional parameter value.</summary>
    InvalidOptionalValue = 0x000000C4,

    /// <summary>ESME_RDELIVERYFAILURE: delivery failure.</summary>
    DeliveryFailure = 0x000000FE,

    /// <summary>ESME_RUNKNOWNERR: unknown error.</summary>
    UnknownError = 0x000000FF,
}

/// <summary>The names that the specification gives.</summary>
public static class CommandStatuses
{
    /// <summary>The specification's name, such as <c>ESME_RTHROTTLED</c>; hexadecimal for others.</summary>
    public static string SpecificationName(this CommandStatus status) => status switch
    {
        CommandStatus.Ok => "ESME_ROK",
        CommandStatus.InvalidMessageLength => "ESME_RINVMSGLEN",
        CommandStatus.InvalidCommandLength => "ESME_RINVCMDLEN",
        CommandStatus.InvalidCommandId => "ESME_RINVCMDID",
        CommandStatus.IncorrectBindStatus => "ESME_RINVBNDSTS",
        CommandStatus.AlreadyBound => "ESME_RALYBND",
        CommandStatus.InvalidPriorityFlag => "ESME_RINVPRTFLG",
        CommandStatus.InvalidRegisteredDelivery => "ESME_RINVREGDLVFLG",
        CommandStatus.SystemError => "ESME_RSYSERR",
        CommandStatus.InvalidSourceAddress => "ESME_RINVSRCADR",
        CommandStatus.InvalidDestinationAddress => "ESME_RINVDSTADR",
        CommandStatus.InvalidMessageId => "ESME_RINVMSGID",
        CommandStatus.BindFailed => "ESME_RBINDFAIL",
        CommandStatus.InvalidPassword => "ESME_RINVPASWD",
        CommandStatus.InvalidSystemId => "ESME_RINVSYSID",
        CommandStatus.CancelFailed => "ESME_RCANCELFAIL",
        CommandStatus.ReplaceFailed => "ESME_RREPLACEFAIL",
        CommandStatus.MessageQueueFull => "ESME_RMSGQFUL",
        CommandStatus.InvalidServiceType => "ESME_RINVSERTYP",
        CommandStatus.InvalidNumberOfDestinations => "ESME_RINVNUMDESTS",
        CommandStatus.InvalidDistributionListName => "ESME_RINVDLNAME",
        CommandStatus.InvalidDestinationFlag => "ESME_RINVDESTFLAG",
        CommandStatus.InvalidSubmitWithReplace => "ESME_RINVSUBREP",
        CommandStatus.InvalidEsmClass => "ESME_RINVESMCLASS",
        CommandStatus.CannotSubmitToDistributionList => "ESME_RCNTSUBDL",
        CommandStatus.SubmitFailed => "ESME_RSUBMITFAIL",
        CommandStatus.InvalidSourceTon => "ESME_RINVSRCTON",
        CommandStatus.InvalidSourceNpi => "ESME_RINVSRCNPI",
        CommandStatus.InvalidDestinationTon => "ESME_RINVDSTTON",
        CommandStatus.InvalidDestinationNpi => "ESME_RINVDSTNPI",
        CommandStatus.InvalidSystemType => "ESME_RINVSYSTYP",
        CommandStatus.InvalidReplaceIfPresent => "ESME_RINVREPFLAG",
        CommandStatus.InvalidNumberOfMessages => "ESME_RINVNUMMSGS",
        CommandStatus.Throttled => "ESME_RTHROTTLED",
        CommandStatus.InvalidSchedule => "ESME_RINVSCHED",
        CommandStatus.InvalidExpiry => "ESME_RINVEXPIRY",
        CommandStatus.InvalidPredefinedMessage => "ESME_RINVDFTMSGID",
        CommandStatus.ReceiverTemporaryError => "ESME_RX_T_APPN",
        CommandStatus.ReceiverPermanentError => "ESME_RX_P_APPN",
        CommandStatus.ReceiverRejected => "ESME_RX_R_APPN",
        CommandStatus.QueryFailed => "ESME_RQUERYFAIL",
        CommandStatus.InvalidOptionalStream => "ESME_RINVOPTPARSTREAM",
        CommandStatus.OptionalNotAllowed => "ESME_ROPTPARNOTALLWD",
        CommandStatus.InvalidParameterLength => "ESME_RINVPARLEN",
        CommandStatus.MissingOptionalParameter => "ESME_RMISSINGOPTPARAM",
        CommandStatus.InvalidOptionalValue => "ESME_RINVOPTPARAMVAL",
        CommandStatus.DeliveryFailure => "ESME_RDELIVERYFAILURE",
        CommandStatus.UnknownError => "ESME_RUNKNOWNERR",
        _ => $"0x{(uint)status:X8}",
    };
}
