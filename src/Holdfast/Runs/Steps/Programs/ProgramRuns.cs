using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// The runs that this process drives in one workspace: what they have in common, so that a thousand of them need no
/// more threads and timers than one.
/// </summary>
internal sealed class ProgramRuns : IAsyncDisposable
{
    private static readonly TimeSpan LookPace = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, ProgramRun?> _runs = new(StringComparer.Ordinal);
    private readonly JournalSyncs _syncs;
    private readonly ProgramRunOpening _opening;
    private readonly ITimer _watch;
    private TaskCompletionSource? _empty;
    private int _isLooking;
    private bool _closed;

    internal ProgramRuns(Workspace workspace, WorkspaceOptions options)
    {
        Options = options;
        _syncs = new JournalSyncs(SyncRounds.TryOpen(workspace.Storage, workspace.RunsPath, options.Time));
        _opening = new ProgramRunOpening(workspace, _syncs, options);
        _watch = options.Time.CreateTimer(_ => _ = LookAsync(), null, LookPace, LookPace);
    }

    internal WorkspaceOptions Options { get; }

    /// <summary>Opens a run, and counts it as driven until <see cref="Close"/>.</summary>
    /// <exception cref="RunLockedException">It is driven already, by this process or another one.</exception>
    internal ProgramRun Open(string id, RunOptions options)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(Workspace));
            if (!_runs.TryAdd(id, null))
            {
                throw RunLockedException.ByThisProcess(id);
            }
        }

        try
        {
            var run = _opening.Open(id, options);
            lock (_gate)
            {
                _runs[id] = run;
                if (_closed)
                {
                    run.Interrupt("its workspace is being closed");
                }
            }

            return run;
        }
        catch
        {
            Forget(id);
            throw;
        }
    }

    internal void Close(ProgramRun run)
    {
        run.Dispose();
        Forget(run.Id);
    }

    /// <summary>The run of that id, if this process drives it.</summary>
    internal ProgramRun? Find(string id)
    {
        lock (_gate)
        {
            return _runs.GetValueOrDefault(id);
        }
    }

    /// <summary>Interrupts every run, and returns once their programs have left.</summary>
    public async ValueTask DisposeAsync()
    {
        ProgramRun[] running;
        Task empty;
        lock (_gate)
        {
            _closed = true;
            running = [.. _runs.Values.OfType<ProgramRun>()];
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_runs.Count == 0)
            {
                _empty.TrySetResult();
            }

            empty = _empty.Task;
        }

        foreach (var run in running)
        {
            run.Interrupt("its workspace is being closed");
        }

        await empty;
        await _watch.DisposeAsync();
        _syncs.Dispose();
    }

    private void Forget(string id)
    {
        lock (_gate)
        {
            _runs.Remove(id);
            if (_closed && _runs.Count == 0)
            {
                _empty?.TrySetResult();
            }
        }
    }

    // One look at a time; what a disk refuses now is looked at again.
    private async Task LookAsync()
    {
        if (Interlocked.CompareExchange(ref _isLooking, 1, 0) != 0)
        {
            return;
        }

        try
        {
            ProgramRun[] running;
            lock (_gate)
            {
                running = [.. _runs.Values.OfType<ProgramRun>()];
            }

            foreach (var run in running)
            {
                await LookAsync(run);
            }
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private static async Task LookAsync(ProgramRun run)
    {
        try
        {
            await run.LookAsync();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException
            or ObjectDisposedException or Holdfast.Journal.JournalPoisonedException)
        {
            // The run itself meets the same error, and says so to its program.
        }
    }
}
