using System.Runtime.InteropServices;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>Makes an attempt's files and, in a second step that may be another thread's, spawns it.</summary>
internal sealed class AttemptStarter : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly Spawner _spawner = new();
    private readonly AttemptWrapper _wrapper;
    private readonly ProgramPath _programs = new();
    private readonly int _null = OpenNull();

    /// <param name="clock">Wall and monotonic clock.</param>
    internal AttemptStarter(TimeProvider clock)
    {
        _clock = clock;
        _wrapper = new AttemptWrapper(_spawner, _spawner.CanChangeFolder ? WrapperProgram.TryMake() : null);
    }

    /// <summary>
    /// Makes everything ready for the spawn, which is then run once. A failure is a result too, told in
    /// <see cref="RunningAttempt.StartError"/>.
    /// </summary>
    /// <exception cref="StorageFullException">
    /// No space for our own files. That is no failure of the task: it never started, and starts once there is room.
    /// </exception>
    internal Func<RunningAttempt> Prepare(CommandSpec spec, Action<Outcome> ended, AttemptFiles? ready)
    {
        var files = ready;
        var input = -1;
        var isHandedOn = false;
        try
        {
            var error = Validate(spec);
            var program = error is null
                ? _programs.Resolve(spec.Argv[0], spec.WorkingFolder, spec.Environment, out error)
                : null;
            if (program is null)
            {
                return Failing(spec, ended, WorkingFolderError(spec) ?? error!);
            }

            files ??= AttemptFiles.Make(spec, out error);
            error ??= OpenInput(spec, out input);
            var header = error is null ? HeaderOf(spec, NowUs(_clock), files!.Attempt) : null;
            error ??= Claim(spec, files!, header!);
            if (error is not null)
            {
                return Failing(spec, ended, error);
            }

            isHandedOn = true;
            return () => Spawn(spec, ended, program, input, files!, header!);
        }
        catch (IOException e) when (e is not StorageFullException)
        {
            return Failing(spec, ended, $"EIO: {spec.Id} cannot start ({e.Message})");
        }
        finally
        {
            if (!isHandedOn)
            {
                files?.Dispose();
                CloseInput(input);
            }
        }
    }

    // From here on the attempt file tells which start it belongs to, and its lock that somebody may live.
    private static string? Claim(CommandSpec spec, AttemptFiles files, AttemptHeader header)
    {
        var errno = AttemptFile.Write(files.Attempt, header);
        if (errno == 0 && spec.Adopt
            && LinuxCalls.Flock(files.Attempt, LinuxCalls.FlockExclusive | LinuxCalls.FlockNonBlocking) != 0)
        {
            errno = Marshal.GetLastPInvokeError();
        }

        if (errno == 0)
        {
            return null;
        }

        Errno.ThrowIfFull(errno, spec.Paths.Attempt);
        return Errno.Tell(errno, $"cannot write the attempt file {spec.Paths.Attempt}");
    }

    private RunningAttempt Spawn(
        CommandSpec spec, Action<Outcome> ended, string program, int input, AttemptFiles files, AttemptHeader header)
    {
        using var unused = files;
        var places = new SpawnPlaces
        {
            Program = program,
            WorkingFolder = spec.WorkingFolder,
            Stdin = input,
            Stdout = files.Output,
            Stderr = spec.Adopt ? _null : files.Errors,
            Eight = spec.Adopt ? files.Errors : -1,
            Nine = spec.Adopt ? files.Attempt : -1,
        };
        var errno = spec.Adopt
            ? _wrapper.Spawn(spec, program, places, out var pid)
            : _spawner.Spawn(places, [], spec.Argv, spec.Environment, out pid);
        CloseInput(input);
        if (errno != 0)
        {
            return Failed(spec, ended, SpawnError(spec, program, errno));
        }

        if (!spec.Adopt)
        {
            WriteLine(files.Attempt, $"start {pid}\n");
        }

        var attempt = new RunningAttempt(spec, ended)
        {
            Pid = pid,
            PidFd = LinuxCalls.PidfdOpen(pid),
            OutFd = AttemptFiles.Take(ref files.Output),
            ErrFd = AttemptFiles.Take(ref files.Errors),
            FileFd = spec.Adopt ? -1 : AttemptFiles.Take(ref files.Attempt),
            StartedMs = header.MonotonicUs / 1000,
            Members = new AttemptMembers(pid, header.MarkFolder, spec.Attempt, header.BoottimeUs),
        };
        attempt.Schedule(attempt.StartedMs);
        return attempt;
    }

    /// <summary>
    /// Writes a line for an attempt without a wrapper; it only helps a later reader, so errors do not matter.
    /// </summary>
    internal static unsafe void WriteLine(int file, string line)
    {
        Span<byte> bytes = stackalloc byte[64];
        var length = System.Text.Encoding.ASCII.GetBytes(line, bytes);
        fixed (byte* start = bytes)
        {
            _ = LinuxCalls.Write(file, start, length);
        }
    }

    internal static long NowUs(TimeProvider clock) =>
        (long)(clock.GetTimestamp() * (1_000_000.0 / clock.TimestampFrequency));

    /// <inheritdoc/>
    public void Dispose()
    {
        _wrapper.Dispose();
        _spawner.Dispose();
        _ = LinuxCalls.Close(_null);
    }

    private AttemptHeader HeaderOf(CommandSpec spec, long startedUs, int file) => new()
    {
        Run = spec.Run,
        Task = spec.Task,
        Attempt = spec.Attempt,
        Boot = AttemptFile.CurrentBoot,
        StartedAtUs = (_clock.GetUtcNow().Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        MonotonicUs = startedUs,
        BoottimeUs = LinuxCalls.BoottimeUs(),
        Inode = LinuxCalls.TryStat(file, out var facts) ? facts.Inode : 0,
        TimeoutMs = (long)spec.HardTimeout.TotalMilliseconds,
        NoProgressMs = (long)(spec.NoProgress?.TotalMilliseconds ?? 0),
        GraceMs = (long)spec.Grace.TotalMilliseconds,
        OutputBound = spec.OutputBound,
        Adopt = spec.Adopt,
        MarkFolder = ProgramPath.Lookup(spec.Environment, "HOLDFAST_ATTEMPT_DIR=") ?? string.Empty,
    };

    private Func<RunningAttempt> Failing(CommandSpec spec, Action<Outcome> ended, string error)
    {
        var failed = Failed(spec, ended, error);
        return () => failed;
    }

    private RunningAttempt Failed(CommandSpec spec, Action<Outcome> ended, string error) => new(spec, ended)
    {
        StartedMs = NowUs(_clock) / 1000,
        StartError = error,
        DueMs = long.MinValue,
        Members = new AttemptMembers(0, string.Empty, spec.Attempt, 0),
    };

    private static string? Validate(CommandSpec spec)
    {
        if (spec.Argv.Length == 0)
        {
            return "EINVAL: the command is empty; name at least a program";
        }

        for (var i = 0; i < spec.Argv.Length; i++)
        {
            if (spec.Argv[i].Contains('\0'))
            {
                return $"EINVAL: argument {i} holds a NUL, which no program can be given";
            }
        }

        for (var i = 0; i < spec.Environment.Count; i++)
        {
            var entry = spec.Environment[i];
            if (entry.Contains('\0') || entry.IndexOf('=') <= 0)
            {
                // The value may be a secret, so only the name is told.
                var name = entry[..Math.Max(0, entry.IndexOf('='))];
                return $"EINVAL: environment entry {i} (\"{name}\") holds a NUL or is not KEY=VALUE";
            }
        }

        return null;
    }

    private static string? WorkingFolderError(CommandSpec spec) =>
        !LinuxCalls.TryStat(spec.WorkingFolder, out var facts)
            ? Errno.Tell(Marshal.GetLastPInvokeError(), $"cannot enter the working folder {spec.WorkingFolder}")
            : !facts.IsFolder ? $"ENOTDIR: the working folder {spec.WorkingFolder} is not a folder"
            : LinuxCalls.Access(spec.WorkingFolder, 1) != 0
                ? $"EACCES: the working folder {spec.WorkingFolder} may not be entered"
            : null;

    private string SpawnError(CommandSpec spec, string program, int errno)
    {
        if (WorkingFolderError(spec) is { } error)
        {
            return error;
        }

        var shell = spec.Shell ?? AttemptWrapper.DefaultShell;
        if (spec.Adopt && _programs.Resolve(shell, "/", spec.Environment, out var shellError) is null)
        {
            return $"{shellError} (the shell that watches an attempt; \"adopt: false\" does without)";
        }

        return errno switch
        {
            LinuxCalls.E2Big =>
                Errno.Tell(errno, $"arguments and environment of {program} are too long; pass them by a file"),
            LinuxCalls.Eagain =>
                Errno.Tell(errno, $"no process left for {program}; raise the limit (ulimit -u, pids.max)"),
            LinuxCalls.Enoent => Errno.Tell(errno, $"{program} cannot start: its interpreter or loader is missing"),
            _ => Errno.Tell(errno, $"{program} cannot start"),
        };
    }

    private string? OpenInput(CommandSpec spec, out int input)
    {
        input = _null;
        if (spec.StdinFile is null)
        {
            return null;
        }

        // A pipe without a writer must not hang us; the program itself gets it blocking again.
        var path = Path.Combine(spec.WorkingFolder, spec.StdinFile);
        input = LinuxCalls.Open(path, LinuxCalls.ReadOnly | LinuxCalls.NonBlocking);
        if (input < 0)
        {
            return Errno.Tell(Marshal.GetLastPInvokeError(), $"cannot open standard input {path}");
        }

        _ = LinuxCalls.TryStat(input, out var facts);
        if (!facts.IsFile)
        {
            LinuxCalls.MakeBlocking(input);
        }

        return facts.IsFolder ? $"EISDIR: standard input {path} is a folder" : null;
    }

    private void CloseInput(int input)
    {
        if (input >= 0 && input != _null)
        {
            _ = LinuxCalls.Close(input);
        }
    }

    private static int OpenNull()
    {
        var file = LinuxCalls.Open("/dev/null", LinuxCalls.ReadWrite);
        return file >= 0
            ? file
            : throw new IOException(Errno.Tell(Marshal.GetLastPInvokeError(), "cannot open /dev/null"));
    }
}
