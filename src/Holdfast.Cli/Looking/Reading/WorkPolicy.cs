using System.Globalization;
using Holdfast.Plans.Expressions;
using Holdfast.Plans;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;

namespace Holdfast.Cli.Looking;

/// <summary>The settings in force for work that is no plain command, and of the runtimes that may do it.</summary>
internal static class WorkPolicy
{
    private const string Default = TaskPolicy.Default;
    private const string Task = TaskPolicy.Task;

    private static readonly string[] Flavors =
    [
        "OpenCode", "Codex", "Claude Code", "Gemini CLI", "Kilo Code", "custom",
    ];

    internal static void Add(Plan plan, PlanTask task, List<PolicyValue> values)
    {
        switch (task.Work)
        {
            case AgentWork agent:
                values.Add(new("prompt", FirstLine(agent.Prompt.Source), Task));
                break;
            case HttpWork http:
                AddRequest(http, values);
                break;
            case ApprovalWork approval:
                values.Add(new("approval by", approval.By.Count == 0 ? "anyone" : string.Join(", ", approval.By),
                    approval.By.Count == 0 ? Default : Task));
                values.Add(new("approval timeout", Durations.Text(approval.Timeout ?? ApprovalWork.DefaultTimeout),
                    approval.Timeout is null ? Default : Task));
                if (approval.Message is { } message)
                {
                    values.Add(new("approval message", FirstLine(message.Source), Task));
                }

                break;
            case MergeWork merge:
                values.Add(new("merge", string.Join(", ", merge.Tasks.Select(i => plan.Tasks[i].Name)), Task));
                break;
        }

        AddRuntimes(plan, task, values);
    }

    internal static void AddSteps(PlanTask task, List<PolicyValue> values)
    {
        if (task.Checkpoints.Count > 0)
        {
            values.Add(new("checkpoints", string.Join(" → ", task.Checkpoints.Select(Step)), Task));
            values.Add(new("checkpoint-deadline", Durations.Text(task.CheckpointDeadline),
                task.CheckpointDeadline == PlanTask.DefaultCheckpointDeadline ? Default : Task));
        }

        if (task.Worktree)
        {
            values.Add(new("worktree", "a git work tree and branch of its own", Task));
        }
    }

    private static string Step(CheckpointSetting checkpoint)
    {
        var notes = new List<string>();
        if (checkpoint.Verify is { } verify)
        {
            notes.Add($"verified by `{verify.Display(null)}`");
        }

        if (checkpoint.Commit)
        {
            notes.Add("committed");
        }

        return notes.Count == 0 ? checkpoint.Id : $"{checkpoint.Id} ({string.Join(", ", notes)})";
    }

    // Names of headers only: their values are where secrets go.
    private static void AddRequest(HttpWork http, List<PolicyValue> values)
    {
        values.Add(new("request", $"{http.Method} {(http.Path ?? http.Url)!.Source}", Task));
        Listed("query", http.Query.Select(pair => pair.Key), values);
        Listed("headers", http.Headers.Select(pair => pair.Key), values);
        var body = http.Json is not null ? "json" : http.Body is not null ? "text"
            : http.BodyFile is { } file ? $"the file {file.Source}" : "none";
        values.Add(new("body", body, body == "none" ? Default : Task));
        values.Add(new("expect status",
            http.ExpectedStatus.Count == 0 ? "200 to 299" : string.Join(", ", http.ExpectedStatus),
            http.ExpectedStatus.Count == 0 ? Default : Task));
        Listed("expect json", http.ExpectedJson.Select(expected => $"{expected.Path} = {expected.Value}"), values);
        values.Add(new("output", http.Output?.Source ?? "the attempt's output", http.Output is null ? Default : Task));
        values.Add(new("max-bytes", http.MaxBytes.ToString("N0", CultureInfo.InvariantCulture),
            http.MaxBytes == HttpWork.DefaultMaxBytes ? Default : Task));
    }

