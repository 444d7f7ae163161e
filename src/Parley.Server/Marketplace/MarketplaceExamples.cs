using Parley.Server.Web;

namespace Parley.Server.Marketplace;

/// <summary>How an API is shown in the OpenAPI document.</summary>
internal sealed record MarketExample(string Summary, string? Request, params DoorAnswer[] Answers)
{
    /// <summary>With what every API may answer.</summary>
    public DoorAnswer[] All => [.. Answers, .. MarketplaceExamples.Always];
}

/// <summary>Examples for the OpenAPI document; their values are invented.</summary>
internal static class MarketplaceExamples
{
    private const string Refusal = """{"responseCode":"4000","responseMessage":"purchaseAmount: required"}""";

    private const string Order =
        """
        {"clientId":412,"clientTxnRef":"BNK-1","accountIdentifier":"20******4471","productId":1701,"purchaseAmount":200000,
         "feeAmount":10000,"channelId":7,"channelName":"USSD","channelSessionId":"88120045","sourceIdentifier":"2348030000111",
         "targetIdentifier":"45701122334"}
        """;

    private const string Reply =
        """
        {"timestamp":"2026-03-04T09:15:28.002Z","clientTxnRef":"BNK-1","raasTxnRef":"5b1e8a4e-1f0b-4a53-9a0e-2c1b7f0c9d11",
         "reserveFundsTxnRef":"c3f1d0b2-77aa-4c55-b2a1-0f6a5a9e4410","responseCode":"0000","responseMessage":"Accepted"}
        """;

    private static readonly DoorAnswer Invalid = new(400, "A value is missing, malformed or unknown.", Refusal);

    private static readonly DoorAnswer Closed =
        new(401, "The token, the key or the signature is missing or wrong.", Refusal);

    /// <summary>What every API but the token call may answer.</summary>
    public static DoorAnswer[] Always { get; } =
    [
        new(403, "Another client is named, or this one may not use the API or call from there.", Refusal),
        new(429, "Too many calls; Retry-After says when to call again.", Refusal),
        new(500, "Unexpected error.", Refusal),
    ];

    public static DoorAnswer[] Token { get; } =
    [
        new(200, "The token.", """
            {"access_token":"eyJ…","expires_in":300,"refresh_expires_in":"1800","refresh_token":"eyJ…","token_type":"bearer",
             "id_token":"eyJ…","not-before-policy":0,"session_state":"019a"}
            """),
        new(400, "The client, its secret or the grant is wrong.", """{"error":"invalid_client","error_description":"UNKNOWN_CLIENT"}"""),
        new(429, "Too many token calls; Retry-After says when to call again.", """{"error":"slow_down"}"""),
    ];

    public static MarketExample Products { get; } = new(
        "Products of the client: clientId; productId, productTypeId, includeInactive, channelId, vendorId.", null,
        new(200, "Found.", """[{"publicProduct":{"id":1701,"productTypeId":17,"productTypeName":"ElecBillpayment"}}]"""),
        new(204, "Nothing found."), Invalid, Closed);

    public static MarketExample Terms { get; } = new(
        "Fee and split of a purchase: clientId, productId, purchaseAmount.", null,
        new(200, "The quote.", """
            {"timestamp":"2026-03-04T09:15:20.004Z","clientId":412,"productId":1701,"currencyCode":"NGN","purchaseAmount":200000,
             "feeAmount":10000,"reserveAmount":210000,"vendAmount":200000,"clientShareAmount":4000,"settlementAmount":206000}
            """),
        Invalid, Closed);

    public static MarketExample Operator { get; } = new(
        "The operator of a number: clientId, msisdn, countryCallingCode; clientTxnRef, channelId.", null,
        new(200, "Found.", """
            {"responseCode":"0000","responseMessage":"Found","clientTxnRef":null,"msisdn":"2348030000111","countryCallingCode":234,
             "countryCode":"NG","mnoCode":"62130","mnoName":"MTN","vendorId":11}
            """),
        new(400, "Malformed (4000, 9010), or the operator can't be told (9020).", Refusal),
        new(504, "The resolver of ported numbers did not answer (9030).", Refusal), Closed);

