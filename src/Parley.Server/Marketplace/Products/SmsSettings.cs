using System.Text.RegularExpressions;

namespace Parley.Server.Marketplace.Products;

/// <summary>What a buyer or recipient may be told by SMS (contract marketplace §11).</summary>
public enum SmsEvent
{
    /// <summary>TOKEN_ISSUED: to whoever is to have the token. The only one with a text of its own.</summary>
    TokenIssued,

    /// <summary>PURCHASE_OK: to the buyer.</summary>
    PurchaseOk,

    /// <summary>PURCHASE_FAILED: to the buyer.</summary>
    PurchaseFailed,

    /// <summary>GIFT_RECEIVED: to the recipient, when somebody else paid.</summary>
    GiftReceived,
}

/// <summary>The SMS of a client. An event without a text is not told, but for <see cref="SmsEvent.TokenIssued"/>.</summary>
public sealed record SmsSettings
{
    /// <summary>The language of texts where nothing else says so.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The language for products of a country.</summary>
    public IReadOnlyList<CountryLanguage> Countries { get; init; } = [];

    /// <summary>The buyer gets the token's text, too, when it goes to somebody else.</summary>
    public bool TokenCopy { get; init; }

    public IReadOnlyList<SmsTemplate> Templates { get; init; } = [];

    /// <summary>The text for an event and country: in the country's language, else in the client's own; null for none.</summary>
    public SmsTemplate? Find(SmsEvent about, string country)
    {
        var language = Countries.FirstOrDefault(c => c.Country == country)?.Language ?? Language;
        return Templates.FirstOrDefault(t => t.Event == about && t.Language == language)
            ?? Templates.FirstOrDefault(t => t.Event == about && t.Language == Language);
    }

    /// <summary>True when there is a text for the event in any language.</summary>
    public bool Tells(SmsEvent about) => Templates.Any(t => t.Event == about);
}

/// <summary>A language by ISO 639, such as <c>fr</c>, for a country by ISO 3166 alpha-2.</summary>
public sealed record CountryLanguage(string Country, string Language);

/// <summary>A text with places to fill in, such as <c>{amount}</c>.</summary>
public sealed partial record SmsTemplate(SmsEvent Event, string Language, string Text)
{
    public const int Longest = 1_000;

    /// <summary>What can be filled in; the token only where there is one.</summary>
    public static IReadOnlyList<string> Places { get; } =
    [
        "amount", "fee", "total", "currency", "product", "token", "reference", "clientReference", "source", "target",
    ];

    /// <summary>What is wrong with the text; null when nothing is.</summary>
    public string? Problem
    {
        get
        {
            if (Place().Matches(Text).Select(m => m.Groups[1].Value).FirstOrDefault(p => !Places.Contains(p))
                is { } unknown) return $"has {{{unknown}}}; there are {string.Join(", ", Places)}";
            var told = Text.Contains("{token}", StringComparison.Ordinal);
            return Event switch
            {
                SmsEvent.TokenIssued when !told => "does not tell the {token}",
                SmsEvent.PurchaseOk or SmsEvent.PurchaseFailed when told => "may not tell a {token}",
                _ => null,
            };
        }
    }

    /// <summary>The text with its places filled in; what is filled in is not looked at again.</summary>
    public string Fill(Func<string, string> value) => Place().Replace(Text, m => value(m.Groups[1].Value));

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Place();
}
