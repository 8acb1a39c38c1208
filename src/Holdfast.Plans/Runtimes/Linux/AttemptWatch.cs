using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// What happens to a watched attempt from its start to its outcome. One thread at a time. An attempt runs, is perhaps
/// being ended, lingers for a moment if its leader left survivors, and then has its outcome.
/// </summary>
internal sealed class AttemptWatch(
    TimeProvider clock, EventQueue events, Orphans? orphans, Func<int, bool> isLeader) : IDisposable
{
    private const long LingerMs = 20;
    private const long AskLockEveryMs = 25;
    private const long WorthScanningMs = 200;
    private List<ProcessRow>? _table;

    /// <summary>Forgets the process table of the moment before.</summary>
    internal void NewMoment() => _table = null;

    /// <summary>Reaps a leader whose end was reported; false if it is not over yet.</summary>
    internal static bool LeaderEnded(RunningAttempt attempt)
    {
        if (attempt.IsLeaderGone)
        {
            return false;
        }

        if (!attempt.IsAdopted)
        {
            return TryReap(attempt);
        }

        attempt.IsLeaderGone = true;
        ClosePidFd(attempt);
        return true;
    }

    /// <summary>Ends an attempt on request. The first reason stays; a second request can only hurry.</summary>
    internal void Stop(RunningAttempt attempt, EndedBy reason, bool atOnce)
    {
        if (attempt.StartError is not null)
        {
            return;
        }

        if (attempt.Ending is null)
        {
            if (!attempt.IsLeaderGone)
            {
                attempt.Reason = reason;
                AttemptEnds.Note(attempt.Spec.Paths.End, reason, "driver", WallUs());
            }

            Begin(attempt, atOnce ? TimeSpan.Zero : attempt.Spec.Grace);
        }
        else if (atOnce)
        {
            attempt.Ending.Hurry(NowMs());
        }

        attempt.DueMs = NowMs();
    }

    /// <summary>Looks at an attempt; its outcome once it has one.</summary>
    internal Outcome? Advance(RunningAttempt attempt)
    {
        var nowMs = NowMs();
        if (attempt.StartError is { } error)
        {
            return new Outcome { EndedBy = EndedBy.StartFailed, StartError = error };
        }

        if (!attempt.IsLeaderGone
            && !(attempt.IsAdopted ? TryLoseLock(attempt) : TryReap(attempt))
            && attempt.Ending is null)
        {
            if (attempt.PassedLimit(nowMs, Table) is { } reason)
            {
                Stop(attempt, reason, atOnce: false);
            }
            else if (attempt.IsAdopted && attempt.PidFd < 0)
            {
                attempt.DueMs = Math.Min(attempt.DueMs, nowMs + AskLockEveryMs);
            }

            return null;
        }

        if (attempt.Ending is null && attempt.IsLeaderGone && !HasEndedCleanly(attempt, nowMs))
        {
            return null;
        }

        if (attempt.Ending is { } ending)
        {
            if (ending.Step(nowMs, !attempt.IsLeaderGone, attempt.IsLeaderOurs) is { } dueMs)
            {
                attempt.DueMs = attempt.IsAdopted ? Math.Min(dueMs, nowMs + AskLockEveryMs) : dueMs;
                return null;
            }

            attempt.Strays = ending.Left;
        }

        return OutcomeOf(attempt, nowMs);
    }

    /// <summary>Gives back what an attempt holds of this process.</summary>
    internal static void Close(RunningAttempt attempt)
    {
        ClosePidFd(attempt);
        CloseOne(attempt.OutFd);
        CloseOne(attempt.ErrFd);
        CloseOne(attempt.FileFd);
    }

    /// <inheritdoc/>
    public void Dispose() => orphans?.Dispose();

    // True when the outcome can be told; false when somebody lingers, or has to be ended first.
    private bool HasEndedCleanly(RunningAttempt attempt, long nowMs)
    {
        if (IsWrapperLost(attempt))
        {
            // The wrapper died alone: what it leaves behind runs unwatched, and a second try would run beside it.
            attempt.Reason ??= EndedBy.Lost;
            Begin(attempt, attempt.Spec.Grace);
            attempt.DueMs = nowMs;
            return true;
        }

        if (!MayHaveSurvivors(attempt, nowMs))
        {
            return true;
        }

        attempt.Strays = attempt.Members.Living(ProcessTable.Read(), byMarks: true);
        if (attempt.Strays.Count == 0)
        {
            return true;
        }

        attempt.LingersSinceMs ??= nowMs;
        if (nowMs < attempt.LingersSinceMs + LingerMs)
        {
            // The rest of a pipeline ends a moment after the shell; only who stays is worth a word.
            attempt.DueMs = attempt.LingersSinceMs.Value + LingerMs;
            return false;
        }

        if (attempt.Spec.EndStrays)
        {
            Begin(attempt, attempt.Spec.Grace);
            attempt.DueMs = nowMs;
        }

        orphans?.Accept(attempt.Strays);
        return true;
    }

    private static bool IsWrapperLost(RunningAttempt attempt) => attempt.IsAdopted
        ? AttemptFile.Read(attempt.FileFd).ExitCode is null
        : attempt.Spec.Adopt && attempt.WaitStatus is { } status && (status & 0x7f) != 0;

    private bool MayHaveSurvivors(RunningAttempt attempt, long nowMs) =>
        (attempt.Pid > 0 && LinuxCalls.IsNumberInUse(events.AnyDescriptor, attempt.Pid))
        || orphans?.HasUnknown(isLeader) == true
        || (orphans is null && nowMs - attempt.StartedMs >= WorthScanningMs)
        || attempt.IsAdopted;

    private void Begin(RunningAttempt attempt, TimeSpan grace)
    {
        attempt.Ending = new Ending(attempt.Members, NowMs(), grace, attempt.Spec.Adopt);
        if (grace > TimeSpan.Zero)
        {
            attempt.Ending.Ask(attempt.IsLeaderOurs);
        }
    }

    private static bool TryLoseLock(RunningAttempt attempt)
    {
        if (attempt.PidFd >= 0 || AttemptLock.IsHeld(attempt.FileFd))
        {
            return false;
        }

        attempt.IsLeaderGone = true;
        return true;
    }

    private static unsafe bool TryReap(RunningAttempt attempt)
    {
        int status;
        var reaped = LinuxCalls.WaitPid(attempt.Pid, &status, LinuxCalls.NoHang);
        if (reaped == 0)
        {
            return false;
        }

        // Anything but our child means that somebody else of this process reaped it: its end is known, not its status.
        attempt.WaitStatus = reaped == attempt.Pid ? status : null;
        attempt.IsLeaderGone = true;
        ClosePidFd(attempt);
        return true;
    }

    private static Outcome OutcomeOf(RunningAttempt attempt, long nowMs)
    {
        var outcome = new Outcome
        {
            EndedBy = attempt.Reason ?? EndedBy.Itself,
            Duration = TimeSpan.FromMilliseconds(Math.Max(0, nowMs - attempt.StartedMs)),
            StdoutBytes = attempt.OutBytes,
            StderrBytes = attempt.ErrBytes,
            Strays = AttemptEnds.Tell(attempt.Strays),
        };
        if (attempt.IsAdopted || attempt.WaitStatus is null)
        {
            return AttemptAdoption.WithRecord(outcome, attempt);
        }

        var status = attempt.WaitStatus.Value;
        if (!attempt.Spec.Adopt)
        {
            var code = (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);
            AttemptStarter.WriteLine(attempt.FileFd, $"exit {code}\n");
            return outcome.WithWaitStatus(status);
        }

        return outcome.EndedBy == EndedBy.Lost ? outcome
            : (status & 0x7f) == 0 ? outcome.WithShellCode((status >> 8) & 0xff)
            : outcome with { Signal = status & 0x7f };
    }

    private List<ProcessRow> Table() => _table ??= ProcessTable.Read();

    private long NowMs() => AttemptStarter.NowUs(clock) / 1000;

    private long WallUs() => (clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static void ClosePidFd(RunningAttempt attempt)
    {
        CloseOne(attempt.PidFd);
        attempt.PidFd = -1;
    }

    private static void CloseOne(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = LinuxCalls.Close(descriptor);
        }
    }
}
