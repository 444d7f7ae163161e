using System.Net;
using System.Net.Sockets;

namespace Parley.Tests.Support;

/// <summary>
/// Free ports on loopback, for a listener that has to be told its port. They lie below the range from which the system
/// takes the ports of outgoing connections, so that no connection of another test can get one before the listener does.
/// </summary>
internal static class Ports
{
    private const int Lowest = 10_000;
    private const int Count = 20_000;
    private static int _next = Environment.ProcessId * 97 % Count;

    public static int Free()
    {
        while (true)
        {
            var port = Lowest + ((Interlocked.Increment(ref _next) & int.MaxValue) % Count);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }
    }
}
