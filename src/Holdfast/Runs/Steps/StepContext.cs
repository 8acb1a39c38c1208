using Holdfast.Idempotency;

namespace Holdfast;

/// <summary>What an attempt at a step knows of itself.</summary>
public sealed class StepContext
{
    private readonly string _workspaceId;

    internal StepContext(string workspaceId, string runId, string name, int attempt) =>
        (_workspaceId, RunId, Name, Attempt) = (workspaceId, runId, name, attempt);

    /// <summary>Id of the run.</summary>
    public string RunId { get; }

    /// <summary>The step's name with that of its scopes, as screens show it.</summary>
    public string Name { get; }

    /// <summary>1 for the first attempt, counted over all restarts.</summary>
    public int Attempt { get; }

    /// <summary>
    /// The same for every attempt at this step of this run, and for no other: 64 hex digits. To be sent along where the
    /// other side can tell a repetition by it.
    /// </summary>
    public string IdempotencyKey => UniqueKey.From(_workspaceId, RunId, Name);

    /// <summary>Whether a person ordered this attempt after the step had failed.</summary>
    internal bool IsOrdered { get; init; }
}
