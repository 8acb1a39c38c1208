using Holdfast.Failures;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Letters;

/// <summary>
/// Writes the letters of one run: follows its durable events, so that no letter tells what a crash takes back, and
/// catches up at a takeover with what a crash kept from being written. Writing is done on a thread of its own, some
/// ends at once.
/// </summary>
/// <param name="letters">The workspace's letters.</param>
/// <param name="state">The run, as it is folded.</param>
/// <param name="definitionOf">Hash of a task's definition; null where it is not known.</param>
/// <param name="time">The clock.</param>
public sealed class LetterPost(
    WorkspaceLetters letters, RunState state, Func<TaskState, string?> definitionOf, TimeProvider time)
    : IRunObserver, IDisposable
{
    /// <summary>How long ends are gathered before they are written: 200 ms.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly HashSet<string> _open = [];
    private List<End> _ends = [];
    private IRunObserver? _inner;
    private ITimer? _timer;

    /// <summary>Why the last letters could not be written; null while it is well. Whoever takes the run up next makes
    /// up for them.</summary>
    public string? Problem { get; private set; }

    /// <summary>Follows a driver, before its first step; whoever follows it already goes on to.</summary>
    public void Follow(Dispatcher dispatcher)
    {
        ArgumentNullException.ThrowIfNull(dispatcher);
        CatchUp();
        _inner = dispatcher.Observer;
        dispatcher.Observer = this;
    }

    /// <summary>
    /// Writes what the run as it stands says and no letter does: for a takeover, when all that is folded is durable.
    /// </summary>
    public void CatchUp()
    {
        if (state.Driver is not null)
        {
            FindOpen();
        }

        foreach (var task in state.Tasks)
        {
            if (task.Status == TaskStage.Failed || (task.Status == TaskStage.Succeeded && IsOpen(task.Name)))
            {
                Add(task);
            }
        }

        Flush();
    }

    /// <inheritdoc/>
    public void OnEvent(RunEvent e, long seq, RunProgress progress)
    {
        _inner?.OnEvent(e, seq, progress);
        if (e.Task is { } name && IsEnd(e) && state.Find(name) is { } task
            && (task.Status == TaskStage.Failed || (task.Status == TaskStage.Succeeded && IsOpen(name))))
        {
            Add(task);
            lock (_gate)
            {
                _timer ??= time.CreateTimer(_ => Flush(), null, Pace, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>No journal is closed before its letters are written: a kill in between leaves a run that shows as
    /// not over, and whoever takes it up, or lists letters, catches up.</summary>
    public void OnClosing()
    {
        _inner?.OnClosing();
        Flush();
    }

    /// <summary>Writes what was gathered; durable on return, or <see cref="Problem"/> says why not.</summary>
    public void Flush()
    {
        List<End> ends;
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            (ends, _ends) = (_ends, []);
        }

        if (ends.Count == 0)
        {
            return;
        }

        try
        {
            letters.Step(book => Decide(book, ends), time.GetUtcNow());
            Problem = null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The journal has it all. A letter that cannot be written costs no work, and whoever takes the run up
            // writes it.
            Problem = error.Message;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Flush();

    private static bool IsEnd(RunEvent e) => e is TaskFailed or AttemptSucceeded or TaskSucceeded or TaskReconciled
        or TaskResolved or ApprovalDecided or CheckpointCompleted;

    // A task that a person ordered again is not failed any more, and its letter is open still.
    private void FindOpen()
    {
        try
        {
            var open = letters.Any ? letters.Look() : [];
            lock (_gate)
            {
                _open.UnionWith(open
                    .Where(l => l.Status == LetterStatus.Open && l.Run == state.Spec.RunId).Select(l => l.Task));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Problem = error.Message;
        }
    }

    private bool IsOpen(string task)
    {
        lock (_gate)
        {
            return _open.Contains(task);
        }
    }

    // A fan-out that has instances fails for one of them, and that one has the letter.
    private void Add(TaskState task)
    {
        if (task.Instances > 0)
        {
            return;
        }

        var at = task.EndedAt ?? state.LastAt;
        lock (_gate)
        {
            if (task.Status == TaskStage.Failed)
            {
                _open.Add(task.Name);
            }

            _ends.Add(new End(
                task.Name, task.Attempts, at, task.Status == TaskStage.Failed ? LetterOf(task, at) : null));
        }
    }

    private List<Letter> Decide(LetterBook book, List<End> ends)
    {
        var changed = new List<Letter>();

        // Of two ends of one task within one step the later one is judged by the letter that the first one made.
        var own = new LetterBook();
        foreach (var end in ends)
        {
            if (own.NewestOf(state.Spec.RunId, end.Task) is null
                && book.NewestOf(state.Spec.RunId, end.Task) is { } known)
            {
                own.Take(known);
            }

            var letter = end.Failed is { } failed
                ? own.Fail(failed)
                : own.Succeed(state.Spec.RunId, end.Task, end.Attempts, end.At);
            if (letter is not null)
            {
                own.Take(letter);
                changed.Add(letter);
            }
        }

        return changed;
    }

    private Letter LetterOf(TaskState task, DateTimeOffset at)
    {
        var kind = task.Failure?.Class ?? (task.Spec.Approval is not null ? FailureClass.PolicyDenied
            : task.NextCheckpoint is not null && task.Attempts > 0 ? FailureClass.Incomplete
            : FailureClass.Unknown);
        return new Letter
        {
            Id = Letter.IdOf(state.Spec.RunId, task.Name, task.Attempts, at),
            Run = state.Spec.RunId,
            Task = task.Name,
            Attempts = task.Attempts,
            FailedAt = at,
            Class = kind,
            Disposition = task.Failure?.Disposition ?? FailureDefaults.DispositionOf(kind),
            Transient = task.Failure?.Transient ?? FailureDefaults.Transient(kind),
            Message = task.Reason ?? "",
            Evidence = task.Failure?.Evidence,
            Context = task.Failure?.Context,
            Definition = definitionOf(task),
            Plan = state.PlanSha256,
            Created = time.GetUtcNow(),
            Correlation = state.Spec.RunId,
        };
    }

    private sealed record End(string Task, int Attempts, DateTimeOffset At, Letter? Failed);
}
