using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Holdfast.Tests.House;

/// <summary>A text file of the repository.</summary>
/// <param name="Path">From the root, with slashes.</param>
/// <param name="Text">Its content.</param>
internal sealed record SourceFile(string Path, string Text)
{
    private SyntaxTree? _tree;

    internal string Extension => System.IO.Path.GetExtension(Path);

    internal string Name => Path[(Path.LastIndexOf('/') + 1)..];

    internal string Folder => Path.Contains('/') ? Path[..Path.LastIndexOf('/')] : "";

    internal string[] Lines => Text.Split('\n');

    /// <summary>The parsed C#; every rule of the house reads the same tree.</summary>
    internal SyntaxTree Tree => _tree ??= CSharpSyntaxTree.ParseText(Text, path: Path);

    internal SyntaxNode Syntax => Tree.GetRoot();
}

/// <summary>The files that people wrote, found from where the tests lie and not from the working directory.</summary>
internal static class Repository
{
    // What builds and runs leave behind; .gitignore has the same names.
    private static readonly HashSet<string> NotOurs =
        new(StringComparer.Ordinal) { ".git", "bin", "obj", "artifacts", ".holdfast", "TestResults" };

    private static readonly HashSet<string> Binary = new(StringComparer.OrdinalIgnoreCase)
    {
        ".png", ".gif", ".jpg", ".ico", ".gz", ".zip", ".bin", ".nupkg", ".swp",
    };

    private static readonly Lazy<IReadOnlyList<SourceFile>> AllFiles = new(Read);

    internal static DirectoryInfo Root { get; } = FindRoot();

    /// <summary>All text files, with the data of tests (other people's output) left out.</summary>
    internal static IReadOnlyList<SourceFile> Files => AllFiles.Value;

    internal static IReadOnlyList<SourceFile> CSharp => [.. Files.Where(f => f.Extension == ".cs")];

    internal static IReadOnlyList<SourceFile> Sources => [.. CSharp.Where(f => f.Path.StartsWith("src/"))];

    /// <summary>Whether a file is an example that a page of the documents shows.</summary>
    internal static bool IsExample(string path) => path.StartsWith("docs/snippets/", StringComparison.Ordinal);

    internal static IReadOnlyList<SourceFile> Projects => [.. Files.Where(f => f.Extension == ".csproj")];

    internal static SourceFile File(string path) =>
        Files.SingleOrDefault(f => f.Path == path)
        ?? throw new FileNotFoundException($"the repository at {Root.FullName} has no {path}");

    private static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Holdfast.slnx")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException(
            $"no Holdfast.slnx above {AppContext.BaseDirectory}: run the tests from a build inside the checkout");
    }

    private static List<SourceFile> Read()
    {
        var files = new List<SourceFile>();
        var folders = new Stack<string>([Root.FullName]);
        while (folders.TryPop(out var folder))
        {
            var inner = Directory.EnumerateDirectories(folder).Where(d => !NotOurs.Contains(Path.GetFileName(d)));
            inner.ToList().ForEach(folders.Push);
            foreach (var file in Directory.EnumerateFiles(folder).Where(f => !Binary.Contains(Path.GetExtension(f))))
            {
                var path = Path.GetRelativePath(Root.FullName, file).Replace('\\', '/');
                // A worktree has a file of this name, which holds a path of the machine and is not tracked.
                if (path != ".git" && !IsTestData(path))
                {
                    files.Add(new SourceFile(path, System.IO.File.ReadAllText(file)));
                }
            }
        }

        return files;
    }

    private static bool IsTestData(string path) =>
        path.StartsWith("tests/", StringComparison.Ordinal) && path.Contains("/data/", StringComparison.Ordinal);
}
