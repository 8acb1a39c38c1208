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
/// <param name="Kind">target_blocked, attempt_failed, task_ended or tasks_blocked.</param>
/// <param name="Text">For people.</param>
internal sealed record WhyLink(string Kind, string Text)
{
    internal DateTimeOffset? At { get; init; }

    internal AttemptStory? Attempt { get; init; }

    internal string? Target { get; init; }
}

/// <summary>
/// A failure from cause to effect: what its target said, what each attempt failed of and what was decided then, how the
/// task ended, and what that kept from running.
/// </summary>
internal sealed class WhyChain(LookedRun run, WhyFinding finding)
{
    private const int MostAttempts = 12;
    private const int MostBlocks = 6;

    internal IReadOnlyList<WhyLink> Of(TaskState task)
    {
        var links = new List<WhyLink>();
        var attempts = run.Story.Of(task.Name)?.Attempts ?? [];
        foreach (var block in run.Story.Blocks.Where(b => IsOf(task, attempts, b.Target)).TakeLast(MostBlocks))
        {
            links.Add(new WhyLink("target_blocked",
                $"{block.Target} was blocked until {Times.Iso(block.Until)} ({block.Cause.Word()})"
                + (block.Detail is { } detail ? $": {detail}" : ""))
            {
                At = block.At, Target = block.Target,
            });
        }

        links.AddRange(attempts.Where(a => a is { Succeeded: false, Outcome: not null }).TakeLast(MostAttempts)
            .Select(a => new WhyLink("attempt_failed", Text(a)) { At = a.EndedAt, Attempt = a, Target = a.Target }));

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
            json.WriteString("run", run.Id);
            json.WriteString("task", task.Name);
            RunJson.Number(json, "attempt", link.Attempt?.Number);
            RunJson.Text(json, "runtime", link.Attempt?.Runtime);
            json.WriteString("operation", OperationOf(task));
            RunJson.Text(json, "target", link.Target);
            if (link.Attempt?.Failure is { } failure)
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

    private static bool IsOf(TaskState task, IReadOnlyList<AttemptStory> attempts, string target) =>
        task.Spec.Runtimes.Any(r => r.Target == target) || attempts.Any(a => a.Target == target);

    private static string Text(AttemptStory attempt)
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