    public static MarketExample CountryPrefix { get; } = new(
        "Dialling prefixes of countries: countryCode.", null,
        new(200, "The prefixes.", """[{"countryName":"Nigeria","dialingPrefix":234,"countryCode":"NG"}]"""), Closed);

    public static MarketExample UserTransactions { get; } = new(
        "A buyer's latest purchases: clientId, sourceIdentifier; channelId, productId, productTypeId, limit.", null,
        new(200, "The latest of each product.", """{"transactions":[]}"""), Invalid, Closed);

    public static MarketExample Transaction { get; } = new(
        "One purchase: clientId and raasTxnRef, clientTransactionReference or reserveFundsTxnRef.", null,
        new(200, "The purchase.", """{"raasTxnRef":"5b1e8a4e-1f0b-4a53-9a0e-2c1b7f0c9d11","transactionStatus":"SUCCESS"}"""),
        new(404, "There is none.", Refusal), Invalid, Closed);

    public static MarketExample Tokens { get; } = new(
        "Tokens that a buyer bought: clientId, sourceIdentifier; channelId, productTypeId, limit.", null,
        new(200, "The newest first.", """{"tokens":[]}"""), Invalid, Closed);

    public static MarketExample Settlement { get; } = new(
        "A day's settlement file: clientId, date (a day in UTC that is over); format (json, csv).", null,
        new(200, "The file.", """
            {"clientId":412,"date":"2026-03-04","timeZone":"UTC","transactions":[{"raasTxnRef":"5b1e8a4e-1f0b-4a53-9a0e-2c1b7f0c9d11",
             "clientTxnRef":"BNK-1","timestamp":"2026-03-04T09:15:41.905Z","currencyCode":"NGN","transactionStatus":"SUCCESS",
             "responseCode":"0000","purchaseAmount":200000,"feeAmount":10000,"reserveAmount":210000,"vendAmount":200000,
             "clientShareAmount":4000,"settlementAmount":206000}],"totals":[{"currencyCode":"NGN","transactionStatus":"SUCCESS","count":1,
             "purchaseAmount":200000,"feeAmount":10000,"reserveAmount":210000,"vendAmount":200000,"clientShareAmount":4000,
             "settlementAmount":206000}]}
            """),
        new(404, "The day is not closed yet.", Refusal), Invalid, Closed);

    public static MarketExample InFlight { get; } = new(
        "Whether a similar purchase is pending.",
        """
        {"clientId":412,"productId":1701,"purchaseAmount":200000,"sourceIdentifier":"2348030000111","targetIdentifier":"45701122334"}
        """,
        new(200, "The answer.", """{"hasPendingTransactions":false,"transactions":[]}"""), Invalid, Closed);

    public static MarketExample Validation { get; } = new(
        "Checks a meter or account with the biller.",
        """{"clientId":412,"productId":1701,"purchaseAmount":200000,"targetIdentifier":"45701122334"}""",
        new(200, "Valid.", """{"responseCode":"0000","accountHolderName":"A* Okafor"}"""),
        new(202, "Refused: 4010 or 2201.", Refusal), new(504, "The biller did not answer.", Refusal), Invalid, Closed);

    public static MarketExample Transact { get; } = new(
        "Buys with funds that the client has reserved (with reserveFundsTxnRef).", Order,
        new(200, "Accepted (0000), or refused with a code.", Reply), Invalid, Closed,
        new(409, "Contradicts an earlier request.", Refusal));

    public static MarketExample ReserveAndTransact { get; } = new(
        "Has the funds reserved at the bank, then buys.", Order,
        new(200, "Reserved and accepted (0000), or refused with a code.", Reply), Invalid, Closed,
        new(409, "Contradicts an earlier request.", Refusal));

    public static MarketExample Notifications { get; } = new(
        "Sends an SMS to a customer of the client.",
        """
        {"clientId":412,"channelId":6,"clientNotificationRef":"NTF-1","targetIdentifier":"2348030000111","notificationText":"In progress."}
        """,
        new(202, "Accepted.", """{"responseCode":"0000","clientNotificationRef":"NTF-1","notificationRef":"71f3c2aa"}"""), Invalid, Closed);
}
