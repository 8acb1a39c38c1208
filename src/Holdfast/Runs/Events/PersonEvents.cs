namespace Holdfast.Runs.Events;

/// <summary>The task waits for a person: an approval, or checkpoints of an attempt that ended without them.</summary>
public sealed record TaskWaiting(string Why) : RunEvent
{
    /// <summary>When it fails if nobody came; null for no bound.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <inheritdoc/>
    public override string Type => "task_waiting";

    /// <summary>Whether a step of a C# run asks for an approval; of a plan's tasks the plan says so.</summary>
    public bool AsksApproval { get; init; }

    /// <inheritdoc cref="AttemptStarted.Within"/>
    public string? Within { get; init; }

    internal override void WriteData(EventData data) => data
        .Text("why", Why).Time("until", Until).Flag("approval", AsksApproval ? true : null).Text("within", Within);

    internal static TaskWaiting Read(EventFields f) => new(f.Text("why"))
    {
        Until = f.TimeOrNull("until"),
        AsksApproval = f.Flag("approval"),
        Within = f.TextOrNull("within"),
    };
}

/// <summary>A declared checkpoint of the task was reached; durable before anyone is told.</summary>
public sealed record CheckpointCompleted(string Id, string Summary, string By) : RunEvent
{
    /// <summary>The commit that was made of the work tree; null for none.</summary>
    public string? Commit { get; init; }

    /// <inheritdoc/>
    public override string Type => "checkpoint_completed";

    internal override void WriteData(EventData data) => data
        .Text("id", Id).Text("summary", Summary).Text("by", By).Text("commit", Commit);

    internal static CheckpointCompleted Read(EventFields f) =>
        new(f.Text("id"), f.Text("summary"), f.Text("by")) { Commit = f.TextOrNull("commit") };
}

/// <summary>A person approved or denied.</summary>
public sealed record ApprovalDecided(bool Approved, string By) : RunEvent
{
    /// <summary>What the person said; null for nothing.</summary>
    public string? Comment { get; init; }

    /// <inheritdoc/>
    public override string Type => "approval_decided";

    internal override void WriteData(EventData data) => data
        .Flag("approved", Approved).Text("by", By).Text("comment", Comment);

    internal static ApprovalDecided Read(EventFields f) =>
        new(f.Flag("approved"), f.Text("by")) { Comment = f.TextOrNull("comment") };
}

/// <summary>
/// A value was sent to a run of a C# program, from outside. It may come before the program asks for it, and counts
/// then. A further one takes the place of one that the program could not read, for which it waits again.
/// </summary>
public sealed record SignalReceived(string By) : RunEvent
{
    /// <summary>The value.</summary>
    public StepResult? Result { get; init; }

    /// <inheritdoc/>
    public override string Type => "signal_received";

    internal override void WriteData(EventData data)
    {
        data.Text("by", By);
        StepResult.Write(data, Result);
    }

    internal static SignalReceived Read(EventFields f) => new(f.Text("by")) { Result = StepResult.Read(f) };
}
