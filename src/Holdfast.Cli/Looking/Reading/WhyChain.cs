using System.Globalization;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;

namespace Holdfast.Cli.Looking;

/// <summary>One step on the way from the cause to what it did.</summary>
/// <param name="Kind">
/// target_failed, target_blocked, target_unblocked, cause, attempt_failed, task_ended or tasks_blocked.
/// </param>
/// <param name="Text">For people.</param>
internal sealed record WhyLink(string Kind, string Text)
{
    internal DateTimeOffset? At { get; init; }

    internal AttemptStory? Attempt { get; init; }

    /// <summary>The task that it happened to, where that is another one.</summary>
    internal string? Task { get; init; }

    /// <summary>The run that it happened in, where that is another one.</summary>
    internal string? Run { get; init; }

    internal string? Target { get; init; }
}

/// <summary>
/// A failure from cause to effect: what its target said, what each attempt failed of and what was decided then, how the
/// task ended, and what that kept from running.
/// </summary>
internal sealed class WhyChain(LookedRun run, WhyFinding finding)
{
    private const int MostAttempts = 12;

    internal IReadOnlyList<WhyLink> Of(TaskState task)
    {
        var attempts = run.Story.Of(task.Name)?.Attempts ?? [];
        var links = new List<WhyLink>(new WhyTargets(run).Of(task, attempts));
        var failed = attempts.Where(a => a is { Succeeded: false, Outcome: not null });
        foreach (var attempt in failed.TakeLast(MostAttempts))
        {
            // From cause to effect: the root first.
            links.AddRange((attempt.Failure?.Context?.Causes ?? []).Reverse().Select(cause =>
                new WhyLink("cause", cause) { At = attempt.EndedAt, Attempt = attempt, Target = attempt.Target }));
            links.Add(new WhyLink("attempt_failed", Text(attempt))
            {
                At = attempt.EndedAt, Attempt = attempt, Target = attempt.Target,
            });
        }

        // In the order of their times; of two at one time the target comes first, as the cause.
        links = [.. links.OrderBy(l => l.At)];
        links.Add(new WhyLink("task_ended",
            $"{task.Name}: {task.Status.Word()}" + (task.Reason is { } reason ? $", {reason}" : ""))
        {
            At = task.EndedAt,
        });
        if (finding.Blocked.Count > 0)
        {
            links.Add(new WhyLink("tasks_blocked", string.Create(CultureInfo.InvariantCulture,
                $"{finding.Blocked.Count} blocked: ") + string.Join(", ", finding.Blocked.Take(8))
                + (finding.Blocked.Count > 8 ? ", …" : "")));
        }

        return links;
    }

    internal void Write(Utf8JsonWriter json, TaskState task)
    {
        json.WriteStartArray("chain");
        foreach (var link in Of(task))
        {
            json.WriteStartObject();
            json.WriteString("kind", link.Kind);
            json.WriteString("text", link.Text);
            RunJson.Time(json, "at", link.At);
            json.WriteString("run", link.Run ?? run.Id);
            json.WriteString("task", link.Task ?? task.Name);
            RunJson.Number(json, "attempt", link.Attempt?.Number);
            RunJson.Text(json, "runtime", link.Attempt?.Runtime);
            json.WriteString("operation", link.Attempt?.Failure?.Context?.Operation
                ?? OperationOf(run.State.Find(link.Task ?? "") ?? task));
            RunJson.Text(json, "target", link.Target);
            if (link is { Kind: not "cause", Attempt.Failure: { } failure })
            {
                RunJson.WriteFailure(json, failure);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private string OperationOf(TaskState task) => run.PlanTaskOf(task)?.Work switch
    {
        HttpWork => "request",
        AgentWork => "prompt",
        ApprovalWork => "approval",
        MergeWork => "merge",
        null => "unknown",
        _ => "command",
    };

    internal static string Text(AttemptStory attempt)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"attempt {attempt.Number} on {attempt.Runtime}");
        if (attempt.Failure is { } failure)
        {
            text += $" failed: {failure.Class.Word()} ({failure.Evidence.Rule}, {failure.Evidence.Channel}"
                + (failure.Evidence.Line is { } line ? $" line {line}" : "")
                + (failure.Evidence.Text is { } seen ? $": {seen}" : "") + ")";
        }
        else
        {
            text += $" failed: {AttemptLines.Outcome(attempt)}";
        }

        return attempt.Recovery is { Decision: var decision } recovery
            ? $"{text} → {decision.Strategy.Word()}"
                + (decision.Strategy == RecoveryStrategy.FallBack ? $" to {recovery.To}" : "") + $": {decision.Reason}"
            : text;
    }
}
