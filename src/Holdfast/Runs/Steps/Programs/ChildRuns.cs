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

    /// <param name="parent">A run that has ended.</param>
    /// <param name="state">As it ended.</param>
    internal async Task CancelLeftAsync(RunFolder parent, RunState state)
    {
        foreach (var step in state.Tasks.Where(t => t.Status != TaskStage.Succeeded).Select(t => t.Name).ToArray())
        {
            var child = new RunFolder(
                Path.Combine(Path.GetDirectoryName(parent.Path)!, StepNames.ChildId(parent.Id, step)));
            if (IsOpenChild(child, parent.Id))
            {
                await CancelAsync(child, by: $"run {parent.Id}");
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
