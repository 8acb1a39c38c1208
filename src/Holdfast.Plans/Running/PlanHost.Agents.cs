using System.Globalization;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.Events;

namespace Holdfast.Plans.Running;

/// <content>What attempts of agents need beside their command.</content>
public sealed partial class PlanHost
{
    // Comes late, and on any thread, where the program was asked for its version first: nothing may leave here.
    private void Begin(
        PreparedAttempt prepared, AgentAttempt agent, string? version, Func<OutputReport>? check, IAttemptSink sink)
    {
        try
        {
            agent.Begin(version);
            var watched = prepared with { Command = agent.Watched(prepared.Command, Mask, _time) };
            _runtime.Start(watched.Command, outcome => Judge(watched, outcome, check, sink));
        }
        catch (Exception error) when (error is ArgumentException or UnauthorizedAccessException or IOException)
        {
            agent.Dispose();
            sink.AttemptEnded(prepared.Command.Id, AttemptJudgement.NotPrepared(error));
        }
    }

    private void End(PreparedAttempt attempt, AgentAttempt agent, AttemptEnd end, IAttemptSink sink)
    {
        agent.End(end.Outcome, end.Failure);
        var told = _mayShowText ? AttemptContexts.WithSeen(end, agent.Called, Mask) : end;
        TakeCheckpoints(attempt, agent, told, [.. agent.Told], sink);
    }

    // One after the other, since they are ordered: what comes behind one whose check failed does not count either.
    private void TakeCheckpoints(
        PreparedAttempt attempt, AgentAttempt agent, AttemptEnd end, CheckpointCompleted[] left, IAttemptSink sink)
    {
        if (left is not [var next, .. var rest])
        {
            agent.Dispose();
            sink.AttemptEnded(attempt.Command.Id, end);
            return;
        }

        var reached = end with { Checkpoints = [.. end.Checkpoints, next] };
        if (agent.Checks[next.Id] is not { } check)
        {
            TakeCheckpoints(attempt, agent, reached, rest, sink);
            return;
        }

        Aside(check, outcome =>
        {
            if (!outcome.ExitedWell)
            {
                AgentAttempt.Refuse(
                    AttemptSpecs.FilesOf(attempt.Command), next.Id, $"its check ended with {Ending(outcome)}");
            }

            TakeCheckpoints(attempt, agent, outcome.ExitedWell ? reached : end, outcome.ExitedWell ? rest : [], sink);
        });
    }

    private static string Ending(Outcome outcome) => outcome switch
    {
        { EndedBy: EndedBy.Itself, ExitCode: { } code } => string.Create(
            CultureInfo.InvariantCulture, $"exit code {code}"),
        { StartError: { } error } => error,
        _ => outcome.EndedBy.Word(),
    };
}
