using Parley.Platform;
using Parley.Server.Tenants;

namespace Parley.Server.Channels.Messages;

/// <summary>
/// A rule beyond the message itself: consent, blocks, a country's rules, quiet hours. It is asked for every message on the
/// hot path, so it answers from memory.
/// </summary>
public abstract class Screen
{
    /// <summary>Why the message may not go; null when nothing stands against it.</summary>
    /// <param name="integration">Whose message it is.</param>
    /// <param name="from">The sender that will be used; empty when the carrier's default is.</param>
    /// <param name="to">The recipient, digits.</param>
    public abstract Refusal? Check(Integration integration, string from, string to);

    /// <summary>The earliest moment to send, when that is later than <paramref name="at"/>; microseconds UTC.</summary>
    public virtual long? NotBefore(Integration integration, string to, long at) => null;
}

/// <summary>All screens; capabilities beside Messages add theirs at the start.</summary>
public sealed class Screening
{
    private Screen[] _screens = [];

    /// <summary>Adds a screen; before the doors open.</summary>
    public void Add(Screen screen) => _screens = [.. _screens, screen];

    internal Refusal? Check(Integration integration, string from, string to)
    {
        foreach (var screen in _screens)
            if (screen.Check(integration, from, to) is { } refusal) return refusal;
        return null;
    }

    /// <summary>The time itself, or the first later one that no screen is against.</summary>
    internal long NotBefore(Integration integration, string to, long at)
    {
        foreach (var screen in _screens) at = screen.NotBefore(integration, to, at) ?? at;
        return at;
    }
}
