#pragma warning disable IDE0130 // Three folders in one file: this is what the edge rule is proved on.

namespace Parley.Tests.House.Fixtures.North
{
    internal sealed class Hidden;

    public sealed class Open;
}

namespace Parley.Tests.House.Fixtures.South
{
    internal static class Caller
    {
        public static object Forbidden() => new North.Hidden();

        public static object Fine() => new North.Open();
    }
}

namespace Parley.Tests.House.Fixtures.West
{
    internal static class Stranger
    {
        public static object Forbidden() => new North.Open();
    }
}
