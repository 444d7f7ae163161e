using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;

namespace Parley.Server.Web;

/// <summary>
/// The log of malformed requests: too long, not what their form says, too deep, cut off. Each is noted once; an address has
/// one line a minute, so that whoever sends them can't fill the log, too, and the next line says how many there were.
/// </summary>
public sealed partial class MalformedRequests(TimeProvider time, ILogger<MalformedRequests> log)
{
    /// <summary>Addresses told apart; beyond it all others share one line.</summary>
    public const int MostAddresses = 1_000;

    private const int LongestPath = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<IPAddress, Seen> _seen = new();

    /// <summary>Takes note of a request that is refused as malformed.</summary>
    /// <param name="context">The request; noted already, it is not noted again.</param>
    /// <param name="why">The reason, in words of our own: nothing that the request brought.</param>
    public static void Note(HttpContext context, string why)
    {
        if (!context.Items.TryAdd(typeof(MalformedRequests), true)) return;
        context.RequestServices.GetRequiredService<MalformedRequests>().Note(
            context.Connection.RemoteIpAddress, context.Request.Method, context.Request.Path, why);
    }

    internal void Note(IPAddress? from, string method, PathString path, string why)
    {
        var now = time.GetUtcNow();
        var seen = Of(from ?? IPAddress.None, now);
        int count;
        lock (seen)
        {
            seen.Count++;
            if (seen.Logged && (now - seen.At).Duration() < Pause) return;
            (count, seen.Count, seen.At, seen.Logged) = (seen.Count, 0, now, true);
        }
        // Escaped as in the request, so that it is one line whatever stands in it.
        var escaped = (path.StartsWithSegments(RequestLine.TooLong, out var asked) ? asked : path).ToUriComponent();
        Malformed(log, seen.Name, count, method, escaped.Length <= LongestPath ? escaped : escaped[..LongestPath], why);
    }

    private Seen Of(IPAddress from, DateTimeOffset now)
    {
        if (_seen.TryGetValue(from, out var known)) return known;
        if (_seen.Count >= MostAddresses)
        {
            foreach (var (address, old) in _seen)
                if ((now - old.At).Duration() >= Pause) _seen.TryRemove(address, out _);
            if (_seen.Count >= MostAddresses) return _seen.GetOrAdd(IPAddress.Any, _ => new("many addresses"));
        }
        return _seen.GetOrAdd(from, static address => new(address.ToString()));
    }

    [LoggerMessage(LogLevel.Warning,
        "{Address} sent {Count} malformed requests since this was last said, now {Method} {Path}: {Reason}")]
    private static partial void Malformed(
        ILogger log, string address, int count, string method, string path, string reason);

    private sealed class Seen(string name)
    {
        public string Name => name;

        public bool Logged { get; set; }

        public DateTimeOffset At { get; set; }

        public int Count { get; set; }
    }
}
