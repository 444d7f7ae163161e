namespace Parley.Server.Channels.Messages;

/// <summary>The routes in force, as one immutable snapshot. Reading takes no lock.</summary>
public sealed class RouteTable(Random random)
{
    private readonly Lock _random = new();
    private volatile Snapshot _current = new([]);
    private volatile string[]? _simulator;

    public IReadOnlyList<Route> All => _current.Routes;

    public void Replace(IReadOnlyList<Route> routes) => _current = new(routes);

    /// <summary>Leads test numbers to this carrier before any route; null leaves them to the routes.</summary>
    public void LeadTestNumbers(string? carrierId) => _simulator = carrierId is null ? null : [carrierId];

    /// <summary>
    /// The carriers that may take the message, the best first, each once; empty when no route leads there.
    /// </summary>
    public IReadOnlyList<string> Carriers(string tenantId, string sender, string recipient)
    {
        if (_simulator is { } simulator && TestNumbers.Are(recipient)) return simulator;
        var snapshot = _current;
        if (snapshot.Only is { } only) return only;
        var matches = new List<(Route Route, double Draw)>();
        for (var length = Math.Min(snapshot.LongestPrefix, recipient.Length); length >= 0; length--)
        {
            if (!snapshot.ByPrefix.TryGetValue(recipient[..length], out var routes)) continue;
            foreach (var route in routes)
            {
                if (route.TenantId is not null && route.TenantId != tenantId) continue;
                if (route.Sender is not null && !string.Equals(route.Sender, sender, StringComparison.OrdinalIgnoreCase)) continue;
                matches.Add((route, Draw(route.Weight)));
            }
        }
        return [.. matches
            .OrderBy(m => m.Route.TenantId is null)
            .ThenBy(m => m.Route.Sender is null)
            .ThenByDescending(m => m.Route.Prefix.Length)
            .ThenBy(m => m.Route.Priority)
            .ThenBy(m => m.Draw)
            .Select(m => m.Route.CarrierId)
            .Distinct()];
    }

    /// <summary>An exponential draw: the smallest of several falls to each in proportion to its weight.</summary>
    private double Draw(int weight)
    {
        lock (_random) return -Math.Log(1 - random.NextDouble()) / weight;
    }

    private sealed class Snapshot
    {
        public Snapshot(IReadOnlyList<Route> routes)
        {
            Routes = routes;
            ByPrefix = routes.GroupBy(r => r.Prefix).ToDictionary(g => g.Key, g => g.ToArray());
            LongestPrefix = routes.Count == 0 ? 0 : routes.Max(r => r.Prefix.Length);
            if (routes is [{ TenantId: null, Sender: null, Prefix: "" } catchAll]) Only = [catchAll.CarrierId];
        }

        public IReadOnlyList<Route> Routes { get; }

        public Dictionary<string, Route[]> ByPrefix { get; }

        public int LongestPrefix { get; }

        /// <summary>The answer to everything while there is one catch-all route.</summary>
        public IReadOnlyList<string>? Only { get; }
    }
}
