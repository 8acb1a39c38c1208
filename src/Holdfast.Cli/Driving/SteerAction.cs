using System.Text.Json;
using Holdfast.Cli.Driving.Letters;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>What became of a request.</summary>
/// <param name="Answer">The answer.</param>
/// <param name="Driver">The run, locked, if this process carried the request out; null if its driver did.</param>
internal sealed record Steered(SteeringAnswer Answer, RunDriver? Driver);

/// <summary>
/// Brings a request to a run: through the inbox of its driver, or, where nobody drives it, by taking the lock and
/// carrying it out. A driver that dies in between is noticed, and the request is carried out here, once.
/// </summary>
internal sealed class SteerAction(CommandContext context, RunFiles run, TimeSpan timeout)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);

    /// <exception cref="CliFailure">The driver does not answer in time: exit 11.</exception>
    internal Steered Send(SteeringRequest request)
    {
        var inbox = new Inbox(run.Workspace.Storage, run.Folder);
        if (RunLock.Holder(run.Workspace.Storage, run.Folder) is null && TryOpen() is { } undriven)
        {
            return Apply(undriven, request);
        }

        inbox.Put(request);
        var since = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(since) < timeout)
        {
            if (inbox.TakeAnswer(request.Id) is { } answer)
            {
                return new Steered(answer, null);
            }

            if (RunLock.Holder(run.Workspace.Storage, run.Folder) is null && TryOpen() is { } left)
            {
                // Its answer may have come between the last look and the lock.
                if (inbox.TakeAnswer(request.Id) is { } late)
                {
                    left.Dispose();
                    return new Steered(late, null);
                }

                var steered = Apply(left, request);
                inbox.Withdraw(request.Id);
                inbox.Sweep(context.Time.GetUtcNow());
                return steered;
            }

            Pauses.Take(Pace);
        }

        throw new CliFailure(
            "no_answer", ExitCodes.Conflict,
            $"the driver of run {run.Folder.Id} "
                + $"({RunLock.Holder(run.Workspace.Storage, run.Folder) ?? "gone by now"}) has not "
            + $"answered within {Durations.Text(timeout)}; the request waits in its inbox and may still be carried out")
        {
            Hint = $"ask again with --request-id {request.Id}, which carries it out once at most",
        };
    }

    private RunDriver? TryOpen()
    {
        try
        {
            return run.Open(context.Time);
        }
        catch (RunLockedException)
        {
            return null;
        }
    }

    private Steered Apply(RunDriver driver, SteeringRequest request)
    {
        try
        {
            var answer = driver.Steer(CheckpointCheck.Looked(context, run, driver, request));

            // Nobody may ever drive it on: what a person decided just now is told at once.
            OwedLetters.Write(context, run, driver.State);
            return new Steered(answer, driver);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    /// <summary>Tells the answer, and ends with its code.</summary>
    internal int Tell(SteeringAnswer answer, SteeringRequest request, IReadOnlyList<string> next) =>
        Tell(context, run.Folder, answer, request, next);

    /// <inheritdoc cref="Tell(SteeringAnswer, SteeringRequest, IReadOnlyList{string})"/>
    internal static int Tell(
        CommandContext context, RunFolder run, SteeringAnswer answer, SteeringRequest request,
        IReadOnlyList<string> next)
    {
        if (!answer.Accepted)
        {
            throw new CliFailure(
                answer.ExitCode == ExitCodes.NotFound ? "task_not_found" : "refused", answer.ExitCode,
                $"run {run.Id}: {answer.Message}");
        }

        context.People.WriteLine($"run {run.Id}: {answer.Message}");
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.steer.v1", answer.ExitCode, json => WriteData(json, run, answer, request), next);
        }
        else
        {
            foreach (var command in next)
            {
                context.Out.WriteLine($"  next: {context.Proposed(command)}");
            }
        }

        return answer.ExitCode;
    }

    private static void WriteData(
        Utf8JsonWriter json, RunFolder run, SteeringAnswer answer, SteeringRequest request)
    {
        json.WriteString("run", run.Id);
        json.WriteString("request", request.Id);
        json.WriteString("command", request.Command.Word());
        json.WriteString("message", answer.Message);
        if (request.Command == SteeringCommand.Retry)
        {
            json.WriteNumber("set_going", answer.SetGoing);
        }
    }
}
