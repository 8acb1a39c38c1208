namespace Holdfast.Journal;

/// <summary>The names of files and of their folders, the same for each storage.</summary>
internal static class StorageNames
{
    /// <summary>How many are tried for a temporary file; each was left by a process of the same id that died.</summary>
    internal const int MostTemporary = 1000;

    private static int _counter;

    /// <summary>The folder that a file is in.</summary>
    /// <exception cref="IOException">There is none above it.</exception>
    internal static string FolderOf(string path)
        => Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new IOException($"{path} has no folder above it");

    /// <summary>Creates a file that takes the name of another in the same folder when it is whole.</summary>
    /// <param name="path">What it will be called in the end.</param>
    /// <param name="create">Creates it by a name; null if something has that name.</param>
    /// <exception cref="IOException">All names are taken.</exception>
    internal static (string Temporary, TFile File) CreateTemporary<TFile>(string path, Func<string, TFile?> create)
        where TFile : class
    {
        var (folder, name) = (FolderOf(path), Path.GetFileName(path));
        for (var i = 0; i < MostTemporary; i++)
        {
            var number = Interlocked.Increment(ref _counter);
            var temporary = Path.Combine(folder, $".{name}.{Environment.ProcessId}-{number}.tmp");
            if (create(temporary) is { } file)
            {
                return (temporary, file);
            }
        }

        throw new IOException(
            $"{folder} holds {MostTemporary} temporary files of {name} already; delete .{name}.*.tmp");
    }
}
