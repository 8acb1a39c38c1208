using System.Text;

namespace Holdfast.Plans.Fanout;

/// <summary>
/// A pattern for files: <c>*</c> and <c>?</c> within a name, <c>[a-z]</c> and <c>[!a-z]</c>, <c>**</c> for any number
/// of
/// folders, <c>{a,b}</c> for either; a backslash takes a meaning away. A name that begins with a dot is met only by a
/// pattern that does, and <c>**</c> enters neither such folders nor symbolic links.
/// </summary>
public sealed class Glob
{
    /// <summary>How many patterns <c>{…}</c> may make of one.</summary>
    public const int MaxAlternatives = 1000;

    /// <summary>How many entries of folders are looked at for one pattern.</summary>
    public const int MaxVisited = 1_000_000;

    private const int MaxFolderDepth = 256;

    private readonly List<string[]> _alternatives;
    private readonly SortedSet<string> _found = new(ByteOrder.Instance);
    private int _visited;

    private Glob(List<string[]> alternatives, string fixedFolder)
    {
        _alternatives = alternatives;
        FixedFolder = fixedFolder;
    }

    /// <summary>The folders before the first wildcard, with a slash at the end; empty when there are none.</summary>
    public string FixedFolder { get; }

    /// <summary>What is wrong with a pattern, to follow it; null when nothing is.</summary>
    public static string? Problem(string pattern) => TryParse(pattern, out _, out var problem) ? null : problem;

    /// <summary>Reads a pattern.</summary>
    public static bool TryParse(string pattern, out Glob? glob, out string? problem)
    {
        glob = null;
        var texts = new List<string>();
        problem = pattern.Length == 0 ? "is empty" : GlobBraces.Expand(pattern, texts);
        if (problem is not null)
        {
            return false;
        }

        var split = new List<string[]>();
        foreach (var text in texts)
        {
            var segments = text.Split('/');
            foreach (var segment in segments)
            {
                problem ??= GlobName.Problem(segment);
            }

            split.Add(segments);
        }

        glob = problem is null ? new(split, Fixed(split)) : null;
        return problem is null;
    }

    /// <summary>All files that match, as paths from the plan's folder, in byte order, each once.</summary>
    /// <exception cref="IOException">A folder could not be read, there is too much to look at, or a name is not
    /// UTF-8.</exception>
    public IReadOnlyList<string> Match(IPlanFiles files)
    {
        _found.Clear();
        _visited = 0;
        foreach (var segments in _alternatives)
        {
            var absolute = segments.Length > 1 && segments[0].Length == 0;
            Walk(files, segments, absolute ? 1 : 0, absolute ? "/" : "", 0);
        }

        return [.. _found];
    }

    private void Walk(IPlanFiles files, string[] segments, int index, string folder, int depth)
    {
        var segment = segments[index];
        var last = index == segments.Length - 1;
        if (segment == "**")
        {
            WalkAll(files, segments, index, folder, depth);
            return;
        }

        if (!last && (segment is "" or "." or ".." || !GlobName.HasWildcard(segment)))
        {
            var step = segment is "" or "." ? folder : $"{folder}{GlobName.Unescape(segment)}/";
            Walk(files, segments, index + 1, step, depth);
            return;
        }

        foreach (var entry in List(files, folder))
        {
            if (GlobName.Matches(segment, entry.Name))
            {
                Take(files, segments, index, folder, depth, entry);
            }
        }
    }

    private void Take(IPlanFiles files, string[] segments, int index, string folder, int depth, PlanFileEntry entry)
    {
        if (!entry.IsText)
        {
            throw new IOException($"the name \"{Shown.Short(folder + entry.Name)}\" is not UTF-8; rename the file");
        }

        if (index == segments.Length - 1)
        {
            if (!entry.IsFolder)
            {
                _ = _found.Add(folder + entry.Name);
            }
        }
        else if (entry.IsFolder)
        {
            Walk(files, segments, index + 1, $"{folder}{entry.Name}/", depth + 1);
        }
    }

    // "**" stands for no folder, or for any; as the last part it stands for every file below.
    private void WalkAll(IPlanFiles files, string[] segments, int index, string folder, int depth)
    {
        if (depth > MaxFolderDepth)
        {
            throw new IOException($"folders below \"{Shown.Short(folder)}\" are nested deeper than "
                + $"{MaxFolderDepth}; use a nearer pattern");
        }

        var last = index == segments.Length - 1;
        if (!last && segments[index + 1] == "**")
        {
            Walk(files, segments, index + 1, folder, depth);
            return;
        }

        if (!last)
        {
            Walk(files, segments, index + 1, folder, depth);
        }

        foreach (var entry in List(files, folder))
        {
            if (entry.Name.StartsWith('.'))
            {
                continue;
            }

            if (entry.IsFolder && !entry.IsLink)
            {
                WalkAll(files, segments, index, $"{folder}{entry.Name}/", depth + 1);
            }
            else if (last)
            {
                Take(files, segments, index, folder, depth, entry);
            }
        }
    }

    private IEnumerable<PlanFileEntry> List(IPlanFiles files, string folder)
    {
        foreach (var entry in files.List(folder))
        {
            if (++_visited > MaxVisited)
            {
                throw new IOException($"there are more than {MaxVisited:N0} files to look at; use a nearer pattern");
            }

            yield return entry;
        }
    }

    private static string Fixed(List<string[]> alternatives)
    {
        if (alternatives.Count != 1)
        {
            return "";
        }

        var segments = alternatives[0];
        var text = new StringBuilder();
        for (var i = 0; i < segments.Length - 1 && !GlobName.HasWildcard(segments[i]); i++)
        {
            if (segments[i] is not "." && (segments[i].Length > 0 || i == 0))
            {
                _ = text.Append(GlobName.Unescape(segments[i])).Append('/');
            }
        }

        return text.ToString();
    }
}
