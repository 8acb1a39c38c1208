using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Steps;
using Holdfast.Runs.Steps.Programs;
using Holdfast.Runs.Workspaces;

namespace Holdfast;

/// <content>What the commands ask of a run of a C# program, asked by a program: whoever drives the run, or
/// nobody.</content>
public sealed partial class Workspace
{
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Sends a value to a run, for <see cref="DurableRun.WaitForAsync{T}"/>; whoever drives it, now or later. It counts
    /// once: only one that its program could not read as what it waits for is replaced by a further one.
    /// </summary>
    /// <typeparam name="T">What is sent.</typeparam>
    /// <param name="runId">The run; must have been started.</param>
    /// <param name="name">Name of the signal with that of its scopes.</param>
    /// <param name="value">The value; up to 64 KiB as JSON.</param>
    /// <param name="json">How it is written; null for what the workspace was opened with.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidOperationException">
    /// The run has ended, the signal was sent already, its name or value cannot be one, or the run is one of a plan.
    /// </exception>
    /// <exception cref="ArgumentException">The value cannot be written as JSON.</exception>
    /// <exception cref="NotSupportedException">What the workspace was opened with does not know its type.</exception>
    /// <exception cref="TimeoutException">The process that drives the run did not answer within 30 s.</exception>
    public Task SignalAsync<T>(
        string runId, string name, T value, JsonTypeInfo<T>? json = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var type = json ?? (JsonTypeInfo<T>)Programs.Options.Json.GetTypeInfo(typeof(T));
        return SteerAsync(runId, new SteeringRequest("", SteeringCommand.Signal, "")
        {
            Tasks = [name],
            Value = Encoding.UTF8.GetString(StepResults.Serialized(ResultOwner.Signal(name), value, type).Span),
        }, cancellationToken);
    }

    /// <summary>
    /// Approves a step that waits in <see cref="DurableRun.WaitForApprovalAsync"/>, as <c>holdfast approve</c> does. If
    /// nobody drives the run, the decision holds at its next start.
    /// </summary>
    /// <param name="runId">The run; must have been started.</param>
    /// <param name="step">The approval, with the names of its scopes. Its program must have asked for it.</param>
    /// <param name="comment">What is said about it, up to 4,000 characters; kept in the journal.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="RunNotFoundException">There is no such run, or no such step in it.</exception>
    /// <exception cref="InvalidOperationException">
    /// The step is no approval or waits for none any more, or the run is one of a plan.
    /// </exception>
    /// <exception cref="ArgumentException">The comment is too long.</exception>
    /// <exception cref="TimeoutException">The process that drives the run did not answer within 30 s.</exception>
    public Task ApproveAsync(
        string runId, string step, string? comment = null, CancellationToken cancellationToken = default) =>
        DecideAsync(SteeringCommand.Approve, runId, step, comment, cancellationToken);

    /// <summary>Denies what <see cref="ApproveAsync"/> approves, as <c>holdfast deny</c> does.</summary>
    /// <inheritdoc cref="ApproveAsync"/>
    public Task DenyAsync(
        string runId, string step, string? comment = null, CancellationToken cancellationToken = default) =>
        DecideAsync(SteeringCommand.Deny, runId, step, comment, cancellationToken);

    /// <summary>
    /// Says what became of a step that is held, as <c>holdfast resolve</c> does. If nobody drives the run, the decision
    /// holds at its next start.
    /// </summary>
    /// <param name="runId">The run; must have been started.</param>
    /// <param name="step">The step, with the names of its scopes.</param>
    /// <param name="resolution">
    /// Whether it happened. Of a step with a result, <see cref="StepOptions{T}.WhenResolved"/> tells it then.
    /// </param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="RunNotFoundException">There is no such run, or no such step in it.</exception>
    /// <exception cref="InvalidOperationException">The step is not held, or the run is one of a plan.</exception>
    /// <exception cref="TimeoutException">The process that drives the run did not answer within 30 s.</exception>
    public Task ResolveAsync(
        string runId, string step, Resolution resolution, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Enum.IsDefined(resolution)
            ? SteerAsync(
                runId, new SteeringRequest("", SteeringCommand.Resolve, "") { Tasks = [step], As = resolution },
                cancellationToken)
            : throw new ArgumentOutOfRangeException(
                nameof(resolution), resolution, $"step \"{step}\" was done, is to be done anew, or has failed");
    }

