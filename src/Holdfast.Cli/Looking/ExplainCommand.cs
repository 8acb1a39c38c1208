using System.Text.Json;
using Holdfast.Plans;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;

namespace Holdfast.Cli.Looking;

/// <summary><c>explain RUN T</c>: the policy in force, where each value comes from, what each attempt did with
/// it.</summary>
internal static class ExplainCommand
{
    internal static int Show(CommandContext context, string reference, string taskName)
    {
        var run = LookedRun.Open(context.Storage, context.OpenLooking(reference));
        var task = run.Find(taskName);
        if (run.PlanTaskOf(task) is not { } planned)
        {
            throw new CliFailure(
                "plan_not_found", ExitCodes.NotFound,
                $"the policy of \"{task.Name}\" cannot be shown: "
                    + (run.PlanProblem ?? "it is a step of a C# program, which holds it")
                    + "; `holdfast why` tells what the journal knows");
        }

        var settings = TaskPolicy.Of(run, planned);
        var retries = RetryLines.Of(task.Spec.Retry, planned);
        var id = NextSteps.Reference(run.Folder, context);
        string[] next = task.Attempts > 0 ? [$"holdfast logs {id} {NextSteps.Quoted(task.Name)}"] : [];
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.explain.v1", ExitCodes.Done, json =>
                    WriteJson(json, run, task, settings, retries), next);
            return ExitCodes.Done;
        }

        var now = context.Time.GetUtcNow();
        var page = new Page(context);
        page.Line($"{task.Name}  in run {run.Id}");
        page.Table([TaskLines.Row(task, run, now)], stateColumn: 0);
        page.Heading("Policy in force");
        page.Table([.. settings.Select(s => new[] { s.Name, s.Value, $"({s.Origin})" })], widest: 80);
        if (task.Spec.Runtimes.Count > 1)
        {
            page.Heading("Runtimes, in order");
            page.Table([.. task.Spec.Runtimes.Select((r, i) => new[]
            {
                i == 0 ? "preferred" : "fallback", r.Name, r.Target is { } target ? $"target {target}" : "",
            })]);
        }

        if (planned.Work is not ApprovalWork)
        {
            page.Heading($"Retries: {retries.Heading}");
            page.Table([.. retries.Rows.Select(r => new[] { r.Class, r.Text, $"({r.Origin})" })], widest: 80);
            page.Line($"  {retries.Rest}");
        }

        PrintRules(page, run);
        PrintAttempts(page, run, task, now);
        if (next.Length > 0)
        {
            page.Line();
            page.Next(next);
        }

        return ExitCodes.Done;
    }

    /// <summary>The plan's own rules, which judge what attempts print before the built-in ones do.</summary>
    private static void PrintRules(Page page, LookedRun run)
    {
        if (run.Plan is not { Rules: { Count: > 0 } rules })
        {
            return;
        }

        page.Heading("Rules of the plan, before the built-in ones");
        page.Table([.. rules.Select(static rule => new[]
        {
            rule.Id, Failures.FailureWords.Word(rule.Class), string.Join(" | ", rule.Patterns),
        })]);
    }

    private static void PrintAttempts(Page page, LookedRun run, TaskState task, DateTimeOffset now)
    {
        if (run.Story.Of(task.Name) is not { Attempts.Count: > 0 } story)
        {
            page.Heading(task.Instances > 0 ? $"It fans out into {task.Instances} instances; ask about one of them"
                : "No attempt yet");
            return;
        }

        page.Heading("What each attempt did with it");
        foreach (var attempt in story.Attempts)
        {
            page.Table([AttemptLines.Row(attempt, now)], stateColumn: 1);
            page.Line($"      on {attempt.Runtime}" + (attempt.Target is { } target ? $", target {target}" : ""));
            page.Line($"      started {Times.Iso(attempt.StartedAt)}"
                + (attempt.EndedAt is { } ended ? $", ended {Times.Iso(ended)}" : ""));
            if (AgentLines.Of(run, task.Name, attempt.Number) is { } seen)
            {
                foreach (var line in AgentLines.Tell(seen))
                {
                    page.Line($"      {line}");
                }
            }

            if (attempt.Recovery is { Decision: var decision })
            {
                page.Line($"      decided: {decision.Reason}"
                    + (decision.Until is { } until ? $"; not before {Times.Iso(until)}" : "")
                    + $" (attempts {decision.Attempt} of {decision.OfAttempts})");
            }
        }

        foreach (var block in BlocksOf(run, task))
        {
            page.Line($"  {Times.Iso(block.At)}  {block.Target} was blocked until {Times.Iso(block.Until)} "
                + $"({block.Cause.Word()}): {block.Detail ?? "it said so"}");
        }

        foreach (var lift in LiftsOf(run, task))
        {
            page.Line($"  {Times.Iso(lift.At)}  {lift.Target} may be asked again, says {lift.By}: {lift.Why}");
        }

        foreach (var (at, text) in story.Notes)
        {
            page.Line($"  {Times.Iso(at)}  {text}");
        }
    }

    private static IEnumerable<TargetBlocked> BlocksOf(LookedRun run, TaskState task) =>
        run.Story.Blocks.Where(b => task.Spec.Runtimes.Any(r => r.Target == b.Target));

    private static IEnumerable<TargetUnblocked> LiftsOf(LookedRun run, TaskState task) =>
        run.Story.Lifts.Where(l => task.Spec.Runtimes.Any(r => r.Target == l.Target));

    private static void WriteJson(
        Utf8JsonWriter json, LookedRun run, TaskState task, IReadOnlyList<PolicyValue> settings, RetryLines retries)
    {
        RunJson.WriteHead(json, run);
        json.WritePropertyName("task");
        RunJson.WriteTask(json, task);
        json.WriteStartArray("policy");
        foreach (var (name, value, origin) in settings)
        {
            WriteValue(json, "name", name, value, origin);
        }

        json.WriteEndArray();
        json.WriteStartArray("runtimes");
        foreach (var choice in task.Spec.Runtimes)
        {
            json.WriteStartObject();
            json.WriteString("runtime", choice.Name);
            RunJson.Text(json, "target", choice.Target);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteBlocks(json, BlocksOf(run, task));
        WriteLifts(json, LiftsOf(run, task));
        json.WriteString("retry_preset", retries.Heading);
        json.WriteStartArray("retries");
        foreach (var (kind, text, origin) in retries.Rows)
        {
            WriteValue(json, "class", kind, text, origin);
        }

        json.WriteEndArray();
        json.WriteStartArray("rules");
        foreach (var rule in run.Plan?.Rules ?? [])
        {
            json.WriteStartObject();
            json.WriteString("id", rule.Id);
            json.WriteString("class", Failures.FailureWords.Word(rule.Class));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("attempts");
        foreach (var attempt in run.Story.Of(task.Name)?.Attempts ?? [])
        {
            RunJson.WriteAttempt(json, attempt, AgentLines.Of(run, task.Name, attempt.Number));
        }

        json.WriteEndArray();
    }

    private static void WriteLifts(Utf8JsonWriter json, IEnumerable<TargetUnblocked> lifts)
    {
        json.WriteStartArray("target_unblocked");
        foreach (var lift in lifts)
        {
            json.WriteStartObject();
            RunJson.Time(json, "at", lift.At);
            json.WriteString("target", lift.Target);
            json.WriteString("by", lift.By);
            json.WriteString("why", lift.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal static void WriteBlocks(Utf8JsonWriter json, IEnumerable<TargetBlocked> blocks)
    {
        json.WriteStartArray("target_blocked");
        foreach (var block in blocks)
        {
            json.WriteStartObject();
            RunJson.Time(json, "at", block.At);
            json.WriteString("target", block.Target);
            json.WriteString("cause", block.Cause.Word());
            RunJson.Time(json, "until", block.Until);
            RunJson.Text(json, "detail", block.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, string key, string name, string value, string origin)
    {
        json.WriteStartObject();
        json.WriteString(key, name);
        json.WriteString("value", value);
        json.WriteString("origin", origin);
        json.WriteEndObject();
    }
}
