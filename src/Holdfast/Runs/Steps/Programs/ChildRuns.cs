using System.Security.Cryptography;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// Cancels the child runs that a run leaves behind once nothing goes on with them: it was cancelled for good, or its
/// program no longer asks for them. Done again it changes nothing, so that a process that was killed in between leaves
/// it to the next one.
/// </summary>
internal sealed class ChildRuns(IStorage storage, TimeProvider time)
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The steps of a run that may have such a child; none while something may go on with it.</summary>
    internal static IReadOnlyList<string> StepsLeft(RunState state) =>
        state.Ended is { Status: RunStatus.Succeeded or RunStatus.Cancelled }
            ? [.. state.Tasks.Where(t => t.Status != TaskStage.Succeeded).Select(t => t.Name)]
            : [];

    /// <param name="parent">A run that has ended.</param>
    /// <param name="steps">Those of <see cref="StepsLeft"/>.</param>
    internal async Task CancelAsync(RunFolder parent, IReadOnlyList<string> steps)
    {
        foreach (var step in steps)
        {
            var child = new RunFolder(
                Path.Combine(Path.GetDirectoryName(parent.Path)!, StepNames.ChildId(parent.Id, step)));
            try
            {
                if (IsOpenChild(child, parent.Id))
                {
                    await CancelAsync(child, by: $"run {parent.Id}");
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // How the run ended is what its caller has to know. A child that cannot be read, or whose process does
                // not answer, is come back to by the next start, or ended by a cancel of its own.
            }
        }
    }

    private bool IsOpenChild(RunFolder child, string parent)
    {
        var found = false;
        if (storage.FileExists(JournalFormat.PathIn(child.Path)))
        {
            JournalReader.Read(storage, child.Path, (in JournalRecord record) => found = record.Type switch
            {
                "run_started" => ((RunStarted)EventCatalog.Read(record)).Parent == parent,
                "run_ended" => false,
                "run_reopened" => true,
                _ => found,
            });
        }

        return found;
    }

    private async Task CancelAsync(RunFolder child, string by)
    {
        var now = time.GetUtcNow();
        var request = new SteeringRequest(
            "parent-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), SteeringCommand.Cancel, by)
        {
            At = now, Until = now + AnswerTimeout,
        };
        await new ProgramSteering(storage, child, time).SendAsync(request, AnswerTimeout, CancellationToken.None);
    }
}
