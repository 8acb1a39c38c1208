using System.Collections.Concurrent;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Tests.Runtimes;

/// <summary>A runtime with a folder of its own, and waits with a deadline.</summary>
public sealed class CommandBench : IDisposable
{
    /// <summary>One after the other: they count this process's descriptors, and time is theirs to judge.</summary>
    public const string RealProcesses = "real processes";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static int _count;

    public CommandBench(bool subreaper = false)
    {
        Root = Path.Combine(
            Path.GetTempPath(), $"holdfast-command-{Environment.ProcessId}-{Interlocked.Increment(ref _count)}");
        Directory.CreateDirectory(Root);
        Runtime = CommandRuntime.Create(new CommandRuntimeOptions { Subreaper = subreaper });
    }

    public string Root { get; }

    public CommandRuntime Runtime { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public CommandSpec Shell(string script, string task = "t") => Spec(task, "/bin/sh", "-c", script);

    public CommandSpec Spec(string task, params string[] argv)
    {
        var folder = Path.Combine(Root, "output", AttemptPaths.FolderName(task));
        return new CommandSpec
        {
            Run = "r1",
            Task = task,
            Attempt = 1,
            Argv = argv,
            WorkingFolder = Root,
            Folder = folder,
            IntentBoot = AttemptFile.CurrentBoot,
            Grace = TimeSpan.FromSeconds(5),
            Environment =
            [
                "PATH=/usr/local/bin:/usr/bin:/bin", $"HOLDFAST_ATTEMPT_DIR={folder}", "HOLDFAST_ATTEMPT=1",
                $"HOLDFAST_TASK={task}",
            ],
        };
    }

    public static Task<Outcome> Started(CommandRuntime runtime, CommandSpec spec)
    {
        var end = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        runtime.Start(spec, end.SetResult);
        return end.Task.WaitAsync(Deadline, Cancel);
    }

    public Task<Outcome> Start(CommandSpec spec) => Started(Runtime, spec);

    public Task<Outcome> Adopt(CommandSpec spec)
    {
        var end = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        Runtime.Adopt(spec, end.SetResult);
        return end.Task.WaitAsync(Deadline, Cancel);
    }

    /// <summary>A fifo: the event by which a script says that it got somewhere, or waits to be let on.</summary>
    public string Fifo(string name)
    {
        var path = Path.Combine(Root, name);
        using var made = System.Diagnostics.Process.Start("mkfifo", path);
        Assert.True(made.WaitForExit(Deadline));
        return path;
    }

    /// <summary>The line that a script writes into a fifo; opening waits for the writer.</summary>
    public static async Task<string> Line(string fifo) =>
        (await Task.Run(() => File.ReadAllText(fifo), Cancel).WaitAsync(Deadline, Cancel)).Trim();

    public static async Task Release(string fifo) =>
        await Task.Run(() => File.WriteAllText(fifo, "go\n"), Cancel).WaitAsync(Deadline, Cancel);

    /// <summary>Returns when a process is no more, zombie or not; the kernel tells.</summary>
    public static Task Gone(int pid) => Task.Run(() =>
    {
        var process = LinuxCalls.PidfdOpen(pid);
        if (process < 0)
        {
            return;
        }

        using var events = new EventQueue();
        events.Watch(process, token: 1);
        var ended = events.Wait((int)Deadline.TotalMilliseconds, new int[1]);
        _ = LinuxCalls.Close(process);
        Assert.True(ended == 1, $"process {pid} still lives");
    }, Cancel);

    public static bool IsAlive(int pid) => ProcessTable.TryRead(pid, out var row) && row.IsAlive;

    public static string Out(CommandSpec spec) => File.ReadAllText(spec.Paths.Out);

    public static string Err(CommandSpec spec) => File.ReadAllText(spec.Paths.Err);

    public void Dispose()
    {
        Runtime.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
