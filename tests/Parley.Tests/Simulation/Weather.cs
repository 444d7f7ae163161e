using Parley.Platform;

namespace Parley.Tests.Simulation;

/// <summary>What goes wrong under a seed, and how often (0 to 1 for each occasion); some seeds are calm in some of it.</summary>
internal sealed record Weather
{
    public required int Nodes { get; init; }

    public required int Purchases { get; init; }

    /// <summary>Most of the trouble comes in the first so many microseconds; later a tenth of it.</summary>
    public required long Storm { get; init; }

    /// <summary>A node ends before or after a commit, before a reply, after a claim.</summary>
    public required double Death { get; init; }

    /// <summary>A commit comes to nothing, or its answer is lost.</summary>
    public required double Storage { get; init; }

    /// <summary>A request or a reply is lost.</summary>
    public required double Loss { get; init; }

    /// <summary>A request or a reply takes seconds.</summary>
    public required double Delay { get; init; }

    /// <summary>A request comes twice.</summary>
    public required double Twice { get; init; }

    /// <summary>A supplier says what is not so.</summary>
    public required double Lies { get; init; }

    /// <summary>A bank or supplier can't be connected to.</summary>
    public required double Away { get; init; }

    /// <summary>A bank refuses, or a supplier declines, has to think, or never says.</summary>
    public required double Refusal { get; init; }

    /// <summary>Whoever is to hear outcomes is down for long, refuses them, or both.</summary>
    public required double Deaf { get; init; }

    /// <summary>A clock is set to another time within <see cref="World.MostAhead"/>.</summary>
    public required double Jumps { get; init; }

    /// <summary>A node that lives is taken for dead, and its jobs are given to others.</summary>
    public required double Zombies { get; init; }

    public static Weather Of(Random random) => new()
    {
        Nodes = random.Next(1, 4),
        Purchases = random.Next(5, 13),
        Storm = random.Next(60, 900) * Micros.PerSecond,
        Death = Rate(random, 0.03),
        Storage = Rate(random, 0.04),
        Loss = Rate(random, 0.15),
        Delay = Rate(random, 0.2),
        Twice = Rate(random, 0.1),
        Lies = random.Next(4) == 0 ? Rate(random, 0.3) : 0,
        Away = Rate(random, 0.2),
        Refusal = Rate(random, 0.4),
        Deaf = Rate(random, 0.6),
        Jumps = Rate(random, 1),
        Zombies = Rate(random, 1),
    };

    /// <summary>Never, seldom or as often as that.</summary>
    private static double Rate(Random random, double often) => random.Next(3) * often / 2;
}