    private static void AddRuntimes(Plan plan, PlanTask task, List<PolicyValue> values)
    {
        var candidates = plan.CandidatesOf(task);
        if (candidates.Count == 0)
        {
            return;
        }

        values.Add(new("runtime", candidates[0].Name, Task));
        var fallbacks = string.Join(", then ", candidates.Skip(1).Select(runtime => runtime.Name));
        values.Add(new("fallback", fallbacks.Length == 0 ? "none" : fallbacks,
            fallbacks.Length == 0 ? Default : $"runtime {candidates[0].Name}"));
        foreach (var runtime in candidates)
        {
            AddRuntime(runtime, values);
        }
    }

    private static void AddRuntime(PlanRuntime runtime, List<PolicyValue> values)
    {
        var origin = $"runtime {runtime.Name}";
        var name = runtime.Name;
        if (runtime is AgentRuntimeSetting agent)
        {
            values.Add(new($"{name} program", agent.Program
                ?? (agent.Flavor == AgentFlavor.Custom ? Sources(agent.Run) : Flavors[(int)agent.Flavor]), origin));
            values.Add(new($"{name} model", agent.Model ?? "the program's own choice",
                agent.Model is null ? Default : origin));
            values.Add(new($"{name} permissions", agent.Permissions.ToString().ToLowerInvariant(),
                agent.Permissions == AgentPermissions.Edit ? Default : origin));
            values.Add(new($"{name} limits", Limits(agent.Limits),
                agent.Limits == AgentLimits.None ? Default : origin));
        }
        else if (runtime is HttpRuntimeSetting http)
        {
            values.Add(new($"{name} base", http.Base, origin));
            values.Add(new($"{name} redirects", http.Redirects.ToString(CultureInfo.InvariantCulture),
                http.Redirects == HttpRuntimeSetting.DefaultRedirects ? Default : origin));
        }

        if (runtime.Secrets.Count > 0)
        {
            values.Add(new($"{name} secrets", string.Join(", ", runtime.Secrets), origin));
        }

        if (runtime.MaxParallel is { } most)
        {
            values.Add(new($"{name} max-parallel", most.ToString(CultureInfo.InvariantCulture), origin));
        }

        values.Add(new($"{name} breaker", Text(runtime.Breaker),
            runtime.Breaker == BreakerSettings.Default ? Default : origin));
    }

    private static string Text(BreakerSettings breaker)
    {
        var share = breaker.Ratio is { } ratio
            ? string.Create(CultureInfo.InvariantCulture,
                $" or {ratio * 100:0.##} % of at least {breaker.Minimum} within {Durations.Text(breaker.Window)}")
            : "";
        return $"opens after {breaker.Failures} failures in a row{share}, tries again after "
            + $"{Durations.Text(breaker.RecoverAfter)} up to {Durations.Text(breaker.MaxRecover)}, {breaker.Probes} at "
            + $"once, closes after {breaker.Successes} success{(breaker.Successes == 1 ? "" : "es")}";
    }

    private static string Limits(AgentLimits limits)
    {
        var parts = new List<string>();
        if (limits.CostUsd is { } dollars)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{dollars} USD"));
        }

        if (limits.Tokens is { } tokens)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens"));
        }

        if (limits.Turns is { } turns)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{turns} turns"));
        }

        return parts.Count == 0 ? "none" : string.Join(", ", parts);
    }

    private static void Listed(string name, IEnumerable<string> items, List<PolicyValue> values)
    {
        var text = string.Join(", ", items);
        if (text.Length > 0)
        {
            values.Add(new(name, text, Task));
        }
    }

    private static string FirstLine(string text)
    {
        var lines = text.Trim().Split('\n');
        return lines.Length == 1 ? lines[0] : $"{lines[0].TrimEnd()} … ({lines.Length} lines)";
    }

    private static string Sources(IReadOnlyList<Template> templates) =>
        string.Join(' ', templates.Select(t => t.Source));
}
