namespace Parley.Server.Provisioning;

/// <summary>A piece of the file with the line on which it begins (from 1).</summary>
internal abstract record Node(int Line)
{
    /// <summary>Lists and maps inside one another.</summary>
    public const int MaxDepth = 20;

    public abstract string Kind { get; }
}

/// <param name="Line">The line on which it begins.</param>
/// <param name="Text">The text, unescaped.</param>
/// <param name="Plain">Written without quotes.</param>
internal sealed record ScalarNode(int Line, string Text, bool Plain) : Node(Line)
{
    public override string Kind => "a value";

    public bool IsNull => Plain && Text is "" or "~" or "null";
}

internal sealed record ListNode(int Line, IReadOnlyList<Node> Items) : Node(Line)
{
    public override string Kind => "a list";
}

internal sealed record MapNode(int Line, IReadOnlyList<MapEntry> Entries) : Node(Line)
{
    public override string Kind => "a map";
}

internal sealed record MapEntry(string Key, int Line, Node Value);
