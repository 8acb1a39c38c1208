using Holdfast.Journal;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// Deletes the folder of a run so that it can be killed at any instant: a mark first, then everything else, then the
/// journal, then lock, mark and folder. While the mark is there, nobody takes what is left for a run or for damage.
/// </summary>
public static class RunRemoval
{
    /// <summary>Whether the deletion of this run was begun and not finished.</summary>
    public static bool HasBegun(IStorage storage, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        return storage.FileExists(run.PruneMarkPath);
    }

    /// <summary>Whether a folder is all that is left: a deletion was killed before its very last step.</summary>
    public static bool IsEmptyFolder(IStorage storage, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        return storage.FolderExists(run.Path) && storage.List(run.Path).Count == 0;
    }

    /// <summary>Deletes a run. The caller holds its lock, and disposes it afterwards.</summary>
    /// <param name="storage">The files.</param>
    /// <param name="run">The run.</param>
    /// <param name="step">Called before each step with its name; for tests that stop half-way.</param>
    public static void DeleteUnderLock(IStorage storage, RunFolder run, Action<string>? step = null)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        step?.Invoke("mark");
        storage.WriteAtomically(run.PruneMarkPath, "holdfast prune\n"u8);
        string[] last = [JournalFormat.PathIn(run.Path), run.LockPath, run.PruneMarkPath];
        foreach (var name in storage.List(run.Path))
        {
            var path = System.IO.Path.Combine(run.Path, name);
            if (!last.Contains(path))
            {
                step?.Invoke(name);
                DeleteEntry(path);
            }
        }

        foreach (var path in last)
        {
            step?.Invoke(System.IO.Path.GetFileName(path));
            storage.Delete(path);
        }

        step?.Invoke("folder");
        Directory.Delete(run.Path);
    }

    internal static void ThrowIfBegun(IStorage storage, RunFolder run)
    {
        if (HasBegun(storage, run))
        {
            throw new RunHalfPrunedException(run.Id);
        }
    }

    // A link to a folder is deleted itself, and nothing behind it.
    private static void DeleteEntry(string path)
    {
        if ((File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint))
            == FileAttributes.Directory)
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
