using Holdfast.Plans.Running;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>Looks into a checkpoint under the lock of a run that nobody drives, as its driver would.</summary>
internal static class CheckpointCheck
{
    /// <summary>How long one waits for the answer: as long as the command of a checkpoint may take.</summary>
    internal static TimeSpan Longest { get; } = PlanHost.SideCommandTimeout + TimeSpan.FromSeconds(30);

    /// <summary>The request with what was found, or as it is where there is nothing to look into.</summary>
    internal static SteeringRequest Looked(
        CommandContext context, RunFiles run, RunDriver driver, SteeringRequest request)
    {
        var first = Steering.Apply(driver.State, request);
        if (request.Command != SteeringCommand.Checkpoint || !first.Answer.Accepted || first.Events.Count == 0)
        {
            return request;
        }

        var task = driver.State.Find(request.Tasks[0])!;

        // Should this process be killed, the command of the checkpoint still ends within its limit.
        var guard = DriverProcess.TryStartGuard(context, run);
        using var host = new PlanHost(
            run.Plan, driver.State, run.Place, SecretValues.Read(run.Plan, context), context.Time,
            new CommandRuntimeOptions());
        using var ordinary = host.Rest is null ? new DriverRest() : null;
        var rest = host.Rest ?? ordinary!;
        CheckpointVerdict? verdict = null;
        var attempt = new AttemptId(task.Name, task.Attempts);
        host.VerifyCheckpoint(attempt, request.Checkpoint!, request.Comment ?? "", told =>
        {
            Volatile.Write(ref verdict, told);
            rest.Wake();
        });
        while (Volatile.Read(ref verdict) is null)
        {
            // The command of a checkpoint is bounded, so this is.
            rest.Rest(TimeSpan.FromSeconds(1));
        }

        guard?.Disarm();
        return request with { Verdict = verdict };
    }
}
