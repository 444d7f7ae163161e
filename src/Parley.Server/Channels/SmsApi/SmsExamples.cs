using Parley.Server.Web;

namespace Parley.Server.Channels.SmsApi;

/// <summary>What the OpenAPI document says of the SMS-only APIs (contract channels §3.1, §3.3).</summary>
internal static class SmsExamples
{
    public const string SendDescription =
        "JSON, XML (root SendMessageRequest, elements with a capital first letter) or a form, at most 1 MiB; the answer "
        + "goes as Accept says, else as the request came. A refused number does not change the status: see accepted. "
        + "With an Idempotency-Key header the same request gets the first answer again for 24 hours.";

    public const string QueryDescription =
        "Parameters: apiKey, to (a number, or up to 200 separated by commas), content; from, charset, binary, "
        + "userDataHeader, clientMessageId, scheduledDeliveryTime and validityPeriod may stand beside them. "
        + "Percent-encoded UTF-8.";

    public const string Request =
        """
        {"content":"Your table is ready","to":["27999000123"],"from":"12025550143","clientMessageId":"order-17","charset":"UTF-8",
        "scheduledDeliveryTime":"2030-01-31T09:00:00+0200","validityPeriod":60,"binary":false,"userDataHeader":""}
        """;

    private const string Refused =
        """
        {"messages":[],"errorCode":108,"error":"Invalid or missing integration API Key.",
        "errorDescription":"The integration API key is either incorrect or has not been included in the API call."}
        """;

    private const string RefusedQuestion =
        """
        {"errorCode":103,"error":"Unknown API message ID.","errorDescription":"There is no message with this id."}
        """;

    public static readonly DoorAnswer[] SendAnswers =
    [
        new(202, "An entry for each number, in the order of the request.",
            """
            {"messages":[{"apiMessageId":"0190a1b2c3d47e5f8a9b0c1d2e3f4a5b","accepted":true,"to":"27999000123","errorCode":null,"error":null,
            "errorDescription":null}],"errorCode":null,"error":null,"errorDescription":null}
            """),
        new(400, "The request was refused: see the code.", Refused),
        new(401, "The key is missing or wrong, or the caller's address is not approved.", Refused),
        new(402, "The balance is too low.", Refused),
        new(503, "Try again later.", Refused),
    ];

    public static readonly DoorAnswer[] StatusAnswers =
    [
        new(200, "Its status and when it was reached, in milliseconds since 1970.",
            """
            {"messageId":"0190a1b2c3d47e5f8a9b0c1d2e3f4a5b","status":"RECEIVED_BY_RECIPIENT","statusCode":4,
            "statusDescription":"Received by recipient","timestamp":1767323045000}
            """),
        new(401, "The key is missing or wrong, or the caller's address is not approved.", RefusedQuestion),
        new(404, "There is no such message.", RefusedQuestion),
    ];

    public static readonly DoorAnswer[] BalanceAnswers =
    [
        new(200, "The balance and its currency.", """{"balance":1267.92,"currency":"ZAR"}"""),
        new(401, "The key is missing or wrong, or the caller's address is not approved.", RefusedQuestion),
    ];
}
