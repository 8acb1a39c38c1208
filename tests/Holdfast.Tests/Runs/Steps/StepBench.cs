using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Simulation;
using Holdfast.Testing.Steps;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Programs with durable steps on a simulated disk, clock and thread; processes that can be killed.</summary>
internal sealed class StepBench
{
    internal StepBench()
    {
        Thread = new SimulatedThread(Time);
        Workspace = Open();
    }

    internal SimulatedDisk Disk { get; } = new();

    internal SimulatedTime Time { get; } = new();

    internal SimulatedThread Thread { get; }

    internal Workspace Workspace { get; private set; }

    /// <summary>What steps did, in order.</summary>
    internal List<string> Log { get; } = [];

    internal static WorkspaceOptions Options(SimulatedDisk disk, SimulatedTime time) => new()
    {
        Json = WorkspaceOptions.WithReflection().Json, Storage = disk, Time = time,
    };

    /// <summary>The process is killed, and another one started in its place.</summary>
    internal void Kill()
    {
        Thread.Forget();
        Disk.KillProcess();
        Workspace = Open();
    }

    internal RunResult Run(Func<DurableRun, Task> program, string id = "r", RunOptions? options = null) =>
        Thread.Run(() => Workspace.RunAsync(id, program, options));

    internal T Run<T>(Func<DurableRun, Task<T>> program, string id = "r") =>
        Thread.Run(() => Workspace.RunAsync(id, program)).Value;

    /// <summary>Forks a run, on a thread of the pool; the simulated clock does not run on meanwhile.</summary>
    internal void Fork(string run, string id, string from) =>
        Workspace.ForkAsync(run, id, from).GetAwaiter().GetResult();

    /// <summary>Starts a program, and carries it on until that holds.</summary>
    internal Task<RunResult> StartUntil(Func<bool> holds, Func<DurableRun, Task> program, string id = "r")
    {
        var task = Thread.Start(() => Workspace.RunAsync(id, program));
        Assert.True(Thread.RunUntil(() => holds() || task.IsCompleted), "it waits for something that never comes");
        return task;
    }

    /// <summary>As <see cref="StartUntil"/>, for a process that is killed then.</summary>
    internal void DriveUntil(Func<bool> holds, Func<DurableRun, Task> program, string id = "r") =>
        _ = StartUntil(holds, program, id);

    /// <summary>A step that logs its call and returns a value.</summary>
    internal Func<CancellationToken, Task<T>> Does<T>(string what, T value) => _ =>
    {
        Log.Add(what);
        return Task.FromResult(value);
    };

    /// <summary>A step that never ends by itself.</summary>
    internal Func<CancellationToken, Task<int>> Hangs(string what) => async token =>
    {
        Log.Add(what);
        await Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, Time, token);
        return 0;
    };

    internal RunFolder Folder(string id = "r") => Workspace.Run(id);

    /// <summary>The run as any other process sees it.</summary>
    internal RunState Look(string id = "r") => RunDriver.Look(
        Disk, Folder(id), new RunSpec { RunId = id, Tasks = [] }).State;

    /// <summary>The events of a run, as type and task.</summary>
    internal List<string> Events(string id = "r")
    {
        var found = new List<string>();
        if (!Disk.FileExists(Holdfast.Journal.JournalFormat.PathIn(Folder(id).Path)))
        {
            return found;
        }

        Holdfast.Journal.JournalReader.Read(Disk, Folder(id).Path, (in Holdfast.Journal.JournalRecord record) =>
        {
            _ = EventCatalog.Read(record);
            found.Add(record.Task is null ? record.Type : $"{record.Type} {record.Task}");
        });
        return found;
    }

    internal Workspace Open() => Workspace.OpenAsync("/w/.holdfast", Options(Disk, Time)).GetAwaiter().GetResult();
}
