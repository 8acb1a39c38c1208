using Holdfast.Failures;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>Takes up what an earlier driver started.</summary>
internal static class AttemptAdoption
{
    /// <summary>An attempt to watch: a living one by its lock, an ended one to be told at once.</summary>
    internal static RunningAttempt Adopt(CommandSpec spec, Action<Outcome> ended, long nowMs)
    {
        var paths = spec.Paths;
        var trace = AttemptLock.Find(paths.Attempt, spec.IntentBoot, out var record);
        var header = record.Header;
        var file = LinuxCalls.Open(paths.Attempt, LinuxCalls.ReadOnly);
        var isOurs = IsOurs(file, record);
        var leader = trace == AttemptTrace.Alive && isOurs ? record.StartPid!.Value : 0;
        var attempt = new RunningAttempt(spec, ended)
        {
            IsAdopted = true,
            Pid = leader,
            PidFd = leader > 0 ? LinuxCalls.PidfdOpen(leader) : -1,
            OutFd = LinuxCalls.Open(paths.Out, LinuxCalls.ReadOnly),
            ErrFd = LinuxCalls.Open(paths.Err, LinuxCalls.ReadOnly),
            FileFd = file,
            StartedMs = header is not null && header.Boot == AttemptFile.CurrentBoot
                ? header.MonotonicUs / 1000
                : nowMs,
            Members = MembersOf(spec, header, leader, file),
            Reason = Known(AttemptEnds.Noted(paths.End)),
            DueMs = long.MinValue,
        };
        if (trace != AttemptTrace.Alive || file < 0)
        {
            attempt.IsLeaderGone = true;
            attempt.EndedDuration = DurationOf(file, header);
        }

        return attempt;
    }

    /// <summary>The outcome with what the attempt file says; lost if it says nothing.</summary>
    internal static Outcome WithRecord(Outcome outcome, RunningAttempt attempt)
    {
        outcome = outcome with { Duration = attempt.EndedDuration ?? outcome.Duration };
        var hasFile = attempt.IsAdopted
            ? ReadOpen(attempt.FileFd, out var record)
            : AttemptFile.TryRead(attempt.Spec.Paths.Attempt, out record);
        return hasFile && record.ExitCode is { } code
            ? outcome.WithShellCode(code)
            : outcome with { EndedBy = attempt.Reason ?? EndedBy.Lost };
    }

    /// <summary>
    /// Who belongs to an attempt that somebody else started. A copied file names processes of the original, which
    /// are nobody we may signal.
    /// </summary>
    internal static AttemptMembers MembersOf(CommandSpec spec, AttemptHeader? header, int leader, int file)
    {
        var isCopy = header is null || header.Boot != AttemptFile.CurrentBoot || !IsOriginal(file, header);
        var mark = isCopy ? string.Empty : header!.MarkFolder;
        return new AttemptMembers(leader, mark, spec.Attempt, header?.BoottimeUs ?? 0);
    }

    /// <summary>Whether the recorded wrapper is proven: this boot, no copy, and it has this very file open.</summary>
    internal static bool IsOurs(int file, in AttemptRecord record) =>
        file >= 0
        && record is { StartPid: { } pid, Header: { } header }
        && header.Boot == AttemptFile.CurrentBoot
        && IsOriginal(file, header)
        && LinuxCalls.TryStat(file, out var facts)
        && LinuxCalls.GetSession(pid) == pid
        && ProcessTable.HasOpen(pid, facts);

    internal static bool IsOriginal(int file, AttemptHeader header) =>
        LinuxCalls.TryStat(file, out var facts) && facts.Inode == header.Inode;

    private static bool ReadOpen(int file, out AttemptRecord record)
    {
        record = file >= 0 ? AttemptFile.Read(file) : default;
        return file >= 0;
    }

    // The exit line was the last write, so the file's time is the end; both are wall clock, which may have stepped.
    private static TimeSpan DurationOf(int file, AttemptHeader? header) =>
        header is not null && LinuxCalls.TryStat(file, out var facts)
            ? TimeSpan.FromMicroseconds(Math.Max(0, (facts.ModifiedNs / 1000) - header.StartedAtUs))
            : TimeSpan.Zero;

    private static EndedBy? Known(EndedBy noted) => noted == EndedBy.Itself ? null : noted;
}
