using System.ComponentModel;
using System.Globalization;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Portable;

/// <summary>
/// The runtime where there is no Linux kernel: the same contract by the system's own process class, without adoption.
/// One timer looks at all attempts. Nothing that outlives a driver is believed to be ours.
/// </summary>
internal sealed class PortableCommandRuntime : CommandRuntime
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private readonly Lock _gate = new();
    private readonly Dictionary<AttemptId, PortableAttempt> _running = [];
    private readonly TimeProvider _clock;
    private readonly IPortableProcesses _processes;
    private readonly ITimer _timer;

    internal PortableCommandRuntime(TimeProvider clock, IPortableProcesses processes)
    {
        _clock = clock;
        _processes = processes;
        _timer = clock.CreateTimer(_ => Look(), null, LookEvery, LookEvery);
    }

    /// <inheritdoc/>
    public override bool CanAdopt => false;

    /// <inheritdoc/>
    public override void Start(CommandSpec spec, Action<Outcome> ended)
    {
        lock (_gate)
        {
            if (_running.ContainsKey(spec.Id))
            {
                throw new InvalidOperationException($"attempt {spec.Id} is running already");
            }

            _running.Add(spec.Id, Begin(spec, ended));
        }
    }

    /// <inheritdoc/>
    public override AttemptTrace Find(CommandSpec spec)
    {
        if (!File.Exists(spec.Paths.Attempt))
        {
            return AttemptTrace.NeverStarted;
        }

        return Read(spec).ExitCode is null ? AttemptTrace.Gone : AttemptTrace.Ended;
    }

    /// <inheritdoc/>
    public override void Adopt(CommandSpec spec, Action<Outcome> ended)
    {
        var record = File.Exists(spec.Paths.Attempt) ? Read(spec) : default;
        var outcome = new Outcome { StdoutBytes = Size(spec.Paths.Out), StderrBytes = Size(spec.Paths.Err) };
        var known = record.ExitCode is { } code ? outcome.WithShellCode(code) : outcome with { EndedBy = EndedBy.Lost };
        lock (_gate)
        {
            if (!_running.TryAdd(spec.Id, new PortableAttempt(spec, ended, NowMs()) { Known = known }))
            {
                throw new InvalidOperationException($"attempt {spec.Id} is running already");
            }
        }
    }

    /// <inheritdoc/>
    public override void Stop(AttemptId attempt, EndedBy reason, bool atOnce)
    {
        lock (_gate)
        {
            _running.GetValueOrDefault(attempt)?.Stop(reason, atOnce, NowMs());
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _timer.Dispose();
        lock (_gate)
        {
            foreach (var attempt in _running.Values)
            {
                attempt.Close();
            }

            _running.Clear();
        }
    }

    private void Look()
    {
        List<(PortableAttempt Attempt, Outcome Outcome)>? over = null;
        lock (_gate)
        {
            var nowMs = NowMs();
            foreach (var attempt in _running.Values)
            {
                if (attempt.Advance(nowMs) is { } outcome)
                {
                    (over ??= []).Add((attempt, outcome));
                }
            }

            foreach (var (attempt, outcome) in over ?? [])
            {
                _running.Remove(attempt.Spec.Id);
                attempt.Close();
                if (attempt.Process is not null)
                {
                    Write(attempt.Spec, FileMode.Append, $"exit {outcome.ExitCode ?? 128 + outcome.Signal}\n");
                }
            }
        }

        // Outside the gate: a callback may start the next attempt.
        foreach (var (attempt, outcome) in over ?? [])
        {
            attempt.Ended(outcome);
        }
    }

    private PortableAttempt Begin(CommandSpec spec, Action<Outcome> ended)
    {
        FileStream? output = null;
        FileStream? errors = null;
        try
        {
            if (spec.Argv.Length == 0)
            {
                return Failed(spec, ended, "EINVAL: the command is empty; name at least a program");
            }

            if (!Directory.Exists(spec.WorkingFolder))
            {
                return Failed(spec, ended, $"ENOENT: cannot enter the working folder {spec.WorkingFolder}");
            }

            Directory.CreateDirectory(spec.Folder);
            Write(spec, FileMode.Create, Header(spec));
            output = Capture(spec.Paths.Out);
            errors = Capture(spec.Paths.Err);
            var process = _processes.Start(spec, output, errors);
            Write(spec, FileMode.Append, $"start {process.Pid}\n");
            return new PortableAttempt(spec, ended, NowMs()) { Process = process, Output = output, Errors = errors };
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            output?.Dispose();
            errors?.Dispose();
            var errno = e switch
            {
                Win32Exception native => Errno.Name(native.NativeErrorCode),
                FileNotFoundException or DirectoryNotFoundException => "ENOENT",
                UnauthorizedAccessException => "EACCES",
                _ => "EIO",
            };
            return Failed(spec, ended, $"{errno}: {spec.Argv[0]} cannot start ({e.Message})");
        }
    }

    private PortableAttempt Failed(CommandSpec spec, Action<Outcome> ended, string error) =>
        new(spec, ended, NowMs()) { Known = new Outcome { EndedBy = EndedBy.StartFailed, StartError = error } };

    private string Header(CommandSpec spec) => string.Create(
        CultureInfo.InvariantCulture,
        $"holdfast-attempt {AttemptFile.FormatVersion}\nrun {spec.Run}\n"
        + $"task {AttemptFile.Escape(spec.Task)}\nattempt {spec.Attempt}\n"
        + $"started_at_us {(_clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond}\n"
        + $"timeout_ms {(long)spec.HardTimeout.TotalMilliseconds}\noutput_bound {spec.OutputBound}\nadopt no\n---\n");

    private static AttemptRecord Read(CommandSpec spec) => AttemptFile.Parse(File.ReadAllBytes(spec.Paths.Attempt));

    private static void Write(CommandSpec spec, FileMode mode, string text)
    {
        using var file = new FileStream(spec.Paths.Attempt, mode, FileAccess.Write, FileShare.Read);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    private static FileStream Capture(string path) =>
        new(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0,
            useAsync: true);

    private static long Size(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private long NowMs() => (long)(_clock.GetTimestamp() * (1000.0 / _clock.TimestampFrequency));
}
