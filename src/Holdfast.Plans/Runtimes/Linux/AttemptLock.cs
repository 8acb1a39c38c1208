using System.Runtime.InteropServices;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Asks whether an attempt lives, by the lock that its wrapper inherited. Askers take the shared lock, so that a driver
/// and a guard that ask at once do not take each other for the attempt.
/// </summary>
internal static class AttemptLock
{
    // A sibling between fork and exec holds every descriptor of its driver for a moment.
    private const int DoubtMs = 100;
    private const int AskEveryMs = 5;

    /// <summary>Whether somebody holds the file's exclusive lock now.</summary>
    internal static bool IsHeld(int descriptor)
    {
        while (true)
        {
            if (LinuxCalls.Flock(descriptor, LinuxCalls.FlockShared | LinuxCalls.FlockNonBlocking) == 0)
            {
                _ = LinuxCalls.Flock(descriptor, 8);
                return false;
            }

            var errno = Marshal.GetLastPInvokeError();
            if (errno != LinuxCalls.Eintr)
            {
                return errno == LinuxCalls.Eagain
                    ? true
                    : throw new IOException(Errno.Tell(errno, "cannot ask for the lock of an attempt file"));
            }
        }
    }

    /// <summary>What can be proven about an attempt from its file.</summary>
    internal static AttemptTrace Find(CommandSpec spec) => Find(spec.Paths.Attempt, spec.IntentBoot, out _);

    /// <inheritdoc cref="Find(CommandSpec)"/>
    internal static AttemptTrace Find(string path, string? intentBoot, out AttemptRecord record)
    {
        record = default;
        var descriptor = LinuxCalls.Open(path, LinuxCalls.ReadOnly);
        if (descriptor < 0)
        {
            var errno = Marshal.GetLastPInvokeError();
            if (errno is not (LinuxCalls.Enoent or LinuxCalls.Enotdir))
            {
                throw new IOException(Errno.Tell(errno, $"cannot read the attempt file {path}"));
            }

            // The file precedes the spawn, so without it nothing ran, unless a power cut took the file away.
            return intentBoot is null || intentBoot == AttemptFile.CurrentBoot
                ? AttemptTrace.NeverStarted
                : AttemptTrace.Gone;
        }

        try
        {
            return Judge(descriptor, intentBoot, out record);
        }
        finally
        {
            _ = LinuxCalls.Close(descriptor);
        }
    }

    private static AttemptTrace Judge(int descriptor, string? intentBoot, out AttemptRecord record)
    {
        for (var askedMs = 0; ; askedMs += AskEveryMs)
        {
            // Lock first: what is read after the lock was free is the attempt's last word.
            var isHeld = IsHeld(descriptor);
            record = AttemptFile.Read(descriptor);
            if (record.ExitCode is not null)
            {
                return AttemptTrace.Ended;
            }

            if (!isHeld)
            {
                break;
            }

            if (askedMs >= DoubtMs || IsHeldByWrapper(descriptor, record))
            {
                return AttemptTrace.Alive;
            }

            Pause(AskEveryMs);
        }

        if (record.StartPid is not null)
        {
            return AttemptTrace.Gone;
        }

        return IsProvablyUnstarted(descriptor, record, intentBoot)
            ? AttemptTrace.NeverStarted
            : AttemptTrace.Gone;
    }

    // The wrapper itself with the file open leaves no doubt, and spares the wait.
    private static bool IsHeldByWrapper(int descriptor, in AttemptRecord record) =>
        record.StartPid is { } pid
        && record.Header?.Boot == AttemptFile.CurrentBoot
        && LinuxCalls.TryStat(descriptor, out var facts)
        && ProcessTable.HasOpen(pid, facts);

    private static bool IsProvablyUnstarted(int descriptor, in AttemptRecord record, string? intentBoot)
    {
        if (record.Header is not { } header)
        {
            // The block is written before the spawn, so a torn one is proof too, within the same boot. One that was
            // damaged or overwritten proves nothing.
            return record.IsTorn && intentBoot is not null && intentBoot == AttemptFile.CurrentBoot;
        }

        // A copy made between spawn and start line lacks the line although the original ran, and without the wrapper
        // nobody writes one before the program runs.
        return header.Adopt
            && header.Boot == AttemptFile.CurrentBoot
            && LinuxCalls.TryStat(descriptor, out var facts)
            && facts.Inode == header.Inode;
    }

    /// <summary>Waits on nothing but time; the kernel offers no lock request with a deadline.</summary>
    internal static unsafe void Pause(int milliseconds) => _ = LinuxCalls.Poll(null, 0, milliseconds);
}
