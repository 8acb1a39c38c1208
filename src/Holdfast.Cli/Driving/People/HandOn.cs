using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary>
/// Sends a person's decision to a run. Where nobody drives it and the decision frees work, a driver is started in the
/// background, since whoever decides should need no second command.
/// </summary>
internal sealed class HandOn(CommandContext context, RunFiles run, TimeSpan timeout)
{
    /// <summary>Whether the decision only is recorded.</summary>
    internal bool Stay { get; init; }

    /// <summary>Sends, tells, and starts the driver.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="frees">
    /// Whether there may be work once it was carried out here, by the state that it led to; null: there is.
    /// </param>
    /// <returns>The exit code.</returns>
    internal int Send(SteeringRequest request, Func<Runs.State.RunState, bool>? frees = null)
    {
        var action = new SteerAction(context, run, timeout);
        var steered = action.Send(request);
        if (steered is not { Answer.Accepted: true, Driver: { } driver })
        {
            steered.Driver?.Dispose();
            return action.Tell(steered.Answer, request, []);
        }

        var (goesOn, lastSeq) = (driver.State.Ended is null && frees?.Invoke(driver.State) != false,
            driver.State.LastSeq);
        driver.Dispose();
        if (!goesOn || Stay)
        {
            return action.Tell(steered.Answer, request, goesOn ? [$"holdfast resume {run.Folder.Id}"] : []);
        }

        var code = action.Tell(steered.Answer, request, [$"holdfast watch {run.Folder.Id}"]);
        DriverCommand.HandOver(context, run, new DriveOptions(), lastSeq);
        context.People.WriteLine($"run {run.Folder.Id} is driven on in the background");
        return code;
    }
}
