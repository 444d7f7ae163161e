using Parley.Server.Web;

namespace Parley.Server.Channels.OneApi;

/// <summary>What the OpenAPI document says of the One API (contract channels §2.2, §2.4, §2.7, §2.10).</summary>
internal static class OneApiExamples
{
    public const string SendDescription =
        "At most 200 entries and 5 MiB. Entries are judged one by one and answered in their order. With an Idempotency-Key header the same request gets the "
        + "first answer again for 24 hours. A message that has been accepted is on disk.";

    public const string Request =
        """
        {"messages":[{"channel":"sms","to":"27999000123","from":"12025550143","content":"Your table is ready","clientMessageId":"order-17",
        "charset":"UTF-8","scheduledDeliveryTime":"2030-01-31T09:00:00Z","validityPeriod":60}]}
        """;

    private const string Refused = """{"messages":[],"error":{"code":21,"description":"The payload is malformed: it is not a JSON object"}}""";

    public static readonly DoorAnswer[] SendAnswers =
    [
        new(202, "All entries were accepted.",
            """
            {"messages":[{"apiMessageId":"0190a1b2c3d47e5f8a9b0c1d2e3f4a5b","accepted":true,"to":"27999000123","clientMessageId":"order-17","error":null}],
            "error":null}
            """),
        new(207, "There are several entries, and at least one was refused.",
            """
            {"messages":[{"apiMessageId":null,"accepted":false,"to":"12","error":{"code":25,"description":"Invalid recipient address: 12"}}],"error":null}
            """),
        new(400, "The payload, or its only entry, was refused: see the code.", Refused),
        new(401, "The key is missing or wrong, or the caller's address is not approved.", Refused),
        new(402, "The balance is too low.", Refused),
        new(503, "Try again later.", Refused),
    ];

    public static readonly DoorAnswer[] StatusAnswers =
    [
        new(200, "Its status and when it was reached, in milliseconds since 1970; UNKNOWN for an id that names no message.",
            """{"sms":{"status":"DEVICE_ACK","timestamp":1767323045000}}"""),
        new(401, "The key is missing or wrong, or the caller's address is not approved.", Refused),
    ];

    public static readonly DoorAnswer[] BalanceAnswers =
    [
        new(200, "The balance and its currency.", """{"balance":1310.42,"currency":"USD"}"""),
        new(401, "The key is missing or wrong, or the caller's address is not approved.", Refused),
    ];
}
