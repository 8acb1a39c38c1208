using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// Brings a request to a run of a C# program that this process does not drive: through the inbox of the process that
/// does, or, where nobody does, by taking the lock and recording it.
/// </summary>
internal sealed class ProgramSteering(IStorage storage, RunFolder folder, TimeProvider time)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(15);

    /// <summary>Whether the folder holds a run of a C# program, by the head of its journal.</summary>
    internal static bool IsOfProgram(IStorage storage, RunFolder folder)
    {
        var found = false;
        if (storage.FileExists(folder.PlanPath) || !storage.FileExists(JournalFormat.PathIn(folder.Path)))
        {
            return false;
        }

        JournalReader.Read(storage, folder.Path, (in JournalRecord record) =>
            found |= record.Type == "run_started" && EventCatalog.Read(record) is RunStarted { IsOfProgram: true });
        return found;
    }

    /// <summary>Asks, and waits for the answer.</summary>
    /// <exception cref="TimeoutException">The process that drives the run did not answer in time.</exception>
    internal async Task<SteeringAnswer> SendAsync(
        SteeringRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var inbox = new Inbox(storage, folder);
        var since = time.GetTimestamp();
        var isPut = false;
        while (true)
        {
            if (isPut && inbox.TakeAnswer(request.Id) is { } answer)
            {
                return answer;
            }

            if (RunLock.Holder(storage, folder) is null && TryOpen() is { } driver)
            {
                using (driver)
                {
                    // Its answer may have come between the last look and the lock.
                    var last = (isPut ? inbox.TakeAnswer(request.Id) : null) ?? Apply(driver, request);
                    inbox.Withdraw(request.Id);
                    await new ChildRuns(storage, time).CancelAsync(folder, ChildRuns.StepsLeft(driver.State));
                    return last;
                }
            }

            if (time.GetElapsedTime(since) >= timeout)
            {
                throw new TimeoutException(
                    $"run {folder.Id} ({RunLock.Holder(storage, folder) ?? "driven by nobody by now"}) has not "
                        + $"answered within {Durations.Text(timeout)}; the request waits in its inbox and may still be "
                        + "carried out");
            }

            if (!isPut)
            {
                inbox.Put(request);
                isPut = true;
            }

            await Task.Delay(Pace, time, cancellationToken);
        }
    }

    private RunDriver? TryOpen()
    {
        try
        {
            return RunDriver.Open(
                storage, folder, new RunSpec { RunId = folder.Id, Tasks = [] }, time, DriverIdentity.OfThisProcess);
        }
        catch (RunLockedException)
        {
            return null;
        }
    }

    private static SteeringAnswer Apply(RunDriver driver, SteeringRequest request)
    {
        var answer = driver.Steer(request);
        if (driver.State is { Ended: null, Stopping.Cause: not StopCause.Interrupt })
        {
            EndStopped(driver);
        }

        return answer;
    }

    // Nobody is left to end what was under way: its process is gone, and the program is not called again.
    private static void EndStopped(RunDriver driver)
    {
        var state = driver.State;
        foreach (var task in state.Open.ToArray())
        {
            driver.Record(
            [
                new AttemptFailed(new Outcome { EndedBy = EndedBy.Lost }) { Task = task.Name, Attempt = task.Attempts },
                StepFailures.LostAttempt(state.Spec.RunId, task),
            ]);
        }

        while (state.FirstUnrecovered is { } task)
        {
            driver.Record(Recoveries.After(state, task, state.LastAt));
        }

        foreach (var task in state.ToReconcile.ToArray())
        {
            driver.Record([new TaskCancelled($"it may have happened; {state.Stopping!.Reason}") { Task = task.Name }]);
        }

        driver.Record([RunEnds.Of(state)]);
        driver.Record([new JournalClosed(state.Status)]);
    }
}
