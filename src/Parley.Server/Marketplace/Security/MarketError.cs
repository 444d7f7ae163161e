namespace Parley.Server.Marketplace.Security;

/// <summary>Why an API of the marketplace refuses (contract marketplace §2.4).</summary>
/// <param name="Http">The HTTP status.</param>
/// <param name="Code">The <c>responseCode</c>.</param>
/// <param name="Message">Names the field at fault.</param>
public sealed record MarketError(int Http, string Code, string Message)
{
    public static MarketError Unauthorized { get; } =
        new(401, "4001", "Token, API key or signature is missing or wrong");

    public static MarketError Forbidden { get; } = new(403, "4003", "Not allowed for this client");

    public static MarketError NotFound { get; } = new(404, "4004", "Not found");

    /// <summary>When it may be tried again, in seconds; 0 says nothing.</summary>
    public int RetryAfter { get; init; }

    public static MarketError Unexpected { get; } = new(500, "0001", "Unexpected error");

    public static MarketError RateLimit(int retryAfter) =>
        new(429, "4029", "Too many requests") { RetryAfter = retryAfter };

    public static MarketError Invalid(string message) => new(400, "4000", message);

    public static MarketError Contradiction(string message) => new(409, "4009", message);
}

/// <summary>What is answered: a status and what is written as JSON; null for no body.</summary>
public sealed record MarketAnswer(int Status, object? Body)
{
    /// <summary>Seconds, as a header; 0 for none.</summary>
    public int RetryAfter { get; init; }

    public static MarketAnswer Ok(object body) => new(200, body);

    public static MarketAnswer Of(MarketError error) =>
        new(error.Http, new { responseCode = error.Code, responseMessage = error.Message });

    public static implicit operator MarketAnswer(MarketError error) => Of(error);
}
