using System.Text;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;

namespace Holdfast.Plans.Running;

/// <content>Looks into checkpoints: their command, then their commit.</content>
public sealed partial class PlanHost
{
    /// <summary>Longest time of a command beside the attempts: reconcile, notify, verify.</summary>
    public static TimeSpan SideCommandTimeout { get; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public void VerifyCheckpoint(
        AttemptId attempt, string checkpoint, string summary, Action<CheckpointVerdict> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var setting = _specs.TaskOf(attempt.Task).Checkpoints.First(c => c.Id == checkpoint);
        try
        {
            if (_specs.Check(attempt, setting, summary, SideCommandTimeout) is { } check)
            {
                var files = AttemptSpecs.FilesOf(_specs.Locate(attempt));
                Aside(check, outcome =>
                {
                    var verdict = Verdict(setting, check, outcome);
                    if (verdict.Refusal is { } why)
                    {
                        // The next attempt is told what its check said of this one.
                        AgentAttempt.Refuse(files, checkpoint, why);
                    }

                    answer(verdict);
                });
                return;
            }
        }
        catch (Exception error) when (error is Expressions.TemplateException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            answer(new CheckpointVerdict($"its command could not be started: {error.Message}"));
            return;
        }

        answer(new CheckpointVerdict(null));
    }

    private CheckpointVerdict Verdict(CheckpointSetting setting, CommandSpec check, Outcome outcome)
    {
        try
        {
            if (outcome.ExitedWell)
            {
                var last = setting.Commit ? LastLine(check.Paths.Out) : null;
                return new CheckpointVerdict(null, last == GitScripts.NothingToCommit ? null : last);
            }

            var said = LastLine(check.Paths.Err) ?? LastLine(check.Paths.Out);
            var tail = said is null || !_mayShowText ? "" : $": {Mask.Mask(said)}";
            return new CheckpointVerdict(outcome switch
            {
                { EndedBy: EndedBy.StartFailed } => $"its command could not be started: {outcome.StartError}",
                { EndedBy: not EndedBy.Itself } => $"its command was ended by {outcome.EndedBy.Word()}{tail}",
                { ExitCode: GitScripts.CommitRefused } when setting.Commit =>
                    $"the work tree was not committed{tail}",
                { ExitCode: { } code } => $"its command ended with exit code {code}{tail}",
                _ => $"its command was ended by signal {outcome.Signal}{tail}",
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new CheckpointVerdict($"what its command printed cannot be read: {error.Message}");
        }
    }

    private static string? LastLine(string path) =>
        Encoding.UTF8.GetString(CaptureReader.ReadEndBytes(path, headBytes: 0, tailBytes: 4096))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
