using System.Text.RegularExpressions;
using Holdfast.Tests.House;

namespace Holdfast.Tests.Approvals;

/// <summary>
/// C# in the documents is code that was compiled: each block names a region of docs/snippets and is that region.
/// <c>HOLDFAST_APPROVE=1</c> writes the blocks anew.
/// </summary>
public sealed partial class SnippetTests
{
    private static readonly string Docs = Path.Combine(Repository.Root.FullName, "docs");

    public static TheoryData<string> Pages =>
    [
        .. Directory.EnumerateFiles(Docs, "*.md", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("```csharp", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Docs, path)).Order(),
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_shows_what_was_compiled(string page)
    {
        var regions = Regions();
        var path = Path.Combine(Docs, page);
        var text = File.ReadAllText(path);
        var meant = Block().Replace(text, block => regions.TryGetValue(block.Groups["name"].Value, out var code)
            ? $"<!-- snippet: {block.Groups["name"].Value} -->\n```csharp\n{code}```"
            : throw new InvalidOperationException(
                $"{page} asks for the snippet \"{block.Groups["name"].Value}\", and docs/snippets has no such region"));
        Assert.Equal(Block().Count(text), CodeMark().Count(text));
        if (Environment.GetEnvironmentVariable("HOLDFAST_APPROVE") == "1")
        {
            File.WriteAllText(path, meant);
            return;
        }

        Assert.Equal(meant, text);
    }

    [Fact]
    public void Every_region_is_shown_somewhere()
    {
        var shown = Pages.SelectMany(page => Block().Matches(File.ReadAllText(Path.Combine(Docs, page))))
            .Select(block => block.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(Regions().Keys.Order(), shown.Order());
    }

    /// <summary>The regions, each without the spaces that all its lines begin with.</summary>
    private static Dictionary<string, string> Regions()
    {
        var regions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Docs, "snippets"), "*.cs"))
        {
            foreach (Match region in Region().Matches(File.ReadAllText(file)))
            {
                var lines = region.Groups["code"].Value.TrimEnd().Split('\n');
                var margin = lines.Where(line => line.Trim().Length > 0)
                    .Min(line => line.Length - line.TrimStart().Length);
                regions.Add(
                    region.Groups["name"].Value,
                    string.Concat(lines.Select(line => (line.Length < margin ? "" : line[margin..]) + "\n")));
            }
        }

        return regions;
    }

    [GeneratedRegex(
        "<!-- snippet: (?<name>[\\w-]+) -->\\n```csharp\\n.*?```",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Block();

    [GeneratedRegex("```csharp", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex CodeMark();

    [GeneratedRegex(
        "#region (?<name>[\\w-]+)\\n(?<code>.*?)\\n\\s*#endregion",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5_000)]
    private static partial Regex Region();
}
