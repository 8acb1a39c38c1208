using System.Runtime.InteropServices;
using Holdfast.Plans.Runtimes.Linux;

namespace Holdfast.Plans.Runtimes;

/// <summary>
/// Keeps limits in force when the driver dies: a small shell that reads a pipe only the driver can write to. The end
/// of the pipe without a word means that the driver was killed; the shell then becomes the guard command.
/// </summary>
public sealed unsafe class Guard : IDisposable
{
    // Signals meant for the driver's terminal must not take the guard along.
    private const string Script =
        "trap '' HUP INT QUIT;read -r word;[ \"$word\" = done ] && exit 0;trap - HUP INT QUIT;exec \"$@\" </dev/null";

    private static int _guardPid;
    private readonly int _pid;
    private int _pipe;

    private Guard(int pid, int pipe)
    {
        _pid = pid;
        _pipe = pipe;
        Interlocked.Exchange(ref _guardPid, pid);
    }

    /// <summary>Pid of the waiting shell.</summary>
    public int Pid => _pid;

    /// <summary>Starts the waiting shell.</summary>
    /// <param name="argv">The command that it becomes if the driver dies; the program by path or PATH.</param>
    /// <param name="environment">Its complete environment as KEY=VALUE.</param>
    /// <param name="workingFolder">Absolute path.</param>
    /// <param name="shell">A POSIX shell.</param>
    /// <exception cref="IOException">It could not be started.</exception>
    public static Guard Start(
        string[] argv, IReadOnlyList<string> environment, string workingFolder, string shell = "/bin/sh")
    {
        ArgumentOutOfRangeException.ThrowIfZero(argv.Length);
        int* ends = stackalloc int[2];
        if (LinuxCalls.Pipe(ends, LinuxCalls.CloseOnExec) != 0)
        {
            throw new IOException(Errno.Tell(Marshal.GetLastPInvokeError(), "no pipe for the guard of the run"));
        }

        var (input, output) = (LinuxCalls.Lift(ends[0]), LinuxCalls.Lift(ends[1]));
        var nowhere = LinuxCalls.Open("/dev/null", LinuxCalls.WriteOnly);
        using var spawner = new Spawner();
        var errno = spawner.Spawn(
            new SpawnPlaces
            {
                Program = shell,
                WorkingFolder = workingFolder,
                Stdin = input,
                Stdout = nowhere,
                Stderr = nowhere,
                Eight = -1,
                Nine = -1,
            },
            ["sh", "-c", Script, "holdfast-guard"],
            argv,
            environment,
            out var pid);
        _ = LinuxCalls.Close(input);
        _ = LinuxCalls.Close(nowhere);
        if (errno == 0)
        {
            return new Guard(pid, output);
        }

        _ = LinuxCalls.Close(output);
        throw new IOException(Errno.Tell(errno, $"cannot start the guard of the run by {shell} in {workingFolder}"));
    }

    /// <summary>Tells the guard that the run came to an orderly end; it leaves.</summary>
    public void Disarm()
    {
        var pipe = Interlocked.Exchange(ref _pipe, -1);
        if (pipe < 0)
        {
            return;
        }

        fixed (byte* word = "done\n"u8)
        {
            _ = LinuxCalls.Write(pipe, word, 5);
        }

        _ = LinuxCalls.Close(pipe);
        Reap();
    }

    /// <summary>Disarms.</summary>
    public void Dispose() => Disarm();

    internal static bool IsGuard(int pid) => pid == Volatile.Read(ref _guardPid);

    // A shell that has its word leaves within a millisecond; one that does not is no reason to hold the driver.
    private void Reap()
    {
        var pidfd = LinuxCalls.PidfdOpen(_pid);
        if (pidfd >= 0)
        {
            _ = LinuxCalls.IsReadable(pidfd, 200);
            _ = LinuxCalls.Close(pidfd);
        }

        int status;
        _ = LinuxCalls.WaitPid(_pid, &status, LinuxCalls.NoHang);
    }
}
