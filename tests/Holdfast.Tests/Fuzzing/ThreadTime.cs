using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// How long the processor has worked for the calling thread; elsewhere than on Linux, the time that has passed.
/// </summary>
internal static class ThreadTime
{
    private const int OfThread = 3;

    internal static TimeSpan Now => OperatingSystem.IsLinux() && Read(OfThread, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
        : Stopwatch.GetElapsedTime(0);

    [DllImport("libc", EntryPoint = "clock_gettime")]
    private static extern int Read(int clock, out Time time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Time
    {
        internal readonly nint Seconds;
        internal readonly nint Nanoseconds;
    }
}
