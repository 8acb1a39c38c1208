namespace Holdfast.Plans.Expressions;

/// <summary>
/// Takes paths apart as text, with <c>/</c> on every system, the way the shell tools of these names do.
/// </summary>
internal static class PathText
{
    /// <summary>The part after the last slash: <c>a/b.csv</c> → <c>b.csv</c>, <c>a/b/</c> → <c>b</c>.</summary>
    public static string BaseName(string path)
    {
        var trimmed = path.AsSpan().TrimEnd('/');
        return trimmed.IsEmpty ? (path.Length > 0 ? "/" : "") : trimmed[(trimmed.LastIndexOf('/') + 1)..].ToString();
    }

    /// <summary>The last part without its ending: <c>a/b.tar.gz</c> → <c>b.tar</c>, <c>.profile</c> → itself.</summary>
    public static string Stem(string path)
    {
        var name = BaseName(path);
        var dot = name.LastIndexOf('.');
        return dot > 0 ? name[..dot] : name;
    }

    /// <summary>
    /// What stands before the last part: <c>a/b.csv</c> → <c>a</c>, <c>b.csv</c> → <c>.</c>, <c>/b</c> → <c>/</c>.
    /// </summary>
    public static string Directory(string path)
    {
        var trimmed = path.AsSpan().TrimEnd('/');
        var slash = trimmed.LastIndexOf('/');
        if (slash < 0)
        {
            return trimmed.IsEmpty && path.Length > 0 ? "/" : ".";
        }

        var folder = trimmed[..slash].TrimEnd('/');
        return folder.IsEmpty ? "/" : folder.ToString();
    }
}
