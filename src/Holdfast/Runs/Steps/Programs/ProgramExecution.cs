using System.Text.Json.Serialization.Metadata;
using Holdfast.Journal;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>One start of a program: opens its run, calls it, and records how it left.</summary>
internal static class ProgramExecution
{
    internal static async Task<RunResult<T>> ExecuteAsync<T>(
        ProgramRuns runs, Workspace workspace, string id, Func<DurableRun, Task<T>> program, RunOptions<T> options,
        CancellationToken cancellationToken)
    {
        StepNames.CheckRunId(id);
        cancellationToken.ThrowIfCancellationRequested();
        var run = Open(runs, workspace, id, options);
        try
        {
            var type = run.Results.TypeOf(ResultOwner.Run(id), options.Json);
            if (options.RetryFailed)
            {
                run.RetryFailed(Workspaces.DriverIdentity.OfThisProcess.User);
            }

            if (run.Ended is { } ended)
            {
                await run.CloseAsync();
                await run.CancelChildrenAsync();
                return EndedBefore(run, ended, type);
            }

            using var interrupt = cancellationToken.UnsafeRegister(
                static state => ((ProgramRun)state!).Interrupt("its caller cancelled it"), run);
            return await CallAsync(run, new DurableRun(workspace, run, ""), program, (options.Name, type));
        }
        catch (Exception error) when (run.Poison is { } poison)
        {
            await run.LeaveBrokenAsync(poison);
            if (error is OperationCanceledException)
            {
                // The program's own code saw the token before a step could say why.
                throw poison.Again();
            }

            throw;
        }
        finally
        {
            runs.Close(run);
        }
    }

    private static async Task<RunResult<T>> CallAsync<T>(
        ProgramRun run, DurableRun scope, Func<DurableRun, Task<T>> program,
        (string? Name, JsonTypeInfo<T>? Type) given)
    {
        using var span = StepTraces.OfRun(run.Id, given.Name);
        try
        {
            var value = await (program(scope) ?? throw NoTask.Of($"run {run.Id}", nameof(program)));
            var unasked = await run.SucceedAsync(run.Results.WriteOfRun(value, given.Type));
            await run.CancelChildrenAsync();
            return new RunResult<T> { RunId = run.Id, Value = value, UnaskedSteps = unasked };
        }
        catch (Exception error)
        {
            span.Leave(error);
            if (run.Poison is not null)
            {
                // How it leaves can be written no more than the rest.
                throw;
            }

            await run.LeaveAsync(error);
            await run.CancelChildrenAsync();
            if (error is OperationCanceledException and not RunCancelledException && run.Cancelled is { } reason)
            {
                // The program's own code saw the token before a step could say why.
                throw new RunCancelledException(run.Id, reason, error);
            }

            throw;
        }
    }

    private static RunResult<T> EndedBefore<T>(ProgramRun run, Events.RunEnded ended, JsonTypeInfo<T>? type) =>
        ended.Status switch
        {
            RunStatus.Succeeded => new RunResult<T>
            {
                RunId = run.Id, Value = run.Read(ResultOwner.Run(run.Id), ended.Result, type), WasDone = true,
            },
            RunStatus.Cancelled => throw new RunCancelledException(run.Id, ended.Why),
            _ => throw run.FirstFailure() ?? (Exception)new InvalidOperationException(
                $"run {run.Id} has ended ({ended.Why}); start one of another id"),
        };

    private static ProgramRun Open(ProgramRuns runs, Workspace workspace, string id, RunOptions options)
    {
        try
        {
            return runs.Open(id, options);
        }
        catch (Exception error) when (error is UnauthorizedAccessException
            or (IOException and not (StorageFullException or JournalException)))
        {
            throw new WorkspaceException(
                $"run {id} cannot be written in {workspace.Path}: {error.Message}; give this user access to the "
                    + $"folder, or {Workspace.Elsewhere}", error);
        }
    }
}
