using Holdfast.Failures;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Plans.Runtimes.Portable;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes;

/// <summary>How a command runtime behaves for all its attempts.</summary>
public sealed record CommandRuntimeOptions
{
    /// <summary>Wall and monotonic clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Makes this process the parent of orphaned descendants, so that survivors are found by ancestry too. For a
    /// program that is Holdfast and nothing else, with one runtime; a library must not change its host so.
    /// </summary>
    public bool Subreaper { get; init; }
}

/// <summary>
/// Runs commands as attempts: starts, watches, limits, ends, and takes up what an earlier driver left running. One
/// thread at a time watches all attempts. Callbacks come on that thread, once per attempt, and must not block.
/// </summary>
public abstract class CommandRuntime : IDisposable
{
    /// <summary>The runtime of this operating system.</summary>
    public static CommandRuntime Create(CommandRuntimeOptions? options = null) => OperatingSystem.IsLinux()
        ? new LinuxCommandRuntime(options ?? new())
        : new PortableCommandRuntime(options?.Clock ?? TimeProvider.System, new SystemProcesses());

    /// <summary>Whether a later driver can take attempts up.</summary>
    public abstract bool CanAdopt { get; }

    /// <summary>Where a driver rests and watches meanwhile; null where another thread does all the watching.</summary>
    public virtual IDriverRest? Rest => null;

    /// <summary>
    /// A hint that an attempt is likely to start soon: makes what can be made ahead of its start. Nothing of the work
    /// runs, and nothing that goes wrong is told: the start will meet it again. Once for an attempt.
    /// </summary>
    /// <returns>Whether it is ready now.</returns>
    public virtual bool MakeReady(CommandSpec spec) => false;

    /// <summary>Lets go of what was made ready for an attempt that will not start now.</summary>
    public virtual void GiveUp(AttemptId attempt)
    {
    }

    /// <summary>
    /// Starts an attempt and returns before it runs, as soon as its files are made. A start that fails arrives as an
    /// end with <see cref="EndedBy.StartFailed"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The attempt is already running here.</exception>
    /// <exception cref="Journal.StorageFullException">No space for the attempt's files; it has not started.</exception>
    public abstract void Start(CommandSpec spec, Action<Outcome> ended);

    /// <summary>Says what can be proven about an attempt that an earlier driver may have started.</summary>
    /// <exception cref="IOException">The attempt file cannot be read.</exception>
    public abstract AttemptTrace Find(CommandSpec spec);

    /// <summary>
    /// Takes an attempt up. What lives is watched, its limits counted from its real start; what ended is told; what is
    /// gone, or was never started, ends as <see cref="EndedBy.Lost"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The attempt is already running here.</exception>
    public abstract void Adopt(CommandSpec spec, Action<Outcome> ended);

    /// <summary>Ends a running attempt: TERM, grace, KILL; or KILL at once. Without effect on one that ended.</summary>
    public abstract void Stop(AttemptId attempt, EndedBy reason, bool atOnce);

    /// <summary>Stops watching. Attempts that can be adopted go on.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc cref="Dispose()"/>
    protected abstract void Dispose(bool disposing);
}
