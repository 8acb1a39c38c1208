using System.Runtime.InteropServices;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// A counting semaphore of the kernel's: one call lets a thread in, one waits. The library's own takes a lock and a
/// condition for each, at which the thread that wakes meets the one that woke it.
/// </summary>
internal sealed unsafe class KernelSemaphore : IDisposable
{
    private const int CountsOneByOne = 1;
    private readonly int _count;

    internal KernelSemaphore()
    {
        _count = LinuxCalls.EventFd(0, LinuxCalls.CloseOnExec | CountsOneByOne);
        if (_count < 0)
        {
            throw Failed("eventfd");
        }
    }

    /// <summary>Lets one thread in, now or when it comes.</summary>
    internal void Release()
    {
        var one = 1L;
        _ = LinuxCalls.Write(_count, (byte*)&one, sizeof(long));
    }

    /// <summary>Waits until it is let in.</summary>
    internal void Wait()
    {
        long taken;
        while (LinuxCalls.Read(_count, (byte*)&taken, sizeof(long)) < 0)
        {
            // A signal came between.
            if (Marshal.GetLastPInvokeError() != LinuxCalls.Eintr)
            {
                throw Failed("waiting for work");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _ = LinuxCalls.Close(_count);

    private static IOException Failed(string what) =>
        new(Errno.Tell(Marshal.GetLastPInvokeError(), $"{what} failed"));
}
