using Holdfast.Failures;

namespace Holdfast.Runs.Events;

/// <summary>
/// The items of a fan-out, found once. Many items come in several events; <see cref="From"/> 0 starts anew, so that a
/// crash between two of them leaves nothing half expanded.
/// </summary>
public sealed record TaskExpanded(int From, IReadOnlyList<FanOutItem> Items, bool More) : RunEvent
{
    /// <summary>Most items in one event, so that a line of the journal stays far below its bound.</summary>
    public const int MaxItems = 1_000;

    /// <summary>Most characters of items in one event, for the same reason.</summary>
    public const int MaxCharacters = 1 << 20;

    /// <summary>Most instances of one fan-out.</summary>
    public const int MaxInstances = 1_000_000;

    /// <summary>What a person should know, e.g. that nothing matched.</summary>
    public string? Warning { get; init; }

    /// <inheritdoc/>
    public override string Type => "task_expanded";

    internal override void WriteData(EventData data)
    {
        data.Long("from", From).Texts("items", [.. Items.Select(i => i.Value)]);
        if (Items.Any(i => i.Label != i.Value))
        {
            data.Texts("labels", [.. Items.Select(i => i.Label)]);
        }

        data.Flag("more", More).Text("warning", Warning);
    }

    internal static TaskExpanded Read(EventFields f)
    {
        var values = f.Texts("items");
        var labels = f.Texts("labels");
        var items = new FanOutItem[values.Length];
        for (var i = 0; i < items.Length; i++)
        {
            items[i] = new FanOutItem(labels.Length == values.Length ? labels[i] : values[i], values[i]);
        }

        return new(f.Int("from"), items, f.Flag("more")) { Warning = f.TextOrNull("warning") };
    }
}

/// <summary>Every instance of a fan-out ended well.</summary>
public sealed record TaskSucceeded(int Instances) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_succeeded";

    internal override void WriteData(EventData data) => data.Long("instances", Instances);

    internal static TaskSucceeded Read(EventFields f) => new(f.Int("instances"));
}

/// <summary>The task ended in failure; no recovery is left.</summary>
public sealed record TaskFailed(FailureClass Class, string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_failed";

    internal override void WriteData(EventData data) => data.Text("class", Class.Word()).Text("reason", Reason);

    internal static TaskFailed Read(EventFields f) => new(f.Word<FailureClass>("class", FailureWords.TryParseClass),
        f.Text("reason"));
}

/// <summary>The task cannot run, because something that it needs did not succeed.</summary>
public sealed record TaskBlocked(IReadOnlyList<string> By) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_blocked";

    internal override void WriteData(EventData data) => data.Texts("by", By);

    internal static TaskBlocked Read(EventFields f) => new(f.Texts("by"));
}

/// <summary>The task's <c>when</c> said no; those behind it go on.</summary>
public sealed record TaskSkipped(string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_skipped";

    internal override void WriteData(EventData data) => data.Text("reason", Reason);

    internal static TaskSkipped Read(EventFields f) => new(f.Text("reason"));
}

/// <summary>A person has to decide about the task.</summary>
public sealed record TaskHeld(FailureClass Class, string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_held";

    internal override void WriteData(EventData data) => data.Text("class", Class.Word()).Text("reason", Reason);

    internal static TaskHeld Read(EventFields f) => new(f.Word<FailureClass>("class", FailureWords.TryParseClass),
        f.Text("reason"));
}

/// <summary>The task was stopped on purpose and will not run again in this run.</summary>
public sealed record TaskCancelled(string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_cancelled";

    internal override void WriteData(EventData data) => data.Text("reason", Reason);

    internal static TaskCancelled Read(EventFields f) => new(f.Text("reason"));
}

/// <summary>The task's own <c>reconcile</c> command said whether an effect nobody saw has happened.</summary>
public sealed record TaskReconciled(ReconcileAnswer Answer, int? ExitCode) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_reconciled";

    /// <summary>What a C# step would have returned, where it happened and its program could tell.</summary>
    public StepResult? Result { get; init; }

    internal override void WriteData(EventData data)
    {
        data.Text("answer", Answer.Word()).Long("exit_code", ExitCode);
        StepResult.Write(data, Result);
    }

    internal static TaskReconciled Read(EventFields f) =>
        new(f.Word<ReconcileAnswer>("answer", StateWords.TryParse), f.IntOrNull("exit_code"))
        {
            Result = StepResult.Read(f),
        };
}

/// <summary>A person decided about a held task.</summary>
public sealed record TaskResolved(Resolution As, string By) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_resolved";

    internal override void WriteData(EventData data) => data.Text("as", As.Word()).Text("by", By);

    internal static TaskResolved Read(EventFields f) =>
        new(f.Word<Resolution>("as", StateWords.TryParse), f.Text("by"));
}

/// <summary>A person ordered new attempts of an ended task; its retries count anew.</summary>
public sealed record TaskReopened(string By) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_reopened";

    internal override void WriteData(EventData data) => data.Text("by", By);

    internal static TaskReopened Read(EventFields f) => new(f.Text("by"));
}

/// <summary>
/// A person ordered that the task does not wait any longer, whoever named the wait. The attempts and retries that it
/// used stay counted; of the wait counts only what was waited.
/// </summary>
public sealed record TaskWaitEnded(string By) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "task_wait_ended";

    internal override void WriteData(EventData data) => data.Text("by", By);

    internal static TaskWaitEnded Read(EventFields f) => new(f.Text("by"));
}

/// <summary>A finished result of another run counts as this task's own.</summary>
public sealed record TaskTakenOver(string FromRun) : RunEvent
{
    /// <summary>The outputs as they were recorded there.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>Whether it was skipped there, rather than done.</summary>
    public bool Skipped { get; init; }

    /// <summary>What a C# step returned there; null for tasks of plans, and for steps that return nothing.</summary>
    public StepResult? Result { get; init; }

    /// <inheritdoc/>
    public override string Type => "task_taken_over";

    internal override void WriteData(EventData data)
    {
        data.Text("from_run", FromRun).Flag("skipped", Skipped ? true : null).Outputs("outputs", Outputs);
        StepResult.Write(data, Result);
    }

    internal static TaskTakenOver Read(EventFields f) => new(f.Text("from_run"))
    {
        Outputs = f.Outputs("outputs"),
        Skipped = f.Flag("skipped"),
        Result = StepResult.Read(f),
    };
}

/// <summary>Declared outputs of a finished task are gone or changed after a reboot; it reruns by its effect.</summary>
public sealed record OutputsLost(IReadOnlyList<string> Paths) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "outputs_lost";

    internal override void WriteData(EventData data) => data.Texts("paths", Paths);

    internal static OutputsLost Read(EventFields f) => new(f.Texts("paths"));
}
