using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Portable;

/// <summary>One attempt of the portable runtime. Touched only under the runtime's gate.</summary>
internal sealed class PortableAttempt(CommandSpec spec, Action<Outcome> ended, long startedMs)
{
    // After the end of a program its last output is still on its way through the pipe.
    private const long DrainMs = 2_000;

    // What reads the pipes may be late on a busy machine: one quiet look proves nothing.
    private const long QuietMs = 50;
    private long _quietSinceMs;
    private long? _movedAtMs;
    private long _bytes;
    private TimeSpan _processorTime;
    private long? _killAtMs;
    private long? _endedAtMs;

    internal CommandSpec Spec { get; } = spec;

    internal Action<Outcome> Ended { get; } = ended;

    internal IPortableProcess? Process { get; init; }

    internal FileStream? Output { get; init; }

    internal FileStream? Errors { get; init; }

    /// <summary>Set for one that needs no watching: a failed start, or one that was taken up after its end.</summary>
    internal Outcome? Known { get; init; }

    internal EndedBy? Reason { get; private set; }

    /// <summary>Ends it; the first reason stays, a second call can only hurry.</summary>
    internal void Stop(EndedBy reason, bool atOnce, long nowMs)
    {
        if (Process is null || _endedAtMs is not null)
        {
            return;
        }

        if (Reason is null)
        {
            Reason = reason;
            _killAtMs = !atOnce && Process.Ask() ? nowMs + (long)Spec.Grace.TotalMilliseconds : nowMs;
        }
        else if (atOnce)
        {
            _killAtMs = nowMs;
        }
    }

    /// <summary>Looks once; the outcome when it is over.</summary>
    internal Outcome? Advance(long nowMs)
    {
        if (Known is not null)
        {
            return Known;
        }

        var bytes = Output!.Length + Errors!.Length;
        if (Process!.ExitCode is { } code)
        {
            // Drained: nothing more came for a moment. A daemon that keeps writing is not waited for.
            _endedAtMs ??= nowMs;
            _quietSinceMs = bytes == _bytes ? _quietSinceMs : nowMs;
            _bytes = bytes;
            var isQuiet = nowMs >= Math.Max(_endedAtMs.Value, _quietSinceMs) + QuietMs;
            return isQuiet || nowMs >= _endedAtMs + DrainMs ? Told(code) : null;
        }

        if (_killAtMs is { } killAtMs)
        {
            if (nowMs >= killAtMs)
            {
                Process.Kill();
            }

            return null;
        }

        if (PassedLimit(nowMs, bytes) is { } reason)
        {
            Stop(reason, atOnce: false, nowMs);
            return Advance(nowMs);
        }

        return null;
    }

    /// <summary>Gives back what it holds.</summary>
    internal void Close()
    {
        Process?.Dispose();
        Output?.Dispose();
        Errors?.Dispose();
    }

    private EndedBy? PassedLimit(long nowMs, long bytes)
    {
        if (nowMs - startedMs >= Spec.HardTimeout.TotalMilliseconds)
        {
            return EndedBy.HardTimeout;
        }

        if (bytes > Spec.OutputBound)
        {
            return EndedBy.OutputBound;
        }

        if (Spec.Meter is { IsPastLimit: true })
        {
            return EndedBy.UsageLimit;
        }

        var moved = Spec.Meter?.Progress ?? bytes;
        var share = Spec.Meter is null ? Linux.ProgressWatch.CoreShare : Linux.ProgressWatch.MeteredCoreShare;
        var used = Process!.ProcessorTime;
        var window = Spec.NoProgress ?? TimeSpan.MaxValue;
        if (moved != _bytes || (Spec.NoProgress is not null && used - _processorTime >= window * share))
        {
            (_bytes, _processorTime, _movedAtMs) = (moved, used, nowMs);
        }

        return nowMs - (_movedAtMs ?? startedMs) >= window.TotalMilliseconds ? EndedBy.NoProgress : null;
    }

    private Outcome Told(int code)
    {
        var outcome = new Outcome
        {
            EndedBy = Reason ?? EndedBy.Itself,
            Duration = TimeSpan.FromMilliseconds(_endedAtMs!.Value - startedMs),
            StdoutBytes = Output!.Length,
            StderrBytes = Errors!.Length,
        };
        return OperatingSystem.IsWindows()
            ? outcome with { ExitCode = code }
            : Linux.AttemptEnds.WithShellCode(outcome, code);
    }
}
