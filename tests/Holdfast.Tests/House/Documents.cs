using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Holdfast.Tests.House;

/// <summary>Pages that lead somewhere, dated decisions, and libraries whose public members are described.</summary>
internal static partial class Documents
{
    // About a page of an editor; a decision that needs more is two.
    private const int DecisionLines = 60;

    internal static IEnumerable<Problem> DeadLinks(SourceFile page, Func<string, bool> exists) =>
        Targets(page.Text)
            .Where(t => !t.Contains("://") && !t.StartsWith("mailto:") && !t.StartsWith('#'))
            .Select(t => (Said: t, Path: Resolve(page.Folder, Uri.UnescapeDataString(t.Split('#')[0]))))
            .Where(t => t.Path is null || !exists(t.Path))
            .Select(t => new Problem(page.Path, $"links to \"{t.Said}\", which is not in the repository"));

    /// <summary>Targets of inline links, images and reference definitions; code is left out.</summary>
    internal static IEnumerable<string> Targets(string markdown)
    {
        var text = Code().Replace(markdown, "");
        return Inline().Matches(text).Concat(Reference().Matches(text)).Select(m => m.Groups["target"].Value);
    }

    internal static IEnumerable<Problem> Decision(SourceFile page)
    {
        var dated = page.Name.Length > 11 && DateOnly.TryParseExact(
            page.Name[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && page.Name[10] == '-';
        if (!dated)
        {
            yield return new(page.Path, "a decision is called YYYY-MM-DD-what-was-decided.md");
        }

        if (!page.Text.Contains("reject", StringComparison.OrdinalIgnoreCase))
        {
            yield return new(page.Path, "a decision says what was rejected, and why");
        }

        if (page.Lines.Length > DecisionLines)
        {
            yield return new(page.Path, $"{page.Lines.Length} lines; a decision fits half a page");
        }
    }

    /// <summary>A missing description is an error of the build only with these settings.</summary>
    internal static IEnumerable<Problem> Undescribed(SourceFile project)
    {
        var settings = XDocument.Parse(project.Text);
        var isProgram = settings.Descendants("OutputType").Any(e => e.Value == "Exe");
        if (!isProgram && settings.Descendants("GenerateDocumentationFile").LastOrDefault()?.Value != "true")
        {
            yield return new(
                project.Path, "a library without GenerateDocumentationFile lets public members go undescribed");
        }

        foreach (var silenced in SilencedRules(project))
        {
            yield return silenced;
        }
    }

    /// <summary>Settings, of a project or of all, by which a rule of the house would cease to be an error.</summary>
    internal static IEnumerable<Problem> SilencedRules(SourceFile settings) =>
        Silenced().Matches(settings.Text)
            .Select(m => new Problem(settings.Path, $"\"{m.Value.Trim()}\" lets the build pass a rule of the house"));

    private static string? Resolve(string folder, string target)
    {
        var parts = new List<string>(target.StartsWith('/') || folder.Length == 0 ? [] : folder.Split('/'));
        foreach (var part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(p => p != "."))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count == 0)
            {
                return null;
            }
            else
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }

    [GeneratedRegex(@"^```.*?^```|^~~~.*?^~~~|`[^`\n]*`", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(\s*<?(?<target>[^()\s<>]+)>?(?:\s+""[^""]*"")?\s*\)")]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\[[^\]\n]+\]:\s*(?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex Reference();

    [GeneratedRegex(
        @"<(?:NoWarn|WarningsNotAsErrors)>[^<]*(?:1591|RS0030)[^<]*|<TreatWarningsAsErrors>\s*false"
        + @"|dotnet_diagnostic\.(?:RS0030|CS1591)\.severity\s*=\s*(?:none|silent|suggestion|warning)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Silenced();
}
