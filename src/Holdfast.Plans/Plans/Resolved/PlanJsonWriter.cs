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
            WriteText("home"u8, Home);
        }

        WriteNumber("max_parallel"u8, plan.MaxParallel);
        WriteDuration("max_wait_ms"u8, plan.MaxWait);
        WriteDuration("deadline_ms"u8, plan.Deadline);
        if (plan.OnFailure != FailureReaction.Continue)
        {
            writer.WriteString("on_failure"u8, PolicyBinder.Reactions[(int)plan.OnFailure]);
        }

        WriteNotify();
        WriteVariables();
        WriteSecrets();
        WriteGroups();
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
        foreach (var name in UsedVariables.Of(task))
        {
            writer.WriteString(name, plan.Variable(name));
        }

        writer.WriteEndObject();
        writer.WriteStartArray();
        foreach (var secret in plan.Secrets)
        {
            if (task.Secrets.Contains(secret.Name))
            {
                WriteSecret(secret);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndArray();
    }

    private void WriteTask(PlanTask task)
    {
        writer.WriteStartObject();
        writer.WriteString("name"u8, task.Name);
        WriteCommand(task.Command);
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
        WriteText("group"u8, task.Group);
        WriteText("target"u8, task.Target?.Source);
        WriteText("cwd"u8, task.WorkingFolder?.Source);
        WriteText("stdin"u8, task.Stdin?.Source);
        WriteEnvironment(task.Environment);
        WriteTexts("secrets"u8, task.Secrets);
        WriteTemplates("inputs"u8, task.Inputs);
        WriteTemplates("outputs"u8, task.Outputs);
        WritePolicy(task);
        writer.WriteEndObject();
    }

    private void WritePolicy(PlanTask task)
    {
        if (task.Effect.Kind != EffectKind.Repeatable)
        {
            writer.WriteStartObject("effect"u8);
            writer.WriteString("kind"u8, PlanWords.Effects[(int)task.Effect.Kind]);
            if (task.Effect.Reconcile is { } reconcile)
            {
                WriteCommand(reconcile);
            }

            writer.WriteEndObject();
        }

        if (task.Timeout != PlanTask.DefaultTimeout)
        {
            WriteDuration("timeout_ms"u8, task.Timeout);
        }

        WriteDuration("no_progress_ms"u8, task.NoProgress);
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
            WriteFlags("from_defaults"u8, (int)task.Inherited, PlanWords.Inherited);
        }
    }

    private void WriteRetry(RetrySetting retry)
    {
        writer.WriteStartObject("retry"u8);
        writer.WriteString("preset"u8, PolicyBinder.Presets[(int)retry.Preset]);
        WriteNumber("max_attempts"u8, retry.MaxAttempts);
        foreach (var change in retry.Overrides)
        {
            writer.WriteStartObject(PlanWords.Of(change.Class));
            WriteNumber("retries"u8, change.Retries);
            WriteDuration("base_ms"u8, change.Base);
            WriteDuration("cap_ms"u8, change.Cap);
            WriteNumber("multiplier"u8, change.Multiplier);
            WriteNumber("jitter"u8, change.Jitter);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteCommand(PlanCommand command)
    {
        if (command.Script is { } script)
        {
            writer.WriteString("script"u8, script.Source);
            if (command.Shell is not ["sh"])
            {
                WriteTexts("shell"u8, command.Shell);
            }

            return;
        }

        WriteTemplates("run"u8, command.Arguments);
    }

    private void WriteForEach(ForEachSetting? forEach)
    {
        if (forEach is null)
        {
            return;
        }

        writer.WriteStartObject("for_each"u8);
        writer.WriteString("source"u8, PlanWords.Sources[(int)forEach.Source]);
        WriteNumber("max_parallel"u8, forEach.MaxParallel);
        WriteTemplates("values"u8, forEach.Values);
        writer.WriteEndObject();
    }

    private void WriteEnvironment(EnvironmentSetting environment)
    {
        WriteTexts("inherit"u8, environment.Inherit);
        if (environment.Variables.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("env"u8);
        foreach (var (name, value) in environment.Variables)
        {
            writer.WriteString(name, value.Source);
        }

        writer.WriteEndObject();
    }

    private void WriteNotify()
    {
        if (plan.Notify is not { } notify)
        {
            return;
        }

        writer.WriteStartObject("notify"u8);
        WriteFlags("on"u8, (int)notify.On, PlanWords.NotifyEvents);
        WriteCommand(notify.Command);
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
            WriteTexts("set"u8, [.. plan.Variables.Where(static variable => variable.FromCommandLine)
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
        WriteText("env"u8, secret.EnvironmentVariable);
        WriteText("file"u8, secret.File);
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
            WriteNumber("max_parallel"u8, group.MaxParallel);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteFlags(ReadOnlySpan<byte> name, int flags, string[] words)
    {
        writer.WriteStartArray(name);
        for (var i = 0; i < words.Length; i++)
        {
            if ((flags & (1 << i)) != 0)
            {
                writer.WriteStringValue(words[i]);
            }
        }

        writer.WriteEndArray();
    }

    private void WriteTemplates(ReadOnlySpan<byte> name, IReadOnlyList<Template> templates)
    {
        if (templates.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        for (var i = 0; i < templates.Count; i++)
        {
            writer.WriteStringValue(templates[i].Source);
        }

        writer.WriteEndArray();
    }

    private void WriteTexts(ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    private void WriteText(ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private void WriteNumber(ReadOnlySpan<byte> name, double? number)
    {
        if (number is { } value)
        {
            writer.WriteNumber(name, value);
        }
    }

    private void WriteDuration(ReadOnlySpan<byte> name, TimeSpan? duration)
    {
        if (duration is { } value)
        {
            writer.WriteNumber(name, (long)value.TotalMilliseconds);
        }
    }
}
