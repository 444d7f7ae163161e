using System.Globalization;
using System.Reflection;
using Parley.Server.Provisioning;

namespace Parley.Server;

/// <summary>A setting as an operator writes it (<c>Storage:Folder</c>), and what holds when nobody does.</summary>
public sealed record Setting(string Name, object? Default)
{
    /// <summary>The default as it would be written; empty when there is none.</summary>
    public string Written => Default switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        _ => Default as string ?? "",
    };
}

/// <summary>Every setting of the server, read off its options records.</summary>
public static class Settings
{
    /// <summary>What the web server and the log understand beside our own: whole sections of theirs.</summary>
    private static readonly string[] Foreign = ["Logging", "Kestrel", "AllowedHosts", "Environment", "HTTPS_PORT"];

    public static IReadOnlyList<Setting> All { get; } =
    [
        new("urls", ParleyServer.DefaultUrl),
        new("Provision", ""),
        .. Below(new ParleyOptions(), "")
            .Where(s => !s.Name.StartsWith(nameof(ParleyOptions.Provisioning) + ":", StringComparison.Ordinal)),
    ];

    /// <summary>The settings that nobody would read: misspelt, most likely.</summary>
    public static IEnumerable<string> Unknown(IConfiguration configuration) =>
        from section in All.Select(s => s.Name.Split(':')).Where(n => n.Length > 1).Select(n => n[0]).Distinct()
        from written in configuration.GetSection(section).AsEnumerable()
        where written.Value is not null && !Known(written.Key)
        select $"{written.Key}: there is no such setting";

    public static bool Known(string name) =>
        Foreign.Any(f => Within(name, f)) || name.StartsWith("OTEL_", StringComparison.OrdinalIgnoreCase)
        || All.Any(s => Within(name, s.Name));

    // A list's entries have numbers below the list's name.
    private static bool Within(string name, string setting) =>
        name.Equals(setting, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(setting + ":", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<Setting> Below(object options, string prefix) =>
        from property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite
        let value = property.GetValue(options)
        from setting in property.PropertyType.Name.EndsWith("Options", StringComparison.Ordinal)
            ? Below(value!, $"{prefix}{property.Name}:")
            : [new Setting(prefix + property.Name, value)]
        select setting;
}
