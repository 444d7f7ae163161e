using System.Diagnostics.CodeAnalysis;

namespace Parley.Platform;

/// <summary>What was made, or why not. Exactly one of the two is set.</summary>
/// <typeparam name="T">What is made when nothing is refused.</typeparam>
public readonly struct Result<T>
{
    private Result(T? value, Refusal? refusal) => (Value, Refusal) = (value, refusal);

    /// <summary>What was made; null (or default) when refused.</summary>
    public T? Value { get; }

    /// <summary>Why nothing was made; null when it was.</summary>
    public Refusal? Refusal { get; }

    /// <summary>True when there is a value.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Refusal))]
    public bool Ok => Refusal is null;

    /// <summary>A value is a result.</summary>
    public static implicit operator Result<T>(T value) => new(value, null);

    /// <summary>A refusal is a result.</summary>
    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
}
