using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary>An attempt that a command was called from.</summary>
/// <param name="Run">Id of its run.</param>
/// <param name="Task">Its task.</param>
/// <param name="Attempt">Its number.</param>
internal sealed record CallingAttempt(string Run, string Task, int Attempt)
{
    public override string ToString() => $"attempt {Attempt} of task \"{Task}\" in run {Run}";
}

/// <summary>
/// Keeps what decides about a run out of the hands of its own attempts: an agent must not resolve the doubt about its
/// own work. An attempt is known by its environment, by that of a process above, or because a process above is the one
/// that its attempt file names; so unsetting variables is no way out, and setting others makes nobody another attempt.
/// </summary>
internal static class AttemptGuard
{
    internal const string RunName = "HOLDFAST_RUN";
    internal const string TaskName = "HOLDFAST_TASK";
    internal const string AttemptName = "HOLDFAST_ATTEMPT";
    internal const string WorkspaceName = "HOLDFAST_WORKSPACE";

    /// <exception cref="CliFailure">This process belongs to an attempt of the run's workspace: exit 11.</exception>
    internal static void Refuse(CommandContext context, RunFiles run, string what)
    {
        var above = Ancestry.OfThisProcess();
        if (Claims(context, run.Workspace.Path, above).Count > 0 || Proven(run, above) is not null)
        {
            throw Refused(run.Workspace.Path, what);
        }
    }

    /// <summary>As the other, for what concerns a run that may be gone.</summary>
    internal static void Refuse(CommandContext context, string workspacePath, string what)
    {
        if (Claims(context, workspacePath, Ancestry.OfThisProcess()).Count > 0)
        {
            throw Refused(workspacePath, what);
        }
    }

    private static CliFailure Refused(string workspacePath, string what) => new(
        "attempt_may_not", ExitCodes.Conflict,
        $"an attempt cannot {what} of its own workspace ({workspacePath}); a person does that from outside of it");

    /// <summary>The attempt that completes a checkpoint of a task; null for a person.</summary>
    /// <exception cref="CliFailure">It is another task's attempt: exit 11.</exception>
    internal static CallingAttempt? Completing(CommandContext context, RunFiles run, string task)
    {
        var above = Ancestry.OfThisProcess();
        var claims = Claims(context, run.Workspace.Path, above);
        var own = claims.Where(c => c.Run == run.Folder.Id).Distinct().ToArray();
        var caller = Proven(run, above) ?? (own.Length > 0 ? own[0] : claims.Count > 0 ? claims[0] : null);
        return caller is null || (caller.Run == run.Folder.Id && caller.Task == task
            && own.All(c => c.Task == task))
            ? caller
            : throw new CliFailure(
                "attempt_may_not", ExitCodes.Conflict,
                $"{caller} completes its own checkpoints only, not one of task \"{task}\" in run {run.Folder.Id}; "
                    + "a person does that from outside of it");
    }

    // The nearest first, so that of an attempt inside an attempt the inner one speaks.
    private static List<CallingAttempt> Claims(
        CommandContext context, string workspace, IReadOnlyList<Ancestor> above)
    {
        var found = new List<CallingAttempt>();
        Add(context.Environment);
        foreach (var ancestor in above)
        {
            Add(name => ancestor.Variables.GetValueOrDefault(name));
        }

        return found;

        void Add(Func<string, string?> variable)
        {
            if (variable(AttemptName) is { Length: > 0 } number
                && (variable(WorkspaceName) is not { Length: > 0 } own || Path.GetFullPath(own) == workspace))
            {
                found.Add(new CallingAttempt(
                    variable(RunName) ?? "", variable(TaskName) ?? "", int.TryParse(number, out var n) ? n : -1));
            }
        }
    }

    // The wrapper of an attempt keeps the attempt's file open, and wrote its own id into it.
    private static CallingAttempt? Proven(RunFiles run, IReadOnlyList<Ancestor> above)
    {
        var runs = Path.GetDirectoryName(run.Folder.Path) + Path.DirectorySeparatorChar;
        foreach (var ancestor in above)
        {
            if (ancestor.AttemptFile is { } path && path.StartsWith(runs, StringComparison.Ordinal)
                && AttemptFile.TryRead(path, out var record)
                && record is { StartPid: { } pid, Header: { } header } && pid == ancestor.Pid
                && header.Boot == AttemptFile.CurrentBoot)
            {
                return new CallingAttempt(header.Run, header.Task, header.Attempt);
            }
        }

        return null;
    }
}
