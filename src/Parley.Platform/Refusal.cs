namespace Parley.Platform;

/// <summary>Why something asked for was not done: a value with a stable code, never an exception.</summary>
/// <param name="Code">Stable, lower-case words joined by dots (<c>message.recipient-invalid</c>); each surface maps it to its own codes.</param>
/// <param name="Reason">One sentence for a person; it may name the offending parameter, never a secret.</param>
/// <param name="Subject">The offending parameter or value, where the surface prints it apart.</param>
public sealed record Refusal(string Code, string Reason, string? Subject = null);
