using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Holdfast.Plans.Runtimes.Portable;

/// <summary>
/// A job object around one attempt: all its descendants end with it, and with the driver, since nothing can be adopted
/// on Windows and a second try must not run beside the first.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe partial class WindowsJob : IDisposable
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnClose = 0x2000;

    // JOBOBJECT_EXTENDED_LIMIT_INFORMATION: LimitFlags lie behind two 8-byte times, on 32 and on 64 bits.
    private const int LimitFlagsOffset = 16;
    private static readonly int StructureSize = nint.Size == 8 ? 144 : 112;
    private nint _job;

    private WindowsJob(nint job) => _job = job;

    /// <summary>
    /// Puts a process into a job of its own; null if the system refuses, then only the tree can be ended.
    /// </summary>
    internal static WindowsJob? Around(Process process)
    {
        var job = CreateJobObject(0, 0);
        if (job == 0)
        {
            return null;
        }

        byte* limits = stackalloc byte[StructureSize];
        new Span<byte>(limits, StructureSize).Clear();
        *(uint*)(limits + LimitFlagsOffset) = KillOnClose;
        if (SetInformationJobObject(job, ExtendedLimitInformation, limits, (uint)StructureSize) != 0
            && AssignProcessToJobObject(job, process.Handle) != 0)
        {
            return new WindowsJob(job);
        }

        _ = CloseHandle(job);
        return null;
    }

    /// <summary>Ends every process of the job.</summary>
    internal void End()
    {
        if (_job != 0)
        {
            _ = TerminateJobObject(_job, 137);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var job = Interlocked.Exchange(ref _job, 0);
        if (job != 0)
        {
            _ = CloseHandle(job);
        }
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW")]
    private static partial nint CreateJobObject(nint attributes, nint name);

    [LibraryImport("kernel32")]
    private static partial int SetInformationJobObject(nint job, int kind, byte* information, uint length);

    [LibraryImport("kernel32")]
    private static partial int AssignProcessToJobObject(nint job, nint process);

    [LibraryImport("kernel32")]
    private static partial int TerminateJobObject(nint job, uint exitCode);

    [LibraryImport("kernel32")]
    private static partial int CloseHandle(nint handle);
}
