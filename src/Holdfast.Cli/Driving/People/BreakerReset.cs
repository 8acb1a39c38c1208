using System.Text.Json;
using Holdfast.Cli.Looking;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>What a reset came to for one run.</summary>
/// <param name="Run">Its id.</param>
/// <param name="IsDriven">
/// Whether a driver answered; else the order is in its journal, and holds once it is resumed.
/// </param>
/// <param name="Tasks">How many tasks go on.</param>
/// <param name="Message">What the run, or the failure to reach it, says.</param>
/// <param name="ExitCode">Of the failure to reach it; 0 for none.</param>
internal sealed record ResetRun(string Run, bool IsDriven, int Tasks, string Message, int ExitCode);

/// <summary>
/// <c>breakers reset NAME</c>: closes the breaker for whoever asks from now on, then brings the word to each unfinished
/// run of the workspace that waits for the target. One that cannot be reached keeps no other from going on.
/// </summary>
internal sealed class BreakerReset(CommandContext context, Workspace workspace, TimeSpan timeout)
{
    private const int MostNext = 6;

    private readonly List<ResetRun> _told = [];

    /// <summary>Resets, tells, and writes what came of it.</summary>
    /// <param name="targets">The breakers of the workspace.</param>
    /// <param name="request">The order, as each run is given it.</param>
    /// <param name="unknown">The failure for a target that neither the workspace nor a run of it knows.</param>
    /// <returns>The exit code.</returns>
    internal int Execute(WorkspaceTargets targets, SteeringRequest request, Func<CliFailure> unknown)
    {
        var target = request.Target!;

        // The breaker first: a run that asked it before is then told after it, whatever it has recorded in between.
        var isKnown = targets.Reset(target, request.By, context.Time.GetUtcNow());
        if (targets.Problem is { } problem)
        {
            throw new CliFailure(
                "breakers_unwritable", ExitCodes.Infrastructure, $"the breaker of {target} was not reset: {problem}");
        }

        var knowing = 0;
        foreach (var folder in RunGlance.Unfinished(workspace).Select(g => g.Folder).ToList())
        {
            try
            {
                knowing += Tell(folder, request) ? 1 : 0;
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                _told.Add(new ResetRun(
                    folder.Id, false, 0, error.Message, FailureReport.Tell(error, context)));
            }
        }

        return isKnown || knowing > 0 || _told.Count > 0 ? Write(target) : throw unknown();
    }

    // A driver is asked whenever its run may send to the target: what it waits for may be newer than what can be read.
    private bool Tell(RunFolder folder, SteeringRequest request)
    {
        var run = RunFiles.Read(workspace, folder);
        var state = run.Look();
        state.LookAt(context.Time.GetUtcNow());
        var isDriven = RunLock.Holder(workspace.Storage, folder) is not null;
        if (!state.Knows(request.Target!) || (!isDriven && !Waits(state, request.Target!)))
        {
            return state.Knows(request.Target!);
        }

        var steered = new SteerAction(context, run, timeout).Send(request);
        steered.Driver?.Dispose();
        var answer = steered.Answer;
        if (answer.SetGoing > 0 || !answer.Accepted)
        {
            // Of a run that ends just now nothing is left to go on; that is no failure to reach it.
            var code = answer.Accepted || answer.ExitCode == ExitCodes.Conflict ? ExitCodes.Done : answer.ExitCode;
            _told.Add(new ResetRun(folder.Id, steered.Driver is null, answer.SetGoing, answer.Message, code));
        }

        return true;
    }

    private static bool Waits(RunState state, string target) =>
        state.IsKeptFrom(target) || state.WaitersOf(target).Count > 0;

    private int Write(string target)
    {
        var going = _told.Where(t => t.Tasks > 0).ToList();
        var code = _told.Aggregate(ExitCodes.Done, (sum, t) => ExitCodes.First(sum, t.ExitCode));
        var next = going.Where(t => !t.IsDriven).Take(MostNext).Select(t => $"holdfast resume {t.Run}").ToArray();
        context.People.WriteLine($"the breaker of {Page.Clean(target)} is closed, and whoever asks is let in");
        foreach (var told in _told.Where(t => t.ExitCode == ExitCodes.Done))
        {
            context.People.WriteLine($"run {told.Run}: {Page.Clean(told.Message)}"
                + (told is { IsDriven: false, Tasks: > 0 } ? " once it is resumed" : ""));
        }

        var tasks = going.Sum(t => t.Tasks);
        context.People.WriteLine(going.Count == 0 ? "no run of this workspace waits for it"
            : $"{going.Count} {(going.Count == 1 ? "run" : "runs")} and {tasks} {(tasks == 1 ? "task" : "tasks")} "
                + "go on");
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.breakers_reset.v1", code, json => WriteData(json, target, going.Count, tasks), next);
            return code;
        }

        foreach (var command in next)
        {
            context.Out.WriteLine($"  next: {context.Proposed(command)}");
        }

        return code;
    }

    private void WriteData(Utf8JsonWriter json, string target, int runs, int tasks)
    {
        json.WriteString("target", target);
        json.WriteStartObject("set_going");
        json.WriteNumber("runs", runs);
        json.WriteNumber("tasks", tasks);
        json.WriteEndObject();
        json.WriteStartArray("runs");
        foreach (var told in _told)
        {
            json.WriteStartObject();
            json.WriteString("run", told.Run);
            json.WriteBoolean("driven", told.IsDriven);
            json.WriteNumber("tasks", told.Tasks);
            json.WriteString("message", told.Message);
            json.WriteNumber("exit_code", told.ExitCode);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
