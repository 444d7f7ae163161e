using Parley.Server.Tenants;

namespace Parley.Server.Provisioning;

/// <summary>API keys: 16 to 200 visible ASCII characters, each in the file once, kept only as hashes.</summary>
internal static class KeyReader
{
    public static IReadOnlyList<string> Hashes(Section section, string list, Names names)
    {
        var hashes = new List<string>();
        foreach (var (node, path) in section.List(list, 20))
        {
            if (section.Findings.Text(node, path, 200) is not { } key) continue;
            if (key.Length < 16) section.Findings.Add(path, node.Line, "has fewer than 16 characters");
            else if (key.Any(c => c is <= ' ' or > '~')) section.Findings.Add(path, node.Line, "may have only visible ASCII characters");
            else
            {
                var hash = TenantDirectory.HashOf(key);
                names.Take("the key", hash, path, node.Line, secret: true);
                hashes.Add(hash);
            }
        }
        return hashes;
    }
}
