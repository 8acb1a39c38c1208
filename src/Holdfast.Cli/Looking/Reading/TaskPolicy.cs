using System.Globalization;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Plans.Expressions;
using Holdfast.Resilience;
using Holdfast.Runs;

namespace Holdfast.Cli.Looking;

/// <summary>A setting, its value, and where that comes from: default, plan, task, command line.</summary>
internal sealed record PolicyValue(string Name, string Value, string Origin);

/// <summary>The settings in force for a task.</summary>
internal static class TaskPolicy
{
    internal const string Default = "default";
    internal const string Task = "task";
    private const string Defaults = "plan defaults";
    private const string OfPlan = "plan";

    internal static IReadOnlyList<PolicyValue> Of(LookedRun run, PlanTask task)
    {
        var plan = run.Plan!;
        var values = new List<PolicyValue>();
        AddWork(plan, task, values);
        var program = task.Work is CommandWork or AgentWork;
        if (program)
        {
            values.Add(
                new("cwd", task.WorkingFolder?.Source ?? plan.Folder, task.WorkingFolder is null ? Default : Task));
        }

        if (task.Work is not ApprovalWork)
        {
            values.Add(new("timeout", Durations.Text(task.Timeout), TimeoutOrigin(plan, task)));
        }

        if (program)
        {
            values.Add(new("no-progress", task.NoProgress is { } window ? Durations.Text(window) : "off", Origin(task,
                InheritedSettings.NoProgress, task.NoProgress == PlanTask.DefaultNoProgressOf(task.Work))));
        }

        if (task.Work is not ApprovalWork)
        {
            values.Add(new("effect", EffectText(task.Effect),
                task.Effect.Kind == PlanTask.DefaultEffectOf(task.Work).Kind ? Default : Task));
        }

        values.Add(new("on-failure", task.OnFailure == FailureReaction.Stop ? "stop" : "continue",
            Origin(task, InheritedSettings.OnFailure, task.OnFailure == FailureReaction.Continue)));
        AddOrder(plan, task, values);
        AddFiles(task, values);
        if (program)
        {
            AddEnvironment(task, values);
        }

        if (task.Secrets.Count > 0)
        {
            values.Add(new("secrets", string.Join(", ", task.Secrets), Task));
        }

        if (program)
        {
            AddProcesses(task, values);
        }

        AddRun(run, plan, values);
        return values;
    }

    private static void AddWork(Plan plan, PlanTask task, List<PolicyValue> values)
    {
        if (task.Work is CommandWork { Command: var command })
        {
            values.Add(new("command", command.Display(null), Task));
            if (command.IsShell)
            {
                values.Add(new("shell", string.Join(' ', command.Shell),
                    Origin(task, InheritedSettings.Shell, command.Shell.SequenceEqual(PlanCommand.DefaultShell))));
            }
        }
        else
        {
            WorkPolicy.Add(plan, task, values);
        }

        WorkPolicy.AddSteps(task, values);
    }

    private static string Origin(PlanTask task, InheritedSettings flag, bool isDefault) =>
        task.Inherited.HasFlag(flag) ? Defaults : isDefault ? Default : Task;

    private static string TimeoutOrigin(Plan plan, PlanTask task) =>
        plan.CandidatesOf(task) is [HttpRuntimeSetting { Timeout: { } own } runtime, ..] && own == task.Timeout
            ? $"runtime {runtime.Name}"
            : Origin(task, InheritedSettings.Timeout, task.Timeout == PlanTask.DefaultTimeoutOf(task.Work));

    private static string EffectText(EffectSetting effect) => effect.Kind switch
    {
        EffectKind.Keyed => "keyed: run again with the same idempotency key",
        EffectKind.Once => "once: never again unless a person says so",
        EffectKind.Reconcile => $"reconcile: asks `{effect.Reconcile?.Display(null)}` first",
        _ => "repeatable: running it again does no harm",
    };

    private static void AddOrder(Plan plan, PlanTask task, List<PolicyValue> values)
    {
        var needs = string.Join(", ", task.Needs.Select(i => plan.Tasks[i].Name));
        values.Add(new("needs", needs.Length == 0 ? "nothing" : needs, needs.Length == 0 ? Default : Task));
        values.Add(new("when", task.When.Kind switch
        {
            WhenKind.Always => "always()",
            WhenKind.Failed => $"failed({plan.Tasks[task.When.Task].Name})",
            _ => "success()",
        }, task.When.Kind == WhenKind.Success ? Default : Task));
        if (task.ForEach is { } forEach)
        {
            values.Add(new("for-each", $"{forEach.Source.ToString().ToLowerInvariant()}: {Sources(forEach.Values)}"
                + (forEach.MaxParallel is { } most ? $", at most {most} at once" : ""), Task));
        }

        if (task.Group is { } group)
        {
            values.Add(new("group", group, Task));
        }

        if (task.Target is { } target)
        {
            values.Add(new("target", target.Source, Task));
        }
    }

