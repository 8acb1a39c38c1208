using System.Runtime.InteropServices;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>The kernel's event queue: descriptors with a number each, and a way to wake the one that waits.</summary>
internal sealed unsafe class EventQueue : IDisposable
{
    private const int Add = 1;
    private const uint Readable = 1;
    private const uint Once = 1u << 30;
    private const int MaxEvents = 64;

    // The kernel packs the structure on x86-64 only.
    private static readonly int Stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private readonly byte[] _events = new byte[MaxEvents * 16];
    private readonly int _queue;
    private readonly int _wake;

    internal EventQueue()
    {
        _queue = Require(LinuxCalls.EpollCreate(LinuxCalls.CloseOnExec), "epoll_create1");
        _wake = Require(LinuxCalls.EventFd(0, LinuxCalls.CloseOnExec | LinuxCalls.NonBlocking), "eventfd");
        Register(_wake, 0, Readable);
    }

    /// <summary>A descriptor that is always open, for questions that need any.</summary>
    internal int AnyDescriptor => _wake;

    /// <summary>
    /// Reports the token once, when the descriptor is readable. Once, because closing it does not end the reports while
    /// a child between fork and exec still holds a copy: the loop would spin just when the child needs the processor.
    /// </summary>
    internal void Watch(int descriptor, int token) => Register(descriptor, token, Readable | Once);

    private void Register(int descriptor, int token, uint events)
    {
        byte* one = stackalloc byte[16];
        *(uint*)one = events;
        *(long*)(one + Stride - 8) = token;
        _ = Require(LinuxCalls.EpollControl(_queue, Add, descriptor, one), "epoll_ctl");
    }

    /// <summary>Ends a wait, or the next one.</summary>
    internal void Wake()
    {
        long one = 1;
        _ = LinuxCalls.Write(_wake, (byte*)&one, sizeof(long));
    }

    /// <summary>Waits; fills in the tokens that are readable, the wake-up not among them.</summary>
    /// <param name="timeoutMs">-1 for as long as nothing happens.</param>
    /// <param name="tokens">At most 64 are filled in.</param>
    internal int Wait(int timeoutMs, Span<int> tokens)
    {
        fixed (byte* events = _events)
        {
            var count = LinuxCalls.EpollWait(_queue, events, MaxEvents, timeoutMs);
            var filled = 0;
            for (var i = 0; i < count; i++)
            {
                var token = (int)*(long*)(events + (i * Stride) + Stride - 8);
                if (token != 0)
                {
                    tokens[filled++] = token;
                    continue;
                }

                long drained;
                _ = LinuxCalls.Read(_wake, (byte*)&drained, sizeof(long));
            }

            return filled;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = LinuxCalls.Close(_queue);
        _ = LinuxCalls.Close(_wake);
    }

    private static int Require(int result, string call) =>
        result >= 0 ? result : throw new IOException(Errno.Tell(Marshal.GetLastPInvokeError(), $"{call} failed"));
}
