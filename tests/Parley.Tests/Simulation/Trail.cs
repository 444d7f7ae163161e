using System.Security.Cryptography;
using System.Text;
using Parley.Platform;

namespace Parley.Tests.Simulation;

/// <summary>All that happened under a seed, a line each: two runs of the same seed write the same.</summary>
internal sealed class Trail(Func<long> now)
{
    private readonly StringBuilder _lines = new();

    public void Write(string who, string what)
    {
        var millis = (now() - Scheduler.Start) / 1_000;
        _lines.Append(null, $"{millis / 1_000}.{millis % 1_000:000} {who}: {what}\n");
    }

    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_lines.ToString())));

    public override string ToString() => _lines.ToString();
}
