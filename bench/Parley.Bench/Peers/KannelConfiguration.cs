namespace Parley.Bench.Peers;

/// <summary>
/// Kannel's configuration at its fastest honest settings: errors only in the log, no access log, wide windows.
/// </summary>
sealed record KannelConfiguration(string Folder, KannelStore Store, int HttpPort, int BoxPort, int AdminPort,
    PeerSettings Settings)
{
    public string Text() => $"""
        group = core
        admin-port = {AdminPort}
        admin-interface = 127.0.0.1
        admin-password = bench
        smsbox-port = {BoxPort}
        smsbox-interface = 127.0.0.1
        smsbox-max-pending = 1000
        box-allow-ip = 127.0.0.1
        log-level = 4
        log-file = {Folder}/bearerbox.log
        dlr-storage = internal
        {StoreLines()}

        group = smsc
        smsc = smpp
        smsc-id = sim
        host = 127.0.0.1
        port = {Settings.SmscPort}
        transceiver-mode = true
        smsc-username = bench
        smsc-password = bench
        system-type = bench
        interface-version = 34
        address-range = ""
        source-addr-autodetect = true
        max-pending-submits = {Settings.Window}
        enquire-link-interval = 30

        group = smsbox
        smsbox-id = box
        bearerbox-host = 127.0.0.1
        bearerbox-port = {BoxPort}
        sendsms-port = {HttpPort}
        sendsms-interface = 127.0.0.1
        log-level = 4
        log-file = {Folder}/smsbox.log
        max-pending-requests = 512
        http-request-retry = 3
        http-queue-delay = 1

        group = sendsms-user
        username = bench
        password = bench
        concatenation = true
        max-messages = 10

        group = sms-service
        keyword = default
        text = "none"
        """;

    string StoreLines() => Store switch
    {
        KannelStore.File => $"store-type = file\nstore-location = {Folder}/kannel.store",
        KannelStore.Spool => $"store-type = spool\nstore-location = {Folder}/spool",
        _ => "",
    };
}
