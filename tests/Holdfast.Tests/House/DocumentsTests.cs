namespace Holdfast.Tests.House;

public sealed class DocumentsTests
{
    private static IReadOnlyList<SourceFile> Pages => [.. Repository.Files.Where(f => f.Extension == ".md")];

    [Fact]
    public void Every_link_to_a_file_resolves() => Verdict.Holds(
        "links", Pages.Count, Pages.SelectMany(page => Documents.DeadLinks(page, ExistsInRepository)));

    [Fact]
    public void Every_decision_is_dated_and_says_what_was_rejected()
    {
        var decisions = Pages.Where(p => p.Folder == "docs/decisions" && p.Name != "README.md").ToList();
        Verdict.Holds("decisions", decisions.Count, decisions.SelectMany(Documents.Decision));
    }

    [Fact]
    public void Every_library_describes_its_public_members()
    {
        var projects = Repository.Projects.Where(p => p.Path.StartsWith("src/")).ToList();
        Verdict.Holds("described", projects.Count, projects.SelectMany(Documents.Undescribed));
    }

    [Fact]
    public void No_setting_lets_a_rule_of_the_house_pass()
    {
        var settings = Repository.Files
            .Where(f => f.Extension is ".props" or ".targets" or ".csproj" or ".globalconfig" or ".editorconfig")
            .ToList();
        Verdict.Holds("settings", settings.Count, settings.SelectMany(Documents.SilencedRules));
        Assert.Contains(
            "<TreatWarningsAsErrors>true<", Repository.File("Directory.Build.props").Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[a](b.md)", "docs/b.md", 0)]
    [InlineData("[a](../b.md#part)", "b.md", 0)]
    [InlineData("[a](./x%20y/b.md \"title\")", "docs/x y/b.md", 0)]
    [InlineData("[a](/b.md)", "b.md", 0)]
    [InlineData("![a](b.md)", "docs/c.md", 1)]
    [InlineData("[a](../../b.md)", "b.md", 1)]
    [InlineData("[a]: b.md", "docs/c.md", 1)]
    [InlineData("[a](https://example.test/x) [b](#part) [c](mailto:a@example.test)", "docs/c.md", 0)]
    [InlineData("`[a](b.md)`\n```\n[a](c.md)\n```\n", "docs/c.md", 0)]
    public void A_dead_link_is_found(string text, string file, int problems) =>
        Assert.Equal(problems, Documents.DeadLinks(new("docs/page.md", text), path => path == file).Count());

    [Theory]
    [InlineData("2026-11-20-some-choice.md", "Rejected: the other.", 0)]
    [InlineData("2026-13-20-some-choice.md", "Rejected: the other.", 1)]
    [InlineData("some-choice.md", "Rejected: the other.", 1)]
    [InlineData("2026-11-20-some-choice.md", "We do this.", 1)]
    public void A_decision_without_date_or_alternatives_is_found(string name, string text, int problems) =>
        Assert.Equal(problems, Documents.Decision(new("docs/decisions/" + name, text)).Count());

    [Theory]
    [InlineData("<GenerateDocumentationFile>true</GenerateDocumentationFile>", 0)]
    [InlineData("<OutputType>Exe</OutputType>", 0)]
    [InlineData("<LangVersion>latest</LangVersion>", 1)]
    [InlineData("<GenerateDocumentationFile>true</GenerateDocumentationFile><NoWarn>$(NoWarn);CS1591</NoWarn>", 1)]
    [InlineData("<OutputType>Exe</OutputType><TreatWarningsAsErrors>false</TreatWarningsAsErrors>", 1)]
    public void A_library_that_need_not_describe_itself_is_found(string property, int problems) => Assert.Equal(
        problems, Documents.Undescribed(new("src/A/A.csproj", $"<Project>{property}</Project>")).Count());

    [Theory]
    [InlineData("dotnet_diagnostic.RS0030.severity = none", 1)]
    [InlineData("dotnet_diagnostic.CS1591.severity=suggestion", 1)]
    [InlineData("dotnet_diagnostic.RS0030.severity = error", 0)]
    public void A_setting_that_silences_a_rule_is_found(string line, int problems) =>
        Assert.Equal(problems, Documents.SilencedRules(new(".editorconfig", line)).Count());

    private static bool ExistsInRepository(string path)
    {
        var full = Path.Combine(Repository.Root.FullName, path);
        return File.Exists(full) || Directory.Exists(full);
    }
}
