using Parley.Server.Marketplace.Products;

namespace Parley.Server.Provisioning;

/// <summary>Reads a supplier: who it is, what it speaks, and when it is left alone.</summary>
internal static class SupplierReader
{
    private const long MostMoney = 999_999_999_999;

    public static Supplier Read(Section s)
    {
        var supplier = new Supplier
        {
            Id = s.Required("id", 30),
            Protocol = s.Choice("protocol", SupplierProtocol.Http),
            Partner = PartnerReader.Read(s),
            TimeoutSeconds = s.Int("timeoutSeconds", 1, 90, 60),
            FloatLimit = s.Has("floatLimit") ? s.Long("floatLimit", 0, MostMoney, 0) : null,
            Active = s.Flag("active", true),
            Quarantine = s.Map("quarantine") is { } policy ? Quarantine(policy) : new(),
        };
        if (supplier.Id != Names.Slug(supplier.Id)) s.Problem("id",
            "must be lower-case letters, digits and single hyphens");
        return WithCallback(s, supplier.Protocol == SupplierProtocol.DtOne ? supplier with
        {
            Synchronous = s.Flag("synchronous", false),
            TwoSteps = s.Flag("twoSteps", false),
        } : supplier);
    }

    private static Supplier WithCallback(Section s, Supplier supplier)
    {
        if (s.Map("callback") is not { } inner) return supplier;
        var (url, secret) = (inner.Required("url", 500).TrimEnd('/'), inner.Required("secret", 100));
        if (url.Length > 0 && !PartnerReader.IsUrl(url)) inner.Problem("url",
            "must be an http or https URL without credentials");
        var plain = secret.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        if (secret.Length > 0 && (secret.Length < 24 || !plain))
            inner.Problem("secret", "must be 24 to 100 letters, digits, hyphens and underscores, made at random");
        inner.End();
        return supplier with { CallbackUrl = url, CallbackSecret = secret };
    }

    private static QuarantinePolicy Quarantine(Section s)
    {
        var fallback = new QuarantinePolicy();
        var policy = new QuarantinePolicy
        {
            Strikes = s.Int("unanswered", 0, 1_000, fallback.Strikes),
            SharePercent = s.Int("failedPercent", 0, 100, fallback.SharePercent),
            Least = s.Int("least", 1, 100_000, fallback.Least),
            WindowMinutes = s.Int("windowMinutes", 1, 60, fallback.WindowMinutes),
            FirstSeconds = s.Int("firstSeconds", 1, 86_400, fallback.FirstSeconds),
            LongestSeconds = s.Int("longestSeconds", 1, 86_400, fallback.LongestSeconds),
        };
        if (policy.FirstSeconds > policy.LongestSeconds) s.Problem("firstSeconds", "is more than longestSeconds");
        s.End();
        return policy;
    }
}
