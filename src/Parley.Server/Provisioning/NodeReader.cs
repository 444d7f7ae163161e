using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Parley.Server.Provisioning;

/// <summary>
/// Turns YAML (and so JSON) into nodes from the parser's events. No tag makes an object, and no alias is followed: a small file can't
/// grow into a large one.
/// </summary>
internal sealed class NodeReader
{
    private readonly IParser _parser;

    private NodeReader(IParser parser) => _parser = parser;

    /// <summary>The root of the only document; null when there is nothing in it.</summary>
    /// <exception cref="YamlException">The text is not YAML, or uses what a provisioning file may not.</exception>
    public static Node? Read(string text)
    {
        var reader = new NodeReader(new Parser(new Scanner(new StringReader(text), skipComments: true)));
        reader._parser.Consume<StreamStart>();
        if (reader._parser.TryConsume<StreamEnd>(out _)) return null;
        reader._parser.Consume<DocumentStart>();
        var root = reader.Next(0);
        reader._parser.Consume<DocumentEnd>();
        if (reader._parser.TryConsume<DocumentStart>(out var second)) throw new YamlException(second.Start, second.End, "a second document");
        return root;
    }

    private Node Next(int depth)
    {
        if (_parser.TryConsume<AnchorAlias>(out var alias)) throw new YamlException(alias.Start, alias.End, "aliases are not allowed");
        if (_parser.TryConsume<YamlDotNet.Core.Events.Scalar>(out var scalar))
            return new ScalarNode(LineOf(scalar), scalar.Value, scalar.Style == ScalarStyle.Plain);
        if (_parser.TryConsume<SequenceStart>(out var list))
        {
            Descend(list, depth);
            var items = new List<Node>();
            while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Next(depth + 1));
            return new ListNode(LineOf(list), items);
        }
        var map = _parser.Consume<MappingStart>();
        Descend(map, depth);
        var entries = new List<MapEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<YamlDotNet.Core.Events.Scalar>(out var key))
                throw new YamlException(_parser.Current!.Start, _parser.Current.End, "a key must be text");
            entries.Add(new(key.Value, LineOf(key), Next(depth + 1)));
        }
        return new MapNode(LineOf(map), entries);
    }

    private static void Descend(ParsingEvent start, int depth)
    {
        if (depth >= Node.MaxDepth)
            throw new YamlException(start.Start, start.End, $"more than {Node.MaxDepth} lists and maps inside one another");
    }

    private static int LineOf(ParsingEvent at) => (int)at.Start.Line;
}
