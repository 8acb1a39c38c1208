using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>One attempt that is being watched. After it was registered only the watching thread touches it.</summary>
internal sealed class RunningAttempt(CommandSpec spec, Action<Outcome> ended)
{
    private const long FirstLookMs = 100;
    private const long LookEveryMs = 250;
    private const long HurriedLookMs = 10;
    private ProgressWatch? _progress;
    private long _lastBytes;
    private long _lastLookMs;

    internal CommandSpec Spec { get; } = spec;

    internal Action<Outcome> Ended { get; } = ended;

    /// <summary>Names the attempt in events of the kernel.</summary>
    internal int Token { get; set; }

    /// <summary>
    /// Pid of the wrapper, or of the program without one; 0 for an adopted one that is not proven ours.
    /// </summary>
    internal int Pid { get; init; }

    internal int PidFd { get; set; } = -1;

    internal int OutFd { get; init; } = -1;

    internal int ErrFd { get; init; } = -1;

    /// <summary>
    /// The attempt file: to ask for the lock of an adopted one, to write the lines of one without a wrapper.
    /// </summary>
    internal int FileFd { get; init; } = -1;

    /// <summary>Not our child: its end shows by the lock, its code by the exit line.</summary>
    internal bool IsAdopted { get; init; }

    /// <summary>Monotonic milliseconds of its real start.</summary>
    internal required long StartedMs { get; init; }

    /// <summary>Who belongs to it.</summary>
    internal required AttemptMembers Members { get; init; }

    internal string? StartError { get; init; }

    /// <summary>Why it is being ended; null while nobody ends it.</summary>
    internal EndedBy? Reason { get; set; }

    internal Ending? Ending { get; set; }

    internal bool IsLeaderGone { get; set; }

    /// <summary>The wait status of our child; null if it is none, or was not reaped.</summary>
    internal int? WaitStatus { get; set; }

    /// <summary>When it was first seen to have survivors; they get a moment to end by themselves.</summary>
    internal long? LingersSinceMs { get; set; }

    /// <summary>Set for one that had ended before it was taken up.</summary>
    internal TimeSpan? EndedDuration { get; set; }

    /// <summary>Monotonic milliseconds of the next look.</summary>
    internal long DueMs { get; set; } = long.MaxValue;

    /// <summary>Survivors to list.</summary>
    internal List<ProcessRow> Strays { get; set; } = [];

    /// <summary>Whether the leader's number still is its own: unreaped by us, or proven and not yet gone.</summary>
    internal bool IsLeaderOurs => Pid > 0 && !IsLeaderGone && !(IsAdopted && LinuxCalls.HasEnded(PidFd));

    internal long OutBytes => LinuxCalls.TryStat(OutFd, out var facts) ? facts.Size : 0;

    internal long ErrBytes => LinuxCalls.TryStat(ErrFd, out var facts) ? facts.Size : 0;

    /// <summary>Sets the first look.</summary>
    internal void Schedule(long nowMs) => DueMs = Math.Min(DeadlineMs, nowMs + FirstLookMs);

    /// <summary>The limit that is passed now, or null; sets the time of the next look.</summary>
    /// <param name="nowMs">Monotonic.</param>
    /// <param name="table">Reads the process table, at most once for all attempts of a moment.</param>
    internal EndedBy? PassedLimit(long nowMs, Func<List<ProcessRow>> table)
    {
        if (nowMs >= DeadlineMs)
        {
            return EndedBy.HardTimeout;
        }

        var bytes = OutBytes + ErrBytes;
        if (bytes > Spec.OutputBound)
        {
            return EndedBy.OutputBound;
        }

        if (Spec.Meter is { IsPastLimit: true })
        {
            return EndedBy.UsageLimit;
        }

        var dueMs = Math.Min(DeadlineMs, nowMs + UntilBoundMs(nowMs, bytes));
        if (Spec.NoProgress is { } window)
        {
            _progress ??= new ProgressWatch(
                window, nowMs, Spec.Meter is null ? ProgressWatch.CoreShare : ProgressWatch.MeteredCoreShare);
            if (_progress.HasStalled(nowMs, Spec.Meter?.Progress ?? bytes, () => Members.CpuTicks(table())))
            {
                return EndedBy.NoProgress;
            }

            dueMs = Math.Min(dueMs, _progress.DueMs);
        }

        DueMs = dueMs;
        return null;
    }

    private long DeadlineMs => StartedMs + (long)Spec.HardTimeout.TotalMilliseconds;

    // Half of the time that the bound is away at the present rate: a fast writer is looked at often, a quiet one
    // seldom.
    private long UntilBoundMs(long nowMs, long bytes)
    {
        var grown = bytes - _lastBytes;
        var tookMs = Math.Max(1, nowMs - _lastLookMs);
        (_lastBytes, _lastLookMs) = (bytes, nowMs);
        return grown <= 0
            ? LookEveryMs
            : (long)Math.Clamp((Spec.OutputBound - bytes) / 2.0 / grown * tookMs, HurriedLookMs, LookEveryMs);
    }
}
