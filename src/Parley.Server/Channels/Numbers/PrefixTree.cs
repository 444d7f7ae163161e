namespace Parley.Server.Channels.Numbers;

/// <summary>
/// Values by the digits that a number begins with; the longest prefix wins. It is built once and then only read: a walk over
/// at most as many nodes as the longest prefix has digits, without allocation.
/// </summary>
public sealed class PrefixTree<T> where T : class
{
    private readonly List<int> _next = [.. new int[10]];
    private readonly List<T?> _values = [null];

    /// <summary>Sets the value of a prefix of digits; the empty prefix is every number's.</summary>
    public void Set(string prefix, T value)
    {
        var node = 0;
        foreach (var digit in prefix)
        {
            var at = (node * 10) + (digit - '0');
            if (_next[at] == 0)
            {
                _next[at] = _values.Count;
                _values.Add(null);
                _next.AddRange(new int[10]);
            }
            node = _next[at];
        }
        _values[node] = value;
    }

    /// <summary>The value of the longest prefix; null when there is none. What is no digit ends the prefix.</summary>
    public T? Of(string number)
    {
        var (node, found) = (0, _values[0]);
        foreach (var c in number)
        {
            if (!char.IsAsciiDigit(c) || (node = _next[(node * 10) + (c - '0')]) == 0) break;
            found = _values[node] ?? found;
        }
        return found;
    }
}
