using System.Text.Json;
using Holdfast.Cli.Looking;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Driving.Letters;

/// <summary>What a dry run finds: what differs from the failure that a letter tells of, and what would run.</summary>
internal sealed class ReplayDiff
{
    private const int MostNames = 8;

    /// <summary>Whether the task is defined otherwise now; null where one of the two is not known.</summary>
    private bool? TaskChanged { get; init; }

    private bool? PlanChanged { get; init; }

    private string? PlanNote { get; init; }

    private IReadOnlyList<string> MissingSecrets { get; init; } = [];

    private IReadOnlyList<(string Target, DateTimeOffset? BlockedUntil)> Targets { get; init; } = [];

    private string Runs { get; init; } = "nothing: the run does not have the task any more";

    private IReadOnlyList<string> Unblocks { get; init; } = [];

    internal required Letter Letter { get; init; }

    internal static ReplayDiff Of(
        CommandContext context, RunFiles run, RunState state, Letter letter,
        IReadOnlyDictionary<string, DateTimeOffset> blocked)
    {
        var task = state.Find(letter.Task);
        var definition = task is null ? null : new TaskHashes(run.Plan).Of(task);
        return new ReplayDiff
        {
            Letter = letter,
            TaskChanged = Differs(letter.Definition, definition),
            PlanChanged = Differs(letter.Plan, state.PlanSha256),
            PlanNote = PlanFileEdit.NoteOf(context, run),
            MissingSecrets = [.. SecretSource.Check(run.Plan, new ContextSecrets(context)).Select(m => m.Text)],
            Targets =
            [
                .. (task?.Spec.Runtimes ?? []).Where(r => r.Target is not null).Select(r =>
                    (r.Target!, blocked.TryGetValue(r.Target!, out var until) ? until : (DateTimeOffset?)null)),
            ],
            Runs = task is null ? "nothing: the run does not have the task any more"
                : $"attempt {task.Attempts + 1} of \"{task.Name}\" on {task.Spec.Runtimes[0].Name}",
            Unblocks = task is null ? []
                : [.. state.DependentsOf(task).Where(t => t.Status == TaskStage.Blocked).Select(t => t.Name)],
        };
    }

    /// <summary>Until when no runtime of a task may be sent to; null if one may.</summary>
    internal static DateTimeOffset? BlockedUntil(
        TaskState? task, IReadOnlyDictionary<string, DateTimeOffset> blocked)
    {
        DateTimeOffset? first = null;
        foreach (var choice in task?.Spec.Runtimes ?? [])
        {
            if (choice.Target is not { } target || !blocked.TryGetValue(target, out var until))
            {
                return null;
            }

            first = first is null || until < first ? until : first;
        }

        return first;
    }

    internal void Print(Page page)
    {
        page.Item("failed of", $"{Letter.Class.Word()}: {Letter.Evidence?.Text ?? Letter.Message}");
        page.Item("task", Said(TaskChanged));
        page.Item("plan", Said(PlanChanged));
        if (PlanNote is not null)
        {
            page.Item("plan file", PlanNote);
        }

        page.Item("secrets", MissingSecrets.Count == 0 ? "all are there" : string.Join("; ", MissingSecrets));
        foreach (var (target, until) in Targets)
        {
            page.Item("target", until is { } at ? $"{target}: blocked until {Times.Iso(at)}" : $"{target}: free");
        }

        page.Item("would run", Runs + (Unblocks.Count == 0 ? ""
            : $", and then what it blocked: {string.Join(", ", Unblocks.Take(MostNames))}"
                + (Unblocks.Count > MostNames ? $" and {Unblocks.Count - MostNames} more" : "")));
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject("diff");
        json.WriteString("failed_class", Letter.Class.Word());
        Flag(json, "task_changed", TaskChanged);
        Flag(json, "plan_changed", PlanChanged);
        RunJson.Text(json, "plan_file", PlanNote);
        RunJson.Texts(json, "missing_secrets", [.. MissingSecrets]);
        json.WriteStartArray("targets");
        foreach (var (target, until) in Targets)
        {
            json.WriteStartObject();
            json.WriteString("target", target);
            RunJson.Time(json, "blocked_until", until);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("would_run", Runs);
        RunJson.Texts(json, "unblocks", [.. Unblocks]);
        json.WriteEndObject();
    }

    private static bool? Differs(string? then, string? now) => then is null || now is null ? null : then != now;

    private static string Said(bool? changed) => changed switch
    {
        true => "defined otherwise than when it failed",
        false => "as it was when it failed",
        _ => "not known whether it changed",
    };

    private static void Flag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } flag)
        {
            json.WriteBoolean(name, flag);
        }
    }
}
