namespace Holdfast.Runs.State;

/// <summary>How far a run is.</summary>
/// <param name="Done">Tasks that have ended, however.</param>
/// <param name="Total">Tasks in all, as far as they are known.</param>
public readonly record struct RunProgress(int Done, int Total)
{
    /// <summary>How far a run is with all that its state holds.</summary>
    public static RunProgress Of(RunState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var done = 0;
        for (var stage = TaskStage.Succeeded; stage <= TaskStage.Cancelled; stage++)
        {
            done += state.Count(stage);
        }

        return new RunProgress(done, state.Total);
    }
}
