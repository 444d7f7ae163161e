namespace Parley.Server.Marketplace.Purchases;

/// <summary>Words for the codes (contract marketplace §12); nobody may depend on them.</summary>
internal static class ResponseCodes
{
    public static string MessageOf(string code, bool final) => code switch
    {
        "0000" => final ? "Dispensed" : "Accepted",
        "2010" => "Insufficient funds",
        "2020" => "Wrong auth code or unknown source identifier",
        "2030" => "Account not mapped",
        "2040" => "Above the maximum amount",
        "2050" => "Below the minimum amount",
        "2055" => "Fee invalid or missing",
        "2060" => "Internal timeout",
        "2070" => "Source identifier blacklisted",
        "2080" => "Account inactive",
        "2201" => "The supplier could not complete the transaction",
        "2210" => "Data or validation error",
        "2213" => "Invalid MSISDN",
        "2214" => "Recharge invalid or impossible",
        "2225" => "System volumes exceeded",
        "2226" => "Problem processing the transaction",
        "2239" => "Timeout connecting to the supplier",
        "2242" => "Too many transactions in the period",
        _ => "Unknown error",
    };
}
