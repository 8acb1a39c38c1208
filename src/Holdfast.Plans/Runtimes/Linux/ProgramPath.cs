using System.Collections.Concurrent;
using System.Globalization;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Finds a program the way an exec by PATH would, before anything is spawned, so that a missing program is told as
/// such and not as exit code 127 of a shell. The path handed to the wrapper always has a slash, so that the shell
/// never takes a program for a builtin of its own.
/// </summary>
internal sealed class ProgramPath
{
    private const int Execute = 1;
    private const int Remembered = 4096;
    private const int MostNames = 20_000;
    private const int MostPaths = 16;
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    // Only what a file looks like inside is remembered, by identity; that it is there is asked every time.
    private readonly ConcurrentDictionary<FileState, bool> _isBareText = new();

    private readonly ConcurrentDictionary<string, IReadOnlyList<string>> _known = new();

    /// <summary>The path to execute, or null and the reason.</summary>
    internal string? Resolve(string program, string workingFolder, IReadOnlyList<string> environment, out string? error)
    {
        if (program.Length == 0)
        {
            error = "ENOENT: the name of the program is empty";
            return null;
        }

        if (program.Contains('/'))
        {
            return Check(program, Path.Combine(workingFolder, program), out error) ? program : null;
        }

        string? denied = null;
        var path = Lookup(environment, "PATH=") ?? DefaultPath;
        foreach (var part in path.AsSpan().Split(':'))
        {
            var folder = path.AsSpan(part).ToString();
            var candidate = folder.Length == 0 ? "./" + program : $"{folder.TrimEnd('/')}/{program}";
            if (Check(program, Path.Combine(workingFolder, candidate), out error))
            {
                return candidate;
            }

            if (error is not null && !error.StartsWith("ENOENT", StringComparison.Ordinal))
            {
                denied ??= error;
            }
        }

        error = denied ?? $"ENOENT: no such program: {program} (looked in {Folders(path)} of PATH)"
            + (Nearest.Of(program, NamesKnown(path)) is { } near ? $"; did you mean \"{near}\"?" : "");
        return null;
    }

    private IReadOnlyList<string> NamesKnown(string path) =>
        _known.Count < MostPaths ? _known.GetOrAdd(path, NamesIn) : NamesIn(path);

    private static string Folders(string path) =>
        path.Count(c => c == ':') is > 0 and var more
            ? string.Create(CultureInfo.InvariantCulture, $"the {more + 1} folders")
            : "the 1 folder";

    // Asked only once a program is missing, and then once for each PATH.
    private static IReadOnlyList<string> NamesIn(string path)
    {
        var names = new List<string>();
        foreach (var folder in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                names.AddRange(
                    Directory.EnumerateFiles(folder).Take(MostNames - names.Count).Select(Path.GetFileName)!);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // A folder that cannot be read has nothing to suggest.
            }
        }

        return names;
    }

    /// <summary>Value of a variable of a KEY=VALUE list, or null.</summary>
    internal static string? Lookup(IReadOnlyList<string> environment, string keyAndSign)
    {
        for (var i = 0; i < environment.Count; i++)
        {
            if (environment[i].StartsWith(keyAndSign, StringComparison.Ordinal))
            {
                return environment[i][keyAndSign.Length..];
            }
        }

        return null;
    }

    private bool Check(string program, string path, out string? error)
    {
        if (!LinuxCalls.TryStat(path, out var facts))
        {
            var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
            error = errno is LinuxCalls.Enoent or LinuxCalls.Enotdir
                ? $"ENOENT: no such program: {program}"
                : Errno.Tell(errno, $"cannot look at program {path}");
            return false;
        }

        error = !facts.IsFile ? $"EACCES: {path} is not a file that can run"
            : !facts.IsForAllToRun && LinuxCalls.Access(path, Execute) != 0
                ? $"EACCES: {path} may not be executed; chmod +x would allow it"
            : IsScriptWithoutLine(path, facts)
                ? $"ENOEXEC: {path} is text without a #! line; add one, or start it by its interpreter"
            : null;
        return error is null;
    }

    private bool IsScriptWithoutLine(string path, in FileFacts facts)
    {
        var state = new FileState(facts.Device, facts.Inode, facts.ChangedNs);
        if (_isBareText.TryGetValue(state, out var known))
        {
            return known;
        }

        var found = LooksLikeBareText(path);
        if (_isBareText.Count < Remembered)
        {
            _isBareText[state] = found;
        }

        return found;
    }

    private static unsafe bool LooksLikeBareText(string path)
    {
        var descriptor = LinuxCalls.Open(path, LinuxCalls.ReadOnly);
        if (descriptor < 0)
        {
            return false; // Executable but not readable: the kernel will say.
        }

        Span<byte> head = stackalloc byte[256];
        nint count;
        fixed (byte* start = head)
        {
            count = LinuxCalls.Read(descriptor, start, head.Length);
        }

        _ = LinuxCalls.Close(descriptor);
        if (count <= 0)
        {
            return count == 0;
        }

        // Anything with a NUL is some binary format, which the kernel or its registered formats must judge.
        head = head[..(int)count];
        return !head.StartsWith("#!"u8) && !head.Contains((byte)0);
    }

    /// <summary>Two looks at one of these see the same content.</summary>
    private sealed record FileState(ulong Device, ulong Inode, long ChangedNs);
}
