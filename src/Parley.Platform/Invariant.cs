using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Parley.Platform;

/// <summary>Checks that are always on: a broken one means that the program, not its input, is wrong.</summary>
public static class Invariant
{
    /// <summary>Throws <see cref="InvariantBroken"/> unless <paramref name="condition"/> holds.</summary>
    public static void Holds(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string claim = "")
    {
        if (!condition) throw new InvariantBroken(claim);
    }
}

/// <summary>An <see cref="Invariant"/> did not hold; the message is the claim.</summary>
public sealed class InvariantBroken(string claim) : Exception($"Invariant broken: {claim}");
