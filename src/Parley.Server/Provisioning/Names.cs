using System.Security.Cryptography;
using System.Text;

namespace Parley.Server.Provisioning;

/// <summary>What the file has named so far: finds what is named twice, and what is referred to but not there.</summary>
internal sealed class Names(Findings findings)
{
    public const int MaxLength = 60;

    /// <summary>Ids that the program itself uses (the sandbox's world).</summary>
    public const string ReservedPrefix = "parley-";

    private readonly HashSet<string> _noted = [];
    private readonly Dictionary<(string Kind, string Name), (string Path, int Line)> _taken = [];

    /// <summary>Tenant ids by what routes may call the tenant: its id or its name.</summary>
    public Dictionary<string, string> TenantIds { get; } = [];

    /// <summary>The currencies of the price lists, by their names, which are their ids.</summary>
    public Dictionary<string, string> PriceLists { get; } = [];

    /// <summary>The carriers by their names, which are their ids.</summary>
    public HashSet<string> Carriers { get; } = [];

    /// <summary>Takes a name for one thing; reports it when another thing of the kind has it. The name is shown unless it is secret.</summary>
    public bool Take(string kind, string name, string path, int line, bool secret = false)
    {
        if (name.Length == 0 || _taken.TryAdd((kind, name), (path, line))) return true;
        var first = _taken[(kind, name)];
        findings.Add(path, line, $"{kind}{(secret ? "" : $" '{name}'")} is already at {first.Path} on line {first.Line}");
        return false;
    }

    /// <summary>Remembers something that may be there several times and is referred to.</summary>
    public void Note(string what) => _noted.Add(what);

    public bool Noted(string what) => _noted.Contains(what);

    /// <summary>The section's <c>id</c>, or one derived from <paramref name="from"/>: the same text gives the same id for ever.</summary>
    public string Id(Section section, string kind, string from)
    {
        var given = section.Text("id", MaxLength);
        if (given.Length > 0 && given != Slug(given))
            section.Problem("id", $"'{given}' must be lower-case letters, digits and single hyphens, such as '{Slug(given)}'");
        var id = given.Length > 0 ? given : from.Length > 0 ? Slug(from) : "";
        Reserve(section, id);
        Take(kind, id, section.PathOf(given.Length > 0 ? "id" : "name"), section.LineOf(given.Length > 0 ? "id" : "name"));
        return id;
    }

    public static void Reserve(Section section, string id)
    {
        if (id.StartsWith(ReservedPrefix, StringComparison.OrdinalIgnoreCase))
            section.Problem("name", $"names beginning with '{ReservedPrefix}' belong to the sandbox");
    }

    /// <summary>Lower-case letters and digits, the rest as single hyphens; a hash of the name when nothing remains of it or it is too long.</summary>
    internal static string Slug(string name)
    {
        var slug = new StringBuilder();
        foreach (var c in name.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(c);
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        }
        var text = slug.ToString().TrimEnd('-');
        return text.Length is > 0 and <= MaxLength && name.All(char.IsAscii)
            ? text
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];
    }
}