    private static void AddFiles(PlanTask task, List<PolicyValue> values)
    {
        if (task.Stdin is { } stdin)
        {
            values.Add(new("stdin", stdin.Source, Task));
        }

        if (task.Inputs.Count > 0)
        {
            values.Add(new("inputs", Sources(task.Inputs), Task));
        }

        values.Add(new("outputs", task.Outputs.Count == 0 ? "none declared" : Sources(task.Outputs),
            task.Outputs.Count == 0 ? Default : Task));
    }

    // Names only: a value may be anything, and a secret among them.
    private static void AddEnvironment(PlanTask task, List<PolicyValue> values)
    {
        var set = string.Join(", ", task.Environment.Variables.Select(v => v.Key));
        values.Add(new("env", set.Length == 0 ? "the clean environment" : $"the clean environment and {set}",
            task.Inherited.HasFlag(InheritedSettings.Environment) ? $"{Defaults} and task" : set.Length == 0 ? Default
                : Task));
        if (task.Environment.Inherit.Count > 0)
        {
            values.Add(new("env inherit", string.Join(", ", task.Environment.Inherit), Task));
        }

    }

    private static void AddProcesses(PlanTask task, List<PolicyValue> values)
    {
        values.Add(
            new("adopt", task.Adopt ? "yes, a later driver can take its attempts up" : "no", task.Adopt ? Default
            : Task));
        values.Add(
            new("strays", task.Strays == StrayReaction.End ? "end" : "list", task.Strays == StrayReaction.List
            ? Default : Task));
    }

    private static void AddRun(LookedRun run, Plan plan, List<PolicyValue> values)
    {
        if (run.State.Driver is { } driver)
        {
            var origin = plan.MaxParallel is not { } planned
                ? "default or command line"
                : planned == driver.MaxParallel ? OfPlan : "command line";
            values.Add(new("max-parallel", driver.MaxParallel.ToString(CultureInfo.InvariantCulture), origin));
        }

        values.Add(
            new("max-wait", Durations.Text(plan.MaxWait), plan.MaxWait == Plan.DefaultMaxWait ? Default : OfPlan));
        values.Add(
            new("deadline", plan.Deadline is { } bound ? Durations.Text(bound) : "none", plan.Deadline is null
            ? Default : OfPlan));
        foreach (var variable in plan.Variables)
        {
            values.Add(
                new($"vars.{variable.Name}", variable.Value, variable.FromCommandLine ? "command line" : OfPlan));
        }
    }

    private static string Sources(IReadOnlyList<Template> templates) =>
        string.Join(", ", templates.Select(t => t.Source));
}

/// <summary>The retry table in words: a row for each class that is tried again.</summary>
internal sealed record RetryLines(string Heading, IReadOnlyList<ClassRetries> Rows, string Rest)
{
    internal static RetryLines Of(RetryTable table, PlanTask task)
    {
        var preset = task.Retry.Preset switch
        {
            RetryPreset.Standard => "standard",
            RetryPreset.InProcess => "in-process",
            RetryPreset.EightClass => "eight-class",
            RetryPreset.None => "none",
            _ => "per-class",
        };
        var origin = task.Inherited.HasFlag(InheritedSettings.Retry) ? "plan defaults"
            : task.Retry == RetrySetting.PerClass ? "default" : "task";
        var rows = new List<ClassRetries>();
        if (table.Throttle is { } throttle)
        {
            rows.Add(new("rate_limited",
                $"waits as told, else {Durations.Text(throttle.Base)} → {Durations.Text(throttle.Cap)}, "
                + $"for {Durations.Text(table.ThrottleBudget)} in all; spends no retry", $"preset {preset}"));
        }

        var never = new List<string>();
        for (var kind = FailureClass.RateLimited; kind <= FailureClass.Unknown; kind++)
        {
            var policy = table.For(kind);
            var changed = task.Retry.Overrides.Any(o => o.Class == kind);
            if (policy.AllowedRetries > 0)
            {
                rows.Add(new(kind.Word(), Text(policy), changed ? origin : $"preset {preset}"));
            }
            else if (kind != FailureClass.RateLimited || table.Throttle is null)
            {
                never.Add(kind.Word());
            }
        }

        var most = task.Retry.MaxAttempts is { } set ? $"{set} attempts in all ({origin})"
            : $"{table.MaxAttempts} attempts in all (preset {preset})";
        return new RetryLines(
            $"{preset} ({origin}), at most {most}", rows,
            never.Count > 12 && rows.Count == 0 ? "nothing is tried again"
                : $"never tried again: {string.Join(", ", never)}");
    }

    private static string Text(RetryPolicy policy)
    {
        var pace = policy.Kind == RetryKind.Fixed
            ? $"every {Durations.Text(policy.Base)}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{Durations.Text(policy.Base)} × {policy.Multiplier:0.##} → {Durations.Text(policy.Cap)}");
        var times = policy.Retries == 1 ? "1 retry" : $"{policy.Retries} retries";
        return $"{times} (at most {policy.Retries + 1L} attempts), {pace}"
            + (policy.Jitter > 0 ? string.Create(CultureInfo.InvariantCulture, $", jitter {policy.Jitter:0.##}") : "");
    }
}

/// <summary>The retries of one class.</summary>
internal sealed record ClassRetries(string Class, string Text, string Origin);
