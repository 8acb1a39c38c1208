using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Holdfast.Tests.House;

/// <summary>What is left lying about when work is handed over unfinished, or was made on one machine only.</summary>
internal static partial class Leftovers
{
    private const int ReasonCharacters = 10;

    // Put together from parts, so that this file does not hold what it looks for.
    private static readonly string[] Hosts =
    [
        "nuget" + ".org", "npmjs" + ".", "pypi" + ".", "pythonhosted" + ".", "crates" + ".io", "docker" + ".io",
        "ghcr" + ".io", "quay" + ".io", "mcr.microsoft" + ".com", "proxy.golang" + ".org", "pkgs.dev.azure" + ".com",
        "deb.debian" + ".org", "archive.ubuntu" + ".com", "rubygems" + ".org", "maven" + ".org", "jfrog" + ".io",
    ];

    internal static IEnumerable<Problem> Unfinished(SourceFile file)
    {
        // In C# the marks count in comments only: a text may well speak of them.
        var places = file.Extension == ".cs"
            ? file.Syntax.DescendantTrivia(descendIntoTrivia: false).Where(IsComment)
                .Select(t => (Text: t.ToFullString(), Line: LineOf(t.GetLocation())))
            : file.Lines.Select((text, index) => (Text: text, Line: index + 1));
        return places.Where(p => Marks().IsMatch(p.Text))
            .Select(p => new Problem(
                file.Path, $"line {p.Line}: \"{Marks().Match(p.Text).Value}\"; do it now, or open an issue"));
    }

    internal static IEnumerable<Problem> NotImplemented(SourceFile file) =>
        file.Syntax.DescendantNodes().OfType<SimpleNameSyntax>()
            .Where(name => name.Identifier.Text == nameof(NotImplementedException))
            .Where(name => name.Ancestors().Any(a => a is BaseObjectCreationExpressionSyntax))
            .Select(name => At(file, name.GetLocation(), "a member that is not there yet"));

    internal static IEnumerable<Problem> Regions(SourceFile file) =>
        file.Syntax.DescendantTrivia().Where(t => t.IsKind(SyntaxKind.RegionDirectiveTrivia))
            .Select(t => At(file, t.GetLocation(), "a region; make it a type of its own"));

    /// <summary>A test that is skipped says why: in its attribute, or where it finds out.</summary>
    internal static IEnumerable<Problem> SkipsWithoutReason(SourceFile file)
    {
        var attributes = file.Syntax.DescendantNodes().OfType<AttributeArgumentSyntax>()
            .Where(a => a.NameEquals?.Name.Identifier.Text == "Skip").Select(a => a.Expression);
        var calls = file.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
            .Where(c => c.Expression is MemberAccessExpressionSyntax
            {
                Expression: IdentifierNameSyntax { Identifier.Text: "Assert" },
                Name.Identifier.Text: "Skip" or "SkipWhen" or "SkipUnless",
            })
            .Select(c => c.ArgumentList.Arguments.Last().Expression);
        return attributes.Concat(calls)
            .OfType<LiteralExpressionSyntax>()
            .Where(e => e.Token.ValueText.Trim().Length < ReasonCharacters)
            .Select(e => At(file, e.GetLocation(), "a skip whose reason says nothing"));
    }

    /// <summary>The bans and the duty to describe are not switched off in the code.</summary>
    internal static IEnumerable<Problem> SilencedBans(SourceFile file) =>
        file.Syntax.DescendantTrivia().Where(t => t.IsKind(SyntaxKind.PragmaWarningDirectiveTrivia))
            .Select(t => (PragmaWarningDirectiveTriviaSyntax)t.GetStructure()!)
            .Where(p => p.DisableOrRestoreKeyword.IsKind(SyntaxKind.DisableKeyword))
            .Where(p => p.ErrorCodes.Count == 0
                || p.ErrorCodes.Any(c => c.ToString() is "RS0030" or "CS1591" or "1591"))
            .Select(p => At(file, p.GetLocation(), "switches a rule of the house off"));

    internal static IEnumerable<Problem> MachinePaths(SourceFile file, string root) =>
        file.Lines.Select((text, index) => (Text: text, Line: index + 1))
            .Where(l => l.Text.Contains(root, StringComparison.Ordinal) || Paths().IsMatch(l.Text))
            .Select(l => new Problem(file.Path, $"line {l.Line}: a path that exists on one machine only"));

    internal static IEnumerable<Problem> RegistryHosts(SourceFile file) =>
        file.Lines.Select((text, index) => (Text: text, Line: index + 1))
            .SelectMany(l => Hosts.Where(h => l.Text.Contains(h, StringComparison.OrdinalIgnoreCase))
                .Select(h => new Problem(file.Path, $"line {l.Line}: names the registry {h}; leave that out")));

    private static bool IsComment(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia)
        || trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia)
        || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia);

    private static Problem At(SourceFile file, Location location, string said) =>
        new(file.Path, $"line {LineOf(location)}: {said}");

    private static int LineOf(Location location) => location.GetLineSpan().StartLinePosition.Line + 1;

    [GeneratedRegex(@"\b(?:TO[D]O|FIX[M]E|HA[C]K|XX[X])\b")]
    private static partial Regex Marks();

    // A home folder of a made-up user is an example; the working and home folders of builders are not.
    [GeneratedRegex(
        @"(?<![\w.~-])(?:/wor[k]/|/roo[t]/|/User[s]/|/home/(?!(?:user|me|runner|dev|alice|bob)/)\w)|[A-Z]:\\Users\\")]
    private static partial Regex Paths();
}
