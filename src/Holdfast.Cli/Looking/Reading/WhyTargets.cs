using Holdfast.Failures;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;

namespace Holdfast.Cli.Looking;

/// <summary>
/// What became of a task's targets: when they were blocked, and whose failure that followed from, be it another task's
/// or another run's.
/// </summary>
internal sealed class WhyTargets(LookedRun run)
{
    private const int MostBlocks = 6;
    private const int MostFailures = 6;

    internal IEnumerable<WhyLink> Of(TaskState task, IReadOnlyList<AttemptStory> attempts)
    {
        var targets = task.Spec.Runtimes.Select(r => r.Target).Concat(attempts.Select(a => a.Target))
            .OfType<string>().ToHashSet();
        // What came after its end is no cause of it, though often its effect.
        var end = task.EndedAt ?? DateTimeOffset.MaxValue;
        var blocks = run.Story.Blocks.Where(b => targets.Contains(b.Target) && b.At <= end).TakeLast(MostBlocks)
            .ToList();
        foreach (var block in blocks)
        {
            yield return new WhyLink("target_blocked",
                $"{block.Target} was blocked until {Times.Iso(block.Until)} ({block.Cause.Word()})"
                + (block.Detail is { } detail ? $": {detail}" : "") + ByOf(block, task))
            {
                At = block.At, Target = block.Target,
                Run = block.ByRun == run.Id ? null : block.ByRun,
                Task = block.ByRun is null || block.ByRun == run.Id ? null : block.ByTask,
            };
        }

        foreach (var lift in run.Story.Lifts.Where(l => targets.Contains(l.Target) && l.At <= end).TakeLast(MostBlocks))
        {
            yield return new WhyLink(
                "target_unblocked", $"{lift.By} said that {lift.Target} may be asked again: {lift.Why}")
            {
                At = lift.At, Target = lift.Target,
            };
        }

        // A task that failed of its own work has nothing to do with what others met at its target.
        if (blocks.Count > 0 || task.Failure?.Class is { } kind && IsOfTarget(kind))
        {
            foreach (var link in FailuresOfOthers(task, targets))
            {
                yield return link;
            }
        }
    }

    private IEnumerable<WhyLink> FailuresOfOthers(TaskState task, HashSet<string> targets)
    {
        var before = task.EndedAt ?? DateTimeOffset.MaxValue;
        return run.State.Tasks.Where(t => t.Name != task.Name)
            .SelectMany(t => (run.Story.Of(t.Name)?.Attempts ?? []).Select(a => (Task: t.Name, Attempt: a)))
            .Where(o => o.Attempt is { Failure: { } failure, Target: { } target, EndedAt: { } at }
                && targets.Contains(target) && IsOfTarget(failure.Class) && at <= before)
            .OrderBy(o => o.Attempt.EndedAt).TakeLast(MostFailures)
            .Select(o => new WhyLink("target_failed", $"{o.Task}: {WhyChain.Text(o.Attempt)}")
            {
                At = o.Attempt.EndedAt, Attempt = o.Attempt, Task = o.Task, Target = o.Attempt.Target,
            });
    }

    private string ByOf(TargetBlocked block, TaskState task) => block switch
    {
        { ByTask: null } => "",
        { ByRun: { } other } when other != run.Id =>
            $"; last failure there: attempt {block.ByAttempt} of \"{block.ByTask}\" in run {other}",
        { ByTask: var by } when by != task.Name =>
            $"; last failure there: attempt {block.ByAttempt} of \"{by}\"",
        _ => "",
    };

    private static bool IsOfTarget(FailureClass kind) =>
        kind == FailureClass.CircuitOpen || BreakerWords.ResultOf(kind) == BreakerResult.Failure;
}
