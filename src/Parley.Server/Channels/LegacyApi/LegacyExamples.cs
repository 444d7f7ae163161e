using Parley.Server.Web;

namespace Parley.Server.Channels.LegacyApi;

/// <summary>What the OpenAPI document says of the legacy APIs (contract channels §6, §7).</summary>
internal static class LegacyExamples
{
    public const string Request =
        """
        {"text":"Your table is ready","to":["27999000123"],"from":"12025550143","clientMessageId":"order-17","callback":7,"maxMessageParts":3,
        "userPriorityQueue":1,"validityPeriod":60,"scheduledDeliveryTime":"2030-01-31T09:00:00Z"}
        """;

    public const string SendDescription =
        "At most 600 numbers and 1 MiB, JSON or XML; fields may stand in the query, too. 202 as soon as one number was "
        + "accepted.";

    public const string HttpDescription =
        "Parameters in the query or a form: user, password and api_id, or session_id, and the command's own.";

    private const string Refused =
        """
        {"error":{"code":"001","description":"Authentication failed","documentation":"https://parley.example/docs/"}}
        """;

    private static readonly DoorAnswer Closed =
        new(401, "The token is missing or wrong, or its account is closed.", Refused);

    private static readonly DoorAnswer Unknown = new(404, "There is no such message.", Refused);

    public static readonly DoorAnswer[] SendAnswers =
    [
        new(202, "At least one number was accepted.",
            """
            {"data":{"message":[{"accepted":true,"to":"27999000123","apiMessageId":"0190a1b2c3d47e5f8a9b0c1d2e3f4a5b"}]}}
            """),
        new(400, "The request (error) or every number (an error in each entry) was refused.",
            """
            {"data":{"message":[{"accepted":false,"to":"12","error":{"code":"105","description":"Invalid destination address",
            "documentation":"https://parley.example/docs/"},"apiMessageId":""}]}}
            """),
        Closed,
        new(402, "No credit is left.", Refused),
        new(503, "Try again later.", Refused),
    ];

    public static readonly DoorAnswer[] FindAnswers =
    [
        new(200, "Where it stands; the status is one of three digits, the charge in credits.",
            """
            {"data":{"charge":1,"messageStatus":"004","description":"Received by recipient",
            "apiMessageId":"0190a1b2c3d47e5f8a9b0c1d2e3f4a5b","clientMessageId":"order-17"}}
            """),
        Closed, Unknown,
    ];

    public static readonly DoorAnswer[] StopAnswers =
    [
        new(200, "Where it stands after the attempt: 006 exactly when it was stopped.",
            """
            {"data":{"apiMessageId":"0190a1b2c3d47e5f8a9b0c1d2e3f4a5b","messageStatus":"006",
            "description":"User cancelled message delivery","charge":0}}
            """),
        Closed, Unknown,
    ];

    public static readonly DoorAnswer[] BalanceAnswers =
        [new(200, "The credits left.", """{"data":{"balance":"300.50"}}"""), Closed];

    public static readonly DoorAnswer[] CoverageAnswers =
    [
        new(200, "Whether messages to the number are routed, and the credits of a part.",
            """{"data":{"routable":true,"destination":"27999000123","minimumCharge":1}}"""),
        Closed,
    ];
}
