using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Holdfast.Tests.House;

/// <summary>The analyzer holds the bans; these hold the list that it reads.</summary>
public sealed class BannedCallsTests
{
    private static readonly Lazy<CSharpCompilation> Framework = new(() => CSharpCompilation.Create(
        "framework",
        references: ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path))));

    private static List<(string Id, string Cure)> Banned =>
        [.. Repository.File("BannedSymbols.txt").Lines.Where(l => l.Trim().Length > 0)
            .Select(l => l.Split(';', 2)).Select(p => (p[0].Trim(), p.Length > 1 ? p[1].Trim() : ""))];

    [Fact]
    public void Every_call_that_the_architecture_bans_is_on_the_list()
    {
        var wanted = new List<string>
        {
            "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.Now",
            "P:System.DateTimeOffset.UtcNow", "M:System.Guid.NewGuid", "P:System.Random.Shared",
            "M:System.IO.FileStream.Flush(System.Boolean)",
            "M:System.IO.RandomAccess.FlushToDisk(Microsoft.Win32.SafeHandles.SafeFileHandle)",
            "F:System.IO.FileShare.None",
        };
        wanted.AddRange(Overloads("System.Threading.Thread", "Sleep"));
        wanted.AddRange(Overloads("System.Threading.Tasks.Task", "Delay").Where(id => !id.Contains("TimeProvider")));
        Assert.True(wanted.Count >= 15, $"only {wanted.Count} symbols to look for: overloads were not found");
        Verdict.Holds("banned", wanted.Count, wanted.Except(Banned.Select(b => b.Id))
            .Select(id => new Problem("BannedSymbols.txt", $"{id} is not banned")));
    }

    // A misspelt id bans nothing, and the analyzer says nothing about it.
    [Fact]
    public void Every_entry_exists_and_names_its_replacement() => Verdict.Holds(
        "banned-entries", Banned.Count, Banned.SelectMany(Judge));

    [Theory]
    [InlineData("P:System.DateTime.Now", "Read the clock that was given", 0)]
    [InlineData("P:System.DateTime.Jetzt", "Read the clock that was given", 1)]
    [InlineData("P:System.DateTime.Now", "", 1)]
    public void An_entry_that_bans_nothing_or_helps_nobody_is_found(string id, string cure, int problems) =>
        Assert.Equal(problems, Judge((id, cure)).Count());

    [Fact]
    public void The_analyzer_reads_the_list_in_every_project()
    {
        var build = Repository.File("Directory.Build.props").Text;
        Assert.Contains("<PackageReference Include=\"Microsoft.CodeAnalysis.BannedApiAnalyzers\"", build);
        Assert.Contains("<AdditionalFiles Include=\"$(MSBuildThisFileDirectory)BannedSymbols.txt\"", build);
        // Examples of the documents are written as users write, by no bans of this house.
        Verdict.Holds("analyzers", Repository.Projects.Count, Repository.Projects
            .Where(p => !Repository.IsExample(p.Path))
            .Where(p => p.Text.Contains("Remove=\"Microsoft.CodeAnalysis.Banned", StringComparison.OrdinalIgnoreCase)
                || p.Text.Contains("<AdditionalFiles Remove", StringComparison.OrdinalIgnoreCase)
                || p.Text.Contains("<RunAnalyzers", StringComparison.OrdinalIgnoreCase))
            .Select(p => new Problem(p.Path, "takes the analyzer or its list away")));
    }

    private static IEnumerable<Problem> Judge((string Id, string Cure) entry)
    {
        if (DocumentationCommentId.GetSymbolsForDeclarationId(entry.Id, Framework.Value).IsEmpty)
        {
            yield return new("BannedSymbols.txt", $"{entry.Id} does not exist, so nothing is banned by it");
        }

        if (entry.Cure.Length < 10)
        {
            yield return new("BannedSymbols.txt", $"{entry.Id} does not say what to use in its place");
        }
    }

    private static IEnumerable<string> Overloads(string type, string method) =>
        Framework.Value.GetTypeByMetadataName(type)!.GetMembers(method)
            .Where(m => m.DeclaredAccessibility == Accessibility.Public)
            .Select(m => m.GetDocumentationCommentId()!);
}
