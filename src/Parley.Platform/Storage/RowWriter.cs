namespace Parley.Platform.Storage;

/// <summary>
/// Takes the values of one row in the order of the statement's columns. Only the types both engines share exist:
/// 64-bit integers, text, blobs, each of them nullable.
/// </summary>
public abstract class RowWriter
{
    /// <summary>The next column's integer.</summary>
    public abstract void Int(long value);

    /// <summary>The next column's integer, or null.</summary>
    public abstract void Int(long? value);

    /// <summary>The next column's text, or null.</summary>
    public abstract void Text(string? value);

    /// <summary>The next column's bytes, or null.</summary>
    public abstract void Blob(byte[]? value);

    /// <summary>A flag, stored as 0 or 1.</summary>
    public void Flag(bool value) => Int(value ? 1 : 0);
}
