using System.Net;
using Parley.Server.Marketplace.Products;
using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>Reads of a marketplace client who may call as it, how often, and what its buyers may buy and are told.</summary>
internal static class MarketClientReader
{
    private const int MostAuthority = 8_000;
    private const long MostMoney = 999_999_999_999;

    public static List<string> Networks(Section s)
    {
        List<string> networks = [];
        foreach (var (node, path) in s.List("allowedNetworks", 100))
        {
            if (s.Findings.Text(node, path, 60) is not { } text) continue;
            if (IPNetwork.TryParse(text, out var network)) networks.Add(network.ToString());
            else if (IPAddress.TryParse(text, out var one)) networks.Add($"{one}/{one.GetAddressBytes().Length * 8}");
            else s.Findings.Add(path, node.Line, "is not a network such as 192.0.2.0/24 or 2001:db8::/32");
        }
        return networks;
    }

    public static List<ClientCertificate> Certificates(Section client) =>
        [.. client.Sections("certificates", 20).Select(Certificate)];

    public static List<ApiLimit> Limits(Section client)
    {
        List<ApiLimit> limits = [];
        foreach (var s in client.Sections("apiLimits", 50))
        {
            if (!s.Has("api")) s.Problem("api", "is missing");
            var limit = new ApiLimit(s.Choice("api", MarketApi.Products), s.Int("perSecond", 1, 1_000_000, 1));
            if (limits.Any(l => l.Api == limit.Api)) s.Problem("api", "stands twice");
            s.End();
            limits.Add(limit);
        }
        return limits;
    }

    public static List<MarketApi> Apis(Section s)
    {
        List<MarketApi> apis = [];
        foreach (var (node, path) in s.List("apis", 50))
        {
            if (s.Findings.Text(node, path, 40) is not { } text) continue;
            var found = Enum.GetValues<MarketApi>()
                .Where(a => a.ToString().Equals(text, StringComparison.OrdinalIgnoreCase)).ToList();
            if (found.Count == 1) apis.Add(found[0]);
            else s.Findings.Add(path, node.Line, $"is not one of {string.Join(", ", Enum.GetNames<MarketApi>())}");
        }
        return apis;
    }

    public static List<VelocityLimit> Velocity(Section client)
    {
        List<VelocityLimit> limits = [];
        foreach (var s in client.Sections("velocity", 10))
        {
            var limit = new VelocityLimit
            {
                Seconds = s.Int("seconds", 1, 2_592_000, 0),
                Count = s.Int("count", 0, 1_000_000, 0),
                Amount = s.Long("amount", 0, MostMoney, 0),
                Currency = s.Text("currency", 3),
                Code = s.Text("answer", 4, "2040"),
            };
            if (!s.Has("seconds")) s.Problem("seconds", "is missing");
            if (limit is { Count: 0, Amount: 0 }) s.Problem("count", "is missing, and so is amount");
            if (limit is { Amount: > 0, Currency: "" })
                s.Problem("currency", "is missing: the amount is in minor units");
            if (limit.Currency.Length > 0 && Currency.Digits(limit.Currency) is null)
                s.Problem("currency", $"'{limit.Currency}' is not an ISO 4217 currency");
            if (limit.Code is not ("2040" or "2070")) s.Problem("answer", "is not 2040 or 2070");
            s.End();
            limits.Add(limit);
        }
        return limits;
    }

    public static SmsSettings Sms(Section client)
    {
        if (client.Map("sms") is not { } s) return new();
        var settings = new SmsSettings
        {
            Language = Language(s, "en"),
            Countries = [.. s.Sections("countries", 300).Select(Country)],
            TokenCopy = s.Flag("tokenCopy", false),
        };
        settings = settings with
        {
            Templates = [.. s.Sections("templates", 200).Select(t => Template(t, settings.Language))],
        };
        foreach (var twice in settings.Templates.GroupBy(t => (t.Event, t.Language)).Where(g => g.Count() > 1))
            s.Problem("templates", $"has {twice.Key.Event} in {twice.Key.Language} twice");
        s.End();
        return settings;
    }

    private static CountryLanguage Country(Section s)
    {
        var country = new CountryLanguage(s.Required("country", 2), Language(s, ""));
        if (country.Language.Length == 0) s.Problem("language", "is missing");
        s.End();
        return country;
    }

    private static SmsTemplate Template(Section s, string language)
    {
        if (!s.Has("event")) s.Problem("event", "is missing");
        var template = new SmsTemplate(
            s.Choice("event", SmsEvent.TokenIssued), Language(s, language), s.Required("text", SmsTemplate.Longest));
        if (template.Text.Length > 0 && template.Problem is { } problem) s.Problem("text", problem);
        s.End();
        return template;
    }

    private static string Language(Section s, string fallback)
    {
        var language = s.Text("language", 10, fallback);
        if (!language.All(c => char.IsAsciiLetterLower(c) || c == '-'))
            s.Problem("language", "must be lower-case letters and hyphens, such as fr or pt-br");
        return language;
    }

    private static ClientCertificate Certificate(Section s)
    {
        var (sha256, subject) = (s.Text("sha256", 100), s.Text("subject", 500));
        List<string> authorities = [];
        foreach (var (node, path) in s.List("authorities", 10))
        {
            if (s.Findings.Text(node, path, MostAuthority) is not { } text) continue;
            if (ClientCertificate.Authority(text) is { } authority) authorities.Add(authority);
            else s.Findings.Add(path, node.Line, "is no certificate (PEM in one line, or its base64)");
        }
        if (sha256.Length > 0 == subject.Length > 0) s.Problem("sha256", "either it or a subject is named");
        if (sha256.Length > 0 && ClientCertificate.Thumbprint(sha256) is null)
            s.Problem("sha256", "is not 64 hexadecimal digits");
        if (subject.Length > 0 && ClientCertificate.Name(subject) is null)
            s.Problem("subject", "is no name such as CN=bank.example");
        if (subject.Length > 0 && !authorities.Any(ClientCertificate.IsRoot))
            s.Problem("authorities", "hold no root (a certificate that is its own issuer)");
        s.End();
        return new ClientCertificate
        {
            Sha256 = ClientCertificate.Thumbprint(sha256) ?? "",
            Subject = ClientCertificate.Name(subject) ?? "",
            Authorities = authorities,
        };
    }
}
