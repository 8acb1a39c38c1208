using System.Text;

namespace Holdfast.Plans.Fanout;

/// <summary>An entry of a folder.</summary>
/// <param name="Name">Its name; where that is not UTF-8, a form of it for messages.</param>
/// <param name="IsFolder">Whether it is a folder, or a link to one.</param>
/// <param name="IsLink">
/// Whether it is a symbolic link; <c>**</c> goes through none, so that no circle of links is endless.
/// </param>
/// <param name="IsText">False for a name that is not UTF-8, and so cannot be passed on as text.</param>
public readonly record struct PlanFileEntry(string Name, bool IsFolder, bool IsLink = false, bool IsText = true);

/// <summary>The files that a fan-out is made from, behind a seam.</summary>
public interface IPlanFiles
{
    /// <summary>What a folder holds, in any order; nothing when there is no such folder.</summary>
    /// <param name="folder">From the plan's folder, or absolute; <c>""</c> is the plan's folder.</param>
    /// <exception cref="IOException">It exists and cannot be read.</exception>
    IEnumerable<PlanFileEntry> List(string folder);

    /// <summary>The bytes of a file; null when there are more than <paramref name="maxBytes"/>.</summary>
    /// <exception cref="IOException">It does not exist, or cannot be read.</exception>
    byte[]? Read(string path, int maxBytes);
}

/// <summary>Real files below a plan's folder.</summary>
/// <param name="planFolder">Full path.</param>
public sealed class SystemPlanFiles(string planFolder) : IPlanFiles
{
    // Names that are not UTF-8 arrive with this in place of each bad byte.
    private const char Replacement = '\uFFFD';

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        MatchType = MatchType.Simple,
        ReturnSpecialDirectories = false,
    };

    /// <inheritdoc/>
    public IEnumerable<PlanFileEntry> List(string folder)
    {
        var path = Path.Combine(planFolder, folder);
        if (!Directory.Exists(path))
        {
            yield break;
        }

        IEnumerator<FileSystemInfo> entries;
        try
        {
            entries = new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything).GetEnumerator();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }

        using (entries)
        {
            while (Next(entries))
            {
                var entry = entries.Current;
                var attributes = entry.Attributes;
                // A bad name has lost its bytes, so nothing can be found under what was made of it; a name that
                // really holds the replacement character can.
                var isText = !entry.Name.Contains(Replacement) || (int)attributes != -1;
                yield return new(entry.Name, isText && attributes.HasFlag(FileAttributes.Directory),
                    isText && attributes.HasFlag(FileAttributes.ReparsePoint), isText);
            }
        }
    }

    /// <inheritdoc/>
    public byte[]? Read(string path, int maxBytes)
    {
        try
        {
            return BoundedFile.ReadFile(Path.Combine(planFolder, path), maxBytes);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    private static bool Next(IEnumerator<FileSystemInfo> entries)
    {
        try
        {
            return entries.MoveNext();
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }
}
