using System.Runtime.InteropServices;
using Perfolizer.Horology;

namespace Holdfast.Benchmarks.Library;

/// <summary>
/// Processor time of the measuring thread, so that what else runs on the machine does not count. Only for work that
/// ends on the thread that began it.
/// </summary>
internal sealed partial class ThreadClock : IClock
{
    private const int ThreadCpuTime = 3;
    private const long PerSecond = 1_000_000_000;

    public string Title => "processor time of the thread";

    public bool IsAvailable => OperatingSystem.IsLinux();

    public Frequency Frequency => new(PerSecond);

    public long GetTimestamp() => GetTime(ThreadCpuTime, out var time) == 0
        ? (time.Seconds * PerSecond) + time.Nanoseconds
        : throw new InvalidOperationException("the processor time of this thread cannot be read");

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private struct Time
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
