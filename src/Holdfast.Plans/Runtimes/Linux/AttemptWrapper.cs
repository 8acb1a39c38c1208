namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Starts a program under the wrapper, which holds the attempt's lock, outlives the driver, and leaves the program's
/// end in the attempt file: our own where the kernel runs it, else the same in words of the shell.
/// </summary>
internal sealed class AttemptWrapper : IDisposable
{
    internal const string DefaultShell = "/bin/sh";

    // The wrapper's own errors go nowhere (descriptor 2): "Segmentation fault" is no output of the task. Traps keep it
    // alive through signals to the group; the program gets them by default again. The start line precedes the program.
    // The subshell is there for the shells that apply the redirection to themselves while they wait, and exec for
    // programs that have the name of a builtin.
    private const string Script =
        "trap : HUP INT QUIT TERM USR1 USR2;echo \"start $$\" >&9;"
        + "(exec \"$@\" 2>&8 8>&- 9>&-);s=$?;echo \"exit $s\" >&9;exit $s";

    private readonly Spawner _spawner;
    private readonly WrapperProgram? _own;
    private volatile bool _isRefused;

    /// <param name="spawner">Spawns.</param>
    /// <param name="own">Our own program, from now on disposed here; null for the shell.</param>
    internal AttemptWrapper(Spawner spawner, WrapperProgram? own) => (_spawner, _own) = (spawner, own);

    /// <summary>Spawns; 0 and the pid, or the errno of what failed, and then nothing ran.</summary>
    internal int Spawn(CommandSpec spec, string program, in SpawnPlaces places, out int pid)
    {
        var isOwn = spec.Shell is null && _own is not null && !_isRefused;
        if (isOwn)
        {
            var errno = _spawner.Spawn(
                places with { Program = _own!.Path }, ["holdfast", program], spec.Argv, spec.Environment, out pid);
            if (errno == 0)
            {
                return 0;
            }
        }

        var result = _spawner.Spawn(
            places with { Program = spec.Shell ?? DefaultShell },
            ["sh", "-c", Script, "holdfast", spec.Argv[0].StartsWith('-') ? program : spec.Argv[0]],
            new ArraySegment<string>(spec.Argv)[1..],
            spec.Environment,
            out pid);

        // A system may run nothing from memory. One that runs the shell instead is not asked again.
        _isRefused |= isOwn && result == 0;
        return result;
    }

    /// <inheritdoc/>
    public void Dispose() => _own?.Dispose();
}
