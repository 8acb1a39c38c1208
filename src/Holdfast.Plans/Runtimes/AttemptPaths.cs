using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Runtimes;

/// <summary>The files of one attempt inside its task's folder.</summary>
public readonly record struct AttemptPaths
{
    private readonly string _stem;

    /// <summary>Names the files of an attempt.</summary>
    /// <param name="folder">The task's folder, <c>output/&lt;slug&gt;-&lt;hash&gt;</c>.</param>
    /// <param name="attempt">1 for the first try.</param>
    public AttemptPaths(string folder, int attempt)
    {
        _stem = string.Concat(folder.AsSpan().TrimEnd('/'), "/", attempt.ToString());
    }

    /// <summary>Standard output of the attempt, byte for byte.</summary>
    public string Out => _stem + ".out";

    /// <summary>Standard error of the attempt, byte for byte.</summary>
    public string Err => _stem + ".err";

    /// <summary>The attempt file: identity, lock, start and exit. See docs/formats/attempt.md.</summary>
    public string Attempt => _stem + ".attempt";

    /// <summary>Written before Holdfast ends an attempt, so that a later driver knows who ended it and why.</summary>
    public string End => _stem + ".end";

    /// <inheritdoc cref="RunFolder.OutputFolderName"/>
    public static string FolderName(string task) => RunFolder.OutputFolderName(task);
}