    /// <summary>
    /// Has a failed step tried again, as <c>holdfast retry</c> does: at the next start of the run, which a program that
    /// saw the step fail needs too. One that waits for its next attempt is tried now: that attempt is made early, and
    /// what the step has spent of its retries stays spent.
    /// </summary>
    /// <param name="runId">The run; must have been started.</param>
    /// <param name="step">The step, with the names of its scopes.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="RunNotFoundException">There is no such run, or no such step in it.</exception>
    /// <exception cref="InvalidOperationException">
    /// The step has not failed and does not wait, the run was cancelled, or it is one of a plan.
    /// </exception>
    /// <exception cref="TimeoutException">The process that drives the run did not answer within 30 s.</exception>
    public Task RetryAsync(string runId, string step, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(step);
        return SteerAsync(
            runId, new SteeringRequest("", SteeringCommand.Retry, "") { Tasks = [step] }, cancellationToken);
    }

    /// <summary>Cancels a run for good: its steps' token is cancelled, nothing new starts.</summary>
    /// <param name="runId">The run; must have been started.</param>
    /// <param name="cancellationToken">Stops waiting for the answer.</param>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="InvalidOperationException">The run has ended, or is one of a plan.</exception>
    /// <exception cref="TimeoutException">The process that drives the run did not answer within 30 s.</exception>
    public Task CancelAsync(string runId, CancellationToken cancellationToken = default) =>
        SteerAsync(runId, new SteeringRequest("", SteeringCommand.Cancel, ""), cancellationToken);

    private Task DecideAsync(
        SteeringCommand decision, string runId, string step, string? comment, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(step);
        return comment?.Length > Inbox.MaxCommentChars
            ? throw new ArgumentException(
                $"the comment on \"{step}\" of run {runId} has {comment.Length} characters, and "
                    + $"{Inbox.MaxCommentChars} are the most; keep the rest in a file and name that", nameof(comment))
            : SteerAsync(
                runId,
                new SteeringRequest("", decision, "")
                {
                    Tasks = [step], Comment = string.IsNullOrWhiteSpace(comment) ? null : comment,
                }, cancellationToken);
    }

    private async Task SteerAsync(string runId, SteeringRequest request, CancellationToken cancellationToken)
    {
        StepNames.CheckRunId(runId);
        var time = Programs.Options.Time;
        var now = time.GetUtcNow();
        request = request with
        {
            Id = "api-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            By = DriverIdentity.OfThisProcess.User,
            At = now,
            Until = now + AnswerTimeout,
        };
        var answer = await SteerHereAsync(runId, request)
            ?? await new ProgramSteering(Storage, FolderOfProgram(runId), time)
                .SendAsync(request, AnswerTimeout, cancellationToken);
        if (!answer.Accepted)
        {
            var why = $"run {runId}: {answer.Message}";
            throw answer.ExitCode == ExitCodes.NotFound
                ? new RunNotFoundException(why) : new InvalidOperationException(why);
        }
    }

    // Null where this process does not drive the run: a program that leaves just now takes no more requests, and what
    // its journal did not take in is brought to it as to that of any other process. Its id keeps it from counting
    // twice.
    private async Task<SteeringAnswer?> SteerHereAsync(string runId, SteeringRequest request)
    {
        try
        {
            return Programs.Find(runId) is { } run ? await run.SteerAsync(request) : null;
        }
        catch (ObjectDisposedException)
        {
            return null;
        }
    }

    private RunFolder FolderOfProgram(string runId)
    {
        var folder = Run(runId);
        if (Storage.FileExists(folder.PlanPath))
        {
            throw new InvalidOperationException(
                $"run {folder.Id} is one of a plan; steer it by the command, e.g. `holdfast cancel {folder.Id}`");
        }

        return Storage.FileExists(JournalFormat.PathIn(folder.Path))
            ? folder
            : throw ProgramFork.NoSuchRun(folder, Path);
    }
}
