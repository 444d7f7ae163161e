namespace Parley.Smpp;

/// <summary>Tags of the optional parameters (SMPP 3.4 §5.3.2). A tag that is not here is kept all the same.</summary>
public enum TlvTag : ushort
{
    /// <summary>dest_addr_subunit.</summary>
    DestinationAddressSubunit = 0x0005,

    /// <summary>dest_network_type.</summary>
    DestinationNetworkType = 0x0006,

    /// <summary>dest_bearer_type.</summary>
    DestinationBearerType = 0x0007,

    /// <summary>dest_telematics_id.</summary>
    DestinationTelematicsId = 0x0008,

    /// <summary>source_addr_subunit.</summary>
    SourceAddressSubunit = 0x000D,

    /// <summary>source_network_type.</summary>
    SourceNetworkType = 0x000E,

    /// <summary>source_bearer_type.</summary>
    SourceBearerType = 0x000F,

    /// <summary>source_telematics_id.</summary>
    SourceTelematicsId = 0x0010,

    /// <summary>qos_time_to_live.</summary>
    QosTimeToLive = 0x0017,

    /// <summary>payload_type.</summary>
    PayloadType = 0x0019,

    /// <summary>additional_status_info_text.</summary>
    AdditionalStatusInfoText = 0x001D,

    /// <summary>receipted_message_id.</summary>
    ReceiptedMessageId = 0x001E,

    /// <summary>ms_msg_wait_facilities.</summary>
    MsMessageWaitFacilities = 0x0030,

    /// <summary>privacy_indicator.</summary>
    PrivacyIndicator = 0x0201,

    /// <summary>source_subaddress.</summary>
    SourceSubaddress = 0x0202,

    /// <summary>dest_subaddress.</summary>
    DestinationSubaddress = 0x0203,

    /// <summary>user_message_reference.</summary>
    UserMessageReference = 0x0204,

    /// <summary>user_response_code.</summary>
    UserResponseCode = 0x0205,

    /// <summary>source_port.</summary>
    SourcePort = 0x020A,

    /// <summary>destination_port.</summary>
    DestinationPort = 0x020B,

    /// <summary>sar_msg_ref_num.</summary>
    SarMessageReference = 0x020C,

    /// <summary>language_indicator.</summary>
    LanguageIndicator = 0x020D,

    /// <summary>sar_total_segments.</summary>
    SarTotalSegments = 0x020E,

    /// <summary>sar_segment_seqnum.</summary>
    SarSegmentSequence = 0x020F,

    /// <summary>sc_interface_version.</summary>
    ScInterfaceVersion = 0x0210,

    /// <summary>callback_num_pres_ind.</summary>
    CallbackNumberPresentation = 0x0302,

    /// <summary>callback_num_atag.</summary>
    CallbackNumberTag = 0x0303,

    /// <summary>number_of_messages.</summary>
    NumberOfMessages = 0x0304,

    /// <summary>callback_num.</summary>
    CallbackNumber = 0x0381,

    /// <summary>dpf_result.</summary>
    DpfResult = 0x0420,

    /// <summary>set_dpf.</summary>
    SetDpf = 0x0421,

    /// <summary>ms_availability_status.</summary>
    MsAvailabilityStatus = 0x0422,

    /// <summary>network_error_code.</summary>
    NetworkErrorCode = 0x0423,

    /// <summary>message_payload.</summary>
    MessagePayload = 0x0424,

    /// <summary>delivery_failure_reason.</summary>
    DeliveryFailureReason = 0x0425,

    /// <summary>more_messages_to_send.</summary>
    MoreMessagesToSend = 0x0426,

    /// <summary>message_state.</summary>
    MessageState = 0x0427,

    /// <summary>ussd_service_op.</summary>
    UssdServiceOperation = 0x0501,

    /// <summary>display_time.</summary>
    DisplayTime = 0x1201,

    /// <summary>sms_signal.</summary>
    SmsSignal = 0x1203,

    /// <summary>ms_validity.</summary>
    MsValidity = 0x1204,

    /// <summary>alert_on_message_delivery.</summary>
    AlertOnMessageDelivery = 0x130C,

    /// <summary>its_reply_type.</summary>
    ItsReplyType = 0x1380,

    /// <summary>its_session_info.</summary>
    ItsSessionInfo = 0x1383,
}
