using System.Collections.Frozen;

namespace Parley.Server.Tenants;

/// <summary>ISO 4217 currencies in use, with the number of digits of their minor unit.</summary>
public static class Currency
{
    private static readonly FrozenDictionary<string, int> MinorDigits = Table(
        (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
        (3, "BHD IQD JOD KWD LYD OMR TND"),
        (4, "CLF"),
        (2, """
            AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK
            DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
            KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP
            PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH
            USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
            """));

    /// <summary>Digits after the point, 0 to 4; null when the code is not a currency.</summary>
    public static int? Digits(string code) => MinorDigits.TryGetValue(code, out var digits) ? digits : null;

    /// <summary>An amount in major units with all its digits, such as 1310.42; a JSON number.</summary>
    public static string Format(long minor, string code)
    {
        var digits = Digits(code) ?? 2;
        var text = Math.Abs((decimal)minor).ToString(System.Globalization.CultureInfo.InvariantCulture)
            .PadLeft(digits + 1, '0');
        var sign = minor < 0 ? "-" : "";
        return digits == 0 ? sign + text : $"{sign}{text[..^digits]}.{text[^digits..]}";
    }

    /// <summary>Minor units in millionths of the major unit.</summary>
    public static long MicrosOf(long minor, string code)
    {
        for (var digits = Digits(code) ?? 2; digits < 6; digits++) minor = checked(minor * 10);
        return minor;
    }

    /// <summary>Millionths in whole minor units, never more than there is.</summary>
    public static long MinorOf(long micros, string code)
    {
        var minor = (decimal)micros;
        for (var digits = Digits(code) ?? 2; digits < 6; digits++) minor /= 10;
        return (long)Math.Floor(minor);
    }

    private static FrozenDictionary<string, int> Table(params (int Digits, string Codes)[] groups) => groups
        .SelectMany(g => g.Codes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(c => KeyValuePair.Create(c, g.Digits)))
        .ToFrozenDictionary();
}
