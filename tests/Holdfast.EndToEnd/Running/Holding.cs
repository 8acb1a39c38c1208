using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Journal;
using Holdfast.Runs.Workspaces;

namespace Holdfast.EndToEnd.Running;

/// <summary>A folder with plans and a workspace, and real <c>holdfast</c> processes in it.</summary>
internal sealed class Holding : IDisposable
{
    internal static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly List<Command> _started = [];

    internal string Folder { get; } = Directory.CreateTempSubdirectory("holdfast-running-").FullName;

    internal string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    internal string Read(string name) =>
        File.Exists(Path.Combine(Folder, name)) ? File.ReadAllText(Path.Combine(Folder, name)) : "";

    internal string[] Lines(string name) => Read(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    internal string Journal(string run) => Read($".holdfast/runs/{run}/journal.ndjson");

    internal int Count(string run, string type) => Journal(run).Split($"\"type\":\"{type}\"").Length - 1;

    internal string OnlyRun() =>
        Path.GetFileName(Assert.Single(Directory.GetDirectories(Path.Combine(Folder, ".holdfast", "runs"))));

    /// <summary>Runs a command to its end.</summary>
    internal Ended Run(params string[] args) => Start(args).End();

    /// <summary>Starts a command.</summary>
    internal Command Start(params string[] args) => Start([], args);

    /// <summary>Starts a command with variables of its own.</summary>
    internal Command Start((string Name, string Value)[] variables, params string[] args) =>
        Launch([], variables, args);

    /// <summary>Starts a command under another program, which gets the command line as its last arguments.</summary>
    internal Command StartUnder(string[] program, params string[] args) => Launch(program, [], args);

    private Command Launch(string[] under, (string Name, string Value)[] variables, string[] args)
    {
        string[] line = [.. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll"), .. args];
        var start = new ProcessStartInfo(line[0])
        {
            UseShellExecute = false,
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var arg in line[1..])
        {
            start.ArgumentList.Add(arg);
        }

        foreach (var name in start.Environment.Keys.ToArray())
        {
            if (name.StartsWith("HOLDFAST_", StringComparison.Ordinal) || name is "CI" or "NO_COLOR" or "GITHUB_ACTIONS"
                or "GITHUB_STEP_SUMMARY")
            {
                start.Environment.Remove(name);
            }
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var command = new Command(Process.Start(start)!, string.Join(' ', args));
        _started.Add(command);
        return command;
    }

    /// <summary>Waits until something holds.</summary>
    internal void Until(Func<bool> holds, string what, TimeSpan? within = null)
    {
        var deadline = within ?? Deadline;
        var since = TimeProvider.System.GetTimestamp();
        using var never = new ManualResetEvent(initialState: false);
        while (!holds())
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(since) < deadline,
                $"not within {deadline}: {what}\n{string.Join('\n', _started.Select(c => c.Told()))}");
            never.WaitOne(5);
        }
    }

    public void Dispose()
    {
        foreach (var command in _started)
        {
            command.Dispose();
        }

        // A driver of its own still writes its last words when the run has ended; its lock tells when it is through.
        // Whatever a killed driver left is ended by its own command; a test that failed half-way leaves it to its
        // limits.
        foreach (var run in Directory.Exists(Path.Combine(Folder, ".holdfast", "runs"))
            ? Directory.GetDirectories(Path.Combine(Folder, ".holdfast", "runs"))
            : [])
        {
            if (!File.ReadAllText(Path.Combine(run, "journal.ndjson")).Contains("\"type\":\"journal_closed\"",
                StringComparison.Ordinal))
            {
                using var cancel = Start("cancel", Path.GetFileName(run));
                cancel.End();
            }

            Until(() => RunLock.Holder(LocalStorage.Instance, new RunFolder(run)) is null, "the driver to leave");
        }

        Directory.Delete(Folder, recursive: true);
    }
}

/// <summary>How a command ended.</summary>
internal sealed record Ended(int Code, string Out, string Error)
{
    internal Ended Is(int code)
    {
        Assert.True(Code == code, $"ended with {Code}, not {code}\nstdout:\n{Out}\nstderr:\n{Error}");
        return this;
    }
}

/// <summary>A running <c>holdfast</c>.</summary>
internal sealed partial class Command : IDisposable
{
    internal const int Int = 2;
    internal const int Hup = 1;
    internal const int Term = 15;
    internal const int Kill = 9;

    private readonly Process _process;
    private readonly string _line;
    private readonly StringBuilder _out = new();
    private readonly StringBuilder _error = new();
    private readonly Thread _outReader;
    private readonly Thread _errorReader;

    internal Command(Process process, string line)
    {
        _process = process;
        _line = line;
        _outReader = Reader(process.StandardOutput, _out);
        _errorReader = Reader(process.StandardError, _error);
    }

    internal int Pid => _process.Id;

    internal bool HasExited => _process.HasExited;

    internal string Out
    {
        get
        {
            lock (_out)
            {
                return _out.ToString();
            }
        }
    }

    internal string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    internal void Signal(int signal) => Signal(Pid, signal);

    internal static void Signal(int pid, int signal) => Assert.Equal(0, SendSignal(pid, signal));

    internal Ended End(TimeSpan? within = null)
    {
        Assert.True(_process.WaitForExit(within ?? Holding.Deadline), $"still runs: {Told()}");
        _outReader.Join(Holding.Deadline);
        _errorReader.Join(Holding.Deadline);
        return new Ended(_process.ExitCode, Out, Error);
    }

    internal string Told() => $"holdfast {_line}\nstdout:\n{Out}\nstderr:\n{Error}";

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit(Holding.Deadline);
        }

        _process.Dispose();
    }

    private static Thread Reader(StreamReader from, StringBuilder into)
    {
        var thread = new Thread(() =>
        {
            var buffer = new char[4_096];
            try
            {
                while (from.Read(buffer) is > 0 and var read)
                {
                    lock (into)
                    {
                        into.Append(buffer, 0, read);
                    }
                }
            }
            catch (Exception closed) when (closed is IOException or ObjectDisposedException)
            {
                // The test closed it: that is what it is about.
            }
        }) { IsBackground = true };
        thread.Start();
        return thread;
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int pid, int signal);
}
