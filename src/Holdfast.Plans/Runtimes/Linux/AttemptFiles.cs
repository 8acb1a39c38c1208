using System.Runtime.InteropServices;
using Holdfast.Journal;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// The files of an attempt, open for its start. Made ahead of it or with it; until the start writes its header, the
/// attempt file says that nothing ran.
/// </summary>
internal sealed class AttemptFiles : IDisposable
{
    private const int OwnerOnly = 0x180;

    // Descriptors; -1 for one that is closed, or was handed on.
    internal int Attempt = -1;
    internal int Output = -1;
    internal int Errors = -1;

    /// <summary>Makes them; null, and nothing kept open, if that cannot be done.</summary>
    internal static AttemptFiles? TryMake(CommandSpec spec)
    {
        try
        {
            return Make(spec, out _);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Makes them; null and the reason if that cannot be done.</summary>
    /// <exception cref="StorageFullException">No space for them.</exception>
    internal static AttemptFiles? Make(CommandSpec spec, out string? error)
    {
        var files = new AttemptFiles();
        var isMade = false;
        try
        {
            error = CreateAttemptFile(spec, spec.Paths, out files.Attempt)
                ?? Open(spec.Paths.Out, LinuxCalls.Append | LinuxCalls.Truncate, out files.Output)
                ?? Open(spec.Paths.Err, LinuxCalls.Append | LinuxCalls.Truncate, out files.Errors);
            isMade = error is null;
            return isMade ? files : null;
        }
        finally
        {
            if (!isMade)
            {
                files.Dispose();
            }
        }
    }

    /// <summary>Hands a descriptor on; it is not closed here any more.</summary>
    internal static int Take(ref int file)
    {
        var taken = file;
        file = -1;
        return taken;
    }

    /// <summary>Closes what was not handed on.</summary>
    public void Dispose()
    {
        foreach (var file in (ReadOnlySpan<int>)[Attempt, Output, Errors])
        {
            if (file >= 0)
            {
                _ = LinuxCalls.Close(file);
            }
        }
    }

    private static string? Open(string path, int flags, out int file)
    {
        file = LinuxCalls.Open(path, LinuxCalls.WriteOnly | LinuxCalls.Create | flags, OwnerOnly);
        return file < 0 ? NotCreated(path) : null;
    }

    private static string? CreateAttemptFile(CommandSpec spec, in AttemptPaths paths, out int file)
    {
        const int fresh = LinuxCalls.ReadWrite | LinuxCalls.Create | LinuxCalls.Exclusive;
        file = LinuxCalls.Open(paths.Attempt, fresh, OwnerOnly);
        if (file < 0 && Marshal.GetLastPInvokeError() == LinuxCalls.Enoent)
        {
            // Whoever prepares an attempt has usually made its folder.
            if (MakeFolder(spec.Folder) is { } error)
            {
                return error;
            }

            file = LinuxCalls.Open(paths.Attempt, fresh, OwnerOnly);
        }
        else if (file < 0 && Marshal.GetLastPInvokeError() == LinuxCalls.Eexist)
        {
            // Tried before: only what provably never ran may be started under the same number, by a new file with a
            // new lock.
            var trace = AttemptLock.Find(spec);
            if (trace != AttemptTrace.NeverStarted)
            {
                return $"EEXIST: {spec.Id} was started before ({trace}), says {paths.Attempt}; it needs a new number";
            }

            _ = LinuxCalls.Unlink(paths.Attempt);
            _ = LinuxCalls.Unlink(paths.End);
            file = LinuxCalls.Open(paths.Attempt, fresh, OwnerOnly);
        }

        return file < 0 ? NotCreated(paths.Attempt) : null;
    }

    private static string NotCreated(string path)
    {
        var errno = Marshal.GetLastPInvokeError();
        Errno.ThrowIfFull(errno, path);
        return Errno.Tell(errno, $"cannot create {path}");
    }

    private static string? MakeFolder(string folder)
    {
        try
        {
            AttemptFolders.Make(folder);
            return null;
        }
        catch (Exception e) when (e is (IOException and not StorageFullException) or UnauthorizedAccessException)
        {
            return $"EACCES: cannot make the folder for captures {folder} ({e.Message})";
        }
    }
}
