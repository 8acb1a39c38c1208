using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>Tasks that failed for one reason.</summary>
internal sealed record FailureGroup(string Class, string Text, List<string> Tasks);

/// <summary>What there is to say about why a run stands where it stands.</summary>
internal sealed class WhyFinding
{
    private const int TailLines = 10;

    /// <summary>The first failure, or the task that was asked about; null where neither is.</summary>
    internal TaskState? Cause { get; private init; }

    internal string CauseHeading { get; private init; } = "First cause";

    /// <summary>What cannot run because of it, directly or not.</summary>
    internal IReadOnlyList<string> Blocked { get; private init; } = [];

    /// <summary>Other failures, grouped by class and evidence.</summary>
    internal IReadOnlyList<FailureGroup> Also { get; private init; } = [];

    /// <summary>Tasks that wait for a person or a time.</summary>
    internal IReadOnlyList<TaskState> Waits { get; private init; } = [];

    /// <summary>Attempts that failed although their task went well in the end.</summary>
    internal IReadOnlyList<(string Task, AttemptStory Attempt)> Recovered { get; private init; } = [];

    /// <summary>Attempts that failed of tasks that were cancelled before they could be tried again.</summary>
    internal IReadOnlyList<(string Task, AttemptStory Attempt)> CutShort { get; private init; } = [];

    internal GoodRun? Good { get; private init; }

    internal IReadOnlyList<string> LastLines { get; private init; } = [];

    /// <summary>The stream that they are from.</summary>
    internal string LastLinesOf { get; private init; } = "";

    internal bool IsAllGood => Cause is null && Waits.Count == 0 && CutShort.Count == 0;

    internal static WhyFinding Of(CommandContext context, LookedRun run, TaskState? asked)
    {
        var failed = FailedInOrder(run);
        var cause = asked ?? (failed.Count > 0 ? failed[0] : null);
        var (lines, stream) = cause is null ? ([], "") : Tail(context, run, cause);
        return new WhyFinding
        {
            Cause = cause,
            CauseHeading = asked is null ? "First cause" : "The task",
            Blocked = cause is null ? [] : BlockedBy(run.State, cause),
            Also = asked is null ? Grouped(failed) : [],
            Waits = asked is null ? WaitsOf(run.State) : [],
            Recovered = asked is null ? FailuresOf(run, static t => t.Attempts >= 2 && t.Status.Satisfies()) : [],
            CutShort = asked is null ? FailuresOf(run, static t => t.Status == TaskStage.Cancelled) : [],
            Good = cause is { Status: TaskStage.Failed } ? GoodRun.Before(context, run, cause) : null,
            LastLines = lines,
            LastLinesOf = stream,
        };
    }

    // By the journal's order, not by clocks: these may have been set in between.
    private static List<TaskState> FailedInOrder(LookedRun run)
    {
        var failed = new List<TaskState>();
        foreach (var task in run.State.Tasks)
        {
            if (task.Status == TaskStage.Failed && task.Instances == 0)
            {
                failed.Add(task);
            }
        }

        failed.Sort((a, b) => Seq(a).CompareTo(Seq(b)));
        return failed;

        long Seq(TaskState task) =>
            run.Story.Of(task.Name)?.FailedSeq is > 0 and var seq ? seq : long.MaxValue - task.Index;
    }

    private static List<string> BlockedBy(RunState state, TaskState cause)
    {
        var behind = new Dictionary<string, List<TaskState>>();
        foreach (var task in state.Tasks)
        {
            foreach (var by in task.Status == TaskStage.Blocked ? task.BlockedBy : [])
            {
                if (!behind.TryGetValue(by, out var list))
                {
                    behind.Add(by, list = []);
                }

                list.Add(task);
            }
        }

        var names = new List<string>();
        var seen = new HashSet<string>();
        var open = new Queue<string>();
        open.Enqueue(cause.Name);
        if (cause.Parent is { } parent)
        {
            open.Enqueue(parent.Name);
        }

        while (open.TryDequeue(out var name))
        {
            foreach (var task in behind.GetValueOrDefault(name) ?? [])
            {
                if (seen.Add(task.Name))
                {
                    names.Add(task.Name);
                    open.Enqueue(task.Name);
                }
            }
        }

        return names;
    }

    private static List<FailureGroup> Grouped(List<TaskState> failed)
    {
        var groups = new Dictionary<(string, string), FailureGroup>();
        var order = new List<FailureGroup>();
        foreach (var task in failed.Skip(1))
        {
            var kind = task.Failure?.Class.Word() ?? "failed";
            var text = task.Failure?.Evidence.Text ?? task.Reason ?? "";
            var key = (kind, task.Failure?.Evidence.Rule ?? text);
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = new FailureGroup(kind, text, []));
                order.Add(group);
            }

            group.Tasks.Add(task.Name);
        }

        return order;
    }

    private static List<TaskState> WaitsOf(RunState state) =>
        [.. TaskLines.Notable(state, 20, alsoQuiet: false).Where(t => t.Status is TaskStage.Held or TaskStage.Waiting
            or TaskStage.Parked or TaskStage.Retrying or TaskStage.Paused or TaskStage.Running && t.Instances == 0)];

    private static List<(string, AttemptStory)> FailuresOf(LookedRun run, Func<TaskState, bool> among)
    {
        var found = new List<(string, AttemptStory)>();
        foreach (var task in run.State.Tasks)
        {
            if (!among(task) || run.Story.Of(task.Name) is not { } story)
            {
                continue;
            }

            foreach (var attempt in story.Attempts)
            {
                // The one that was ended by the cancel itself is no failure.
                if (!attempt.Succeeded
                    && (task.Status != TaskStage.Cancelled || attempt.Failure is { Class: not FailureClass.Cancelled }))
                {
                    found.Add((task.Name, attempt));
                }
            }
        }

        return found;
    }

    // The error channel says more, where it says anything.
    private static (IReadOnlyList<string>, string) Tail(CommandContext context, LookedRun run, TaskState task)
    {
        if (task.Attempts == 0)
        {
            return ([], "");
        }

        var paths = run.FilesOf(task.Name, task.Attempts);
        var veil = OutputVeil.Of(context, run.Folder);
        foreach (var (path, stream) in new[] { (paths.Err, "stderr"), (paths.Out, "stdout") })
        {
            var lines = new Queue<string>();
            foreach (var line in CaptureReader.Lines(path, TailOffset.Of(path, TailLines)))
            {
                lines.Enqueue(veil.Mask.Mask(line.Text));
                if (lines.Count > TailLines)
                {
                    lines.Dequeue();
                }
            }

            if (lines.Count > 0)
            {
                return (veil.WhyHidden(task.Name) is { } why ? [$"(not shown: {why})"] : [.. lines], stream);
            }
        }

        return ([], "");
    }
}
