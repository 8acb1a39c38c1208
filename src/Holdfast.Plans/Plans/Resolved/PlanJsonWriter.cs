using System.Text.Json;
using Holdfast.Plans.Binding;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Writes plans. What is as built in is left out, so that 100,000 plain tasks stay small.</summary>
/// <param name="writer">Where to.</param>
/// <param name="plan">The plan that tasks belong to.</param>
/// <param name="forHash">
/// Leaves out what does not change the work: the folder, the file's name, and where a value came from.
/// </param>
internal sealed class PlanJsonWriter(Utf8JsonWriter writer, Plan plan, bool forHash)
{
    /// <summary>The folder that the run's workspace is in; null if unknown.</summary>
    public string? Home { get; init; }

    public void WritePlan()
    {
        writer.WriteStartObject();
        writer.WriteNumber("format"u8, PlanJson.Format);
        writer.WriteString("name"u8, plan.Name);
        if (!forHash)
        {
            writer.WriteString("file"u8, plan.File);
            writer.WriteString("folder"u8, plan.Folder);
            writer.WriteText("home"u8, Home);
        }

        writer.WriteCount("max_parallel"u8, plan.MaxParallel);
        writer.WriteDuration("max_wait_ms"u8, plan.MaxWait);
        writer.WriteDuration("deadline_ms"u8, plan.Deadline);
        if (plan.OnFailure != FailureReaction.Continue)
        {
            writer.WriteString("on_failure"u8, PolicyBinder.Reactions[(int)plan.OnFailure]);
        }

        WriteNotify();
        WriteVariables();
        WriteSecrets();
        WriteGroups();
        RuntimeJsonWriter.Write(writer, plan.Runtimes);
        RuleJson.Write(writer, plan.Rules);
        writer.WriteStartArray("tasks"u8);
        foreach (var task in plan.Tasks)
        {
            WriteTask(task);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>
    /// A task, and all that its work depends on: the values of its variables and the sources of its secrets.
    /// </summary>
    public void WriteTaskForHash(PlanTask task)
    {
        writer.WriteStartArray();
        WriteTask(task);
        writer.WriteStartObject();
        foreach (var name in UsedVariables.Of(plan, task))
        {
            writer.WriteString(name, plan.Variable(name));
        }

        writer.WriteEndObject();
        writer.WriteStartArray();
        foreach (var secret in plan.SecretsOf(task))
        {
            WriteSecret(secret);
        }

        writer.WriteEndArray();
        // Only where there is one, so that hashes of commands are what they always were.
        if (task.Work.Runtime is not null)
        {
            writer.WriteStartObject();
            RuntimeJsonWriter.Write(writer, plan.CandidatesOf(task));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteTask(PlanTask task)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, task.Name);
        WriteWork(task);
        if (task.Needs.Count > 0)
        {
            writer.WriteStartArray("needs"u8);
            foreach (var need in task.Needs)
            {
                writer.WriteStringValue(plan.Tasks[need].Name);
            }

            writer.WriteEndArray();
        }

        if (task.When.Kind != WhenKind.Success)
        {
            writer.WriteString("when"u8, task.When.Kind == WhenKind.Always ? "always()"
                : $"failed({plan.Tasks[task.When.Task].Name})");
        }

        WriteForEach(task.ForEach);
        writer.WriteText("group"u8, task.Group);
        writer.WriteText("target"u8, task.Target?.Source);
        writer.WriteText("cwd"u8, task.WorkingFolder?.Source);
        writer.WriteText("stdin"u8, task.Stdin?.Source);
        writer.WriteEnvironment(task.Environment);
        writer.WriteTexts("secrets"u8, task.Secrets);
        writer.WriteTemplates("inputs"u8, task.Inputs);
        writer.WriteTemplates("outputs"u8, task.Outputs);
        WritePolicy(task);
        writer.WriteEndObject();
    }

    private void WriteWork(PlanTask task)
    {
        if (task.Work is CommandWork work)
        {
            writer.WriteCommand(work.Command);
        }
        else
        {
            WorkJsonWriter.Write(writer, plan, task.Work);
        }

        if (task.Checkpoints.Count > 0)
        {
            WorkJsonWriter.Write(writer, task.Checkpoints);
        }

        if (task.CheckpointDeadline != PlanTask.DefaultCheckpointDeadline)
        {
            writer.WriteDuration("checkpoint_deadline_ms"u8, task.CheckpointDeadline);
        }

        if (task.Worktree)
        {
            writer.WriteBoolean("worktree"u8, true);
        }
    }

    private void WritePolicy(PlanTask task)
    {
        if (task.Effect.Kind != PlanTask.DefaultEffectOf(task.Work).Kind)
        {
            writer.WriteStartObject("effect"u8);
            writer.WriteString("kind"u8, PlanWords.Effects[(int)task.Effect.Kind]);
            if (task.Effect.Reconcile is { } reconcile)
            {
                writer.WriteCommand(reconcile);
            }

            writer.WriteEndObject();
        }

        if (task.Timeout != PlanTask.DefaultTimeoutOf(task.Work))
        {
            writer.WriteDuration("timeout_ms"u8, task.Timeout);
        }

        if (task.NoProgress != PlanTask.DefaultNoProgressOf(task.Work))
        {
            writer.WriteDuration("no_progress_ms"u8, task.NoProgress ?? TimeSpan.Zero);
        }

        if (!ReferenceEquals(task.Retry, RetrySetting.PerClass))
        {
            WriteRetry(task.Retry);
        }

        if (task.OnFailure != FailureReaction.Continue)
        {
            writer.WriteString("on_failure"u8, PolicyBinder.Reactions[(int)task.OnFailure]);
        }

        if (!task.Adopt)
        {
            writer.WriteBoolean("adopt"u8, false);
        }

        if (task.Strays != StrayReaction.List)
        {
            writer.WriteString("strays"u8, PolicyBinder.StrayWords[(int)task.Strays]);
        }

        if (!forHash && task.Inherited != InheritedSettings.None)
        {
            writer.WriteFlags("from_defaults"u8, (int)task.Inherited, PlanWords.Inherited);
        }
    }

    private void WriteRetry(RetrySetting retry)
    {
        writer.WriteStartObject("retry"u8);
        writer.WriteString("preset"u8, PolicyBinder.Presets[(int)retry.Preset]);
        writer.WriteCount("max_attempts"u8, retry.MaxAttempts);
        foreach (var change in retry.Overrides)
        {
            writer.WriteStartObject(PlanWords.Of(change.Class));
            writer.WriteCount("retries"u8, change.Retries);
            writer.WriteDuration("base_ms"u8, change.Base);
            writer.WriteDuration("cap_ms"u8, change.Cap);
            writer.WriteCount("multiplier"u8, change.Multiplier);
            writer.WriteCount("jitter"u8, change.Jitter);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteForEach(ForEachSetting? forEach)
    {
        if (forEach is null)
        {
            return;
        }

        writer.WriteStartObject("for_each"u8);
        writer.WriteString("source"u8, PlanWords.Sources[(int)forEach.Source]);
        writer.WriteCount("max_parallel"u8, forEach.MaxParallel);
        writer.WriteTemplates("values"u8, forEach.Values);
        writer.WriteEndObject();
    }

    private void WriteNotify()
    {
        if (plan.Notify is not { } notify)
        {
            return;
        }

        writer.WriteStartObject("notify"u8);
        writer.WriteFlags("on"u8, (int)notify.On, PlanWords.NotifyEvents);
        writer.WriteCommand(notify.Command);
        writer.WriteEndObject();
    }

    private void WriteVariables()
    {
        if (plan.Variables.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("vars"u8);
        foreach (var variable in plan.Variables)
        {
            writer.WriteString(variable.Name, variable.Value);
        }

        writer.WriteEndObject();
        if (!forHash && plan.Variables.Any(static variable => variable.FromCommandLine))
        {
            writer.WriteTexts("set"u8, [.. plan.Variables.Where(static variable => variable.FromCommandLine)
                .Select(static variable => variable.Name)]);
        }
    }

    private void WriteSecrets()
    {
        if (plan.Secrets.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("secrets"u8);
        foreach (var secret in plan.Secrets)
        {
            WriteSecret(secret);
        }

        writer.WriteEndArray();
    }

    private void WriteSecret(SecretSource secret)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, secret.Name);
        writer.WriteText("env"u8, secret.EnvironmentVariable);
        writer.WriteText("file"u8, secret.File);
        writer.WriteEndObject();
    }

    private void WriteGroups()
    {
        if (plan.Groups.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("groups"u8);
        foreach (var group in plan.Groups)
        {
            writer.WriteStartObject();
            writer.WriteString("name"u8, group.Name);
            writer.WriteCount("max_parallel"u8, group.MaxParallel);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
