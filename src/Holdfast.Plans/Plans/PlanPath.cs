using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Paths of a plan, which start at its folder and must not leave it.</summary>
public static class PlanPath
{
    /// <summary>
    /// Why a path is not one of a file below the plan's folder, to follow the path; null when it is. To be asked again
    /// for what an expression came to: an item can hold <c>..</c>.
    /// </summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0)
        {
            return "is empty";
        }

        if (path[0] == '/' || (OperatingSystem.IsWindows() && Path.IsPathRooted(path)))
        {
            return "is absolute";
        }

        var depth = 0;
        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan()[range];
            depth += segment is ".." ? -1 : segment is "" or "." ? 0 : 1;
            if (depth < 0)
            {
                return "leaves the plan's folder";
            }
        }

        return depth == 0 ? "is the plan's folder itself" : path[^1] == '/' ? "is a folder" : null;
    }

    /// <summary>As <see cref="Problem(string)"/>, as far as it can be told before expressions have values.</summary>
    internal static string? Problem(Template path)
    {
        if (path.IsLiteral)
        {
            return Problem(path.Source);
        }

        // The folder of an attempt is Holdfast's own, and absolute; outputs there are fine.
        if (path.Parts[0].Expression is { Kind: ExpressionKind.AttemptDirectory })
        {
            return null;
        }

        return Problem(string.Concat(path.Parts.Select(static part => part.Text ?? "x")));
    }
}
