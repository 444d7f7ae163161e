using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Parley.Bench.Wire;

/// <summary>
/// Linux epoll, level triggered: one thread serves every socket of a process, which keeps the measuring cheap.
/// </summary>
sealed class Epoll : IDisposable
{
    public const uint Readable = 0x001;
    public const uint Writable = 0x004;
    public const int Interrupted = 4;

    // struct epoll_event is packed on x86-64 only (epoll_ctl(2)).
    static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    readonly int descriptor = epoll_create1(0);
    readonly byte[] events = new byte[256 * 16];

    public void Add(int socket, int token) => Control(1, socket, token, Readable);

    public void Change(int socket, int token, uint interest) => Control(3, socket, token, interest);

    public void Remove(int socket) => Control(2, socket, 0, 0);

    public int Wait(int milliseconds)
    {
        var count = epoll_wait(descriptor, ref events[0], 256, milliseconds);
        if (count >= 0) return count;
        var error = Marshal.GetLastPInvokeError();
        return error == Interrupted ? 0 : throw new IOException($"epoll_wait failed with {error}");
    }

    public (int Token, uint Events) Event(int index)
    {
        var entry = events.AsSpan(index * Stride, Stride);
        return (BinaryPrimitives.ReadInt32LittleEndian(entry[(Stride - 8)..]),
            BinaryPrimitives.ReadUInt32LittleEndian(entry));
    }

    public void Dispose() => _ = close(descriptor);

    void Control(int operation, int socket, int token, uint interest)
    {
        Span<byte> entry = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, interest);
        BinaryPrimitives.WriteInt32LittleEndian(entry[(Stride - 8)..], token);
        if (epoll_ctl(descriptor, operation, socket, ref entry[0]) != 0 && operation != 2)
            throw new IOException($"epoll_ctl failed with {Marshal.GetLastPInvokeError()}");
    }

    [DllImport("libc", SetLastError = true)] static extern int epoll_create1(int flags);
    [DllImport("libc", SetLastError = true)]
    static extern int epoll_ctl(
        int set, int operation, int id, ref byte entry);
    [DllImport("libc", SetLastError = true)] static extern int epoll_wait(int set, ref byte first, int most, int wait);
    [DllImport("libc")] static extern int close(int descriptor);
}
