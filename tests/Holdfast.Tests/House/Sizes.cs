using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Holdfast.Tests.House;

/// <summary>The sizes to stay near. Whoever passes one splits by meaning; a bigger number is no cure.</summary>
internal static class Sizes
{
    internal const int FileLines = 400;
    internal const int MethodLines = 60;
    internal const int LineCharacters = 120;
    internal const int FolderFiles = 25;
    internal const int ConstructorParameters = 7;

    internal static IEnumerable<Problem> Files(SourceFile file)
    {
        var lines = file.Lines.Length - (file.Text.EndsWith('\n') ? 1 : 0);
        if (lines > FileLines)
        {
            yield return new(file.Path, $"{lines} lines, {FileLines} are the most; split it by meaning");
        }
    }

    /// <summary>Lines of code; what stands inside a raw string is data of another language.</summary>
    internal static IEnumerable<Problem> Lines(SourceFile file)
    {
        var inRaw = new HashSet<int>();
        foreach (var raw in file.Syntax.DescendantTokens().Where(t => t.Text.Length > 0 && IsRaw(t)))
        {
            var span = raw.GetLocation().GetLineSpan();
            inRaw.UnionWith(Enumerable.Range(span.StartLinePosition.Line + 1, LinesBetween(span)));
        }

        return file.Lines.Select((line, index) => (Length: line.TrimEnd('\r').Length, Number: index + 1))
            .Where(line => line.Length > LineCharacters && !inRaw.Contains(line.Number))
            .Select(line => new Problem(
                file.Path, $"line {line.Number} has {line.Length} characters, {LineCharacters} are the most"));
    }

    private static bool IsRaw(SyntaxToken token) =>
        token.IsKind(SyntaxKind.MultiLineRawStringLiteralToken)
        || (token.IsKind(SyntaxKind.InterpolatedStringTextToken)
            && token.Parent?.Parent is InterpolatedStringExpressionSyntax whole
            && whole.StringStartToken.IsKind(SyntaxKind.InterpolatedMultiLineRawStringStartToken));

    private static int LinesBetween(FileLinePositionSpan span) =>
        span.EndLinePosition.Line - span.StartLinePosition.Line + 1;

    internal static IEnumerable<Problem> Methods(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes().Where(IsMethod))
        {
            var lines = LinesOf(node);
            if (lines > MethodLines)
            {
                yield return new(
                    $"{file.Path}: {NameOf(node)}", $"{lines} lines, {MethodLines} are the most; split it by meaning");
            }
        }

        // The statements of a file without a class are one method too, only without a name.
        var top = file.Syntax.ChildNodes().OfType<GlobalStatementSyntax>()
            .Where(s => s.Statement is not LocalFunctionStatementSyntax).Sum(LinesOf);
        if (top > MethodLines)
        {
            yield return new($"{file.Path}: top level", $"{top} lines of statements, {MethodLines} are the most");
        }
    }

    internal static IEnumerable<Problem> Constructors(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            var (name, parameters) = node switch
            {
                ConstructorDeclarationSyntax made => (made.Identifier.Text, made.ParameterList.Parameters.Count),
                TypeDeclarationSyntax { ParameterList: { } list } type => (type.Identifier.Text, list.Parameters.Count),
                _ => ("", 0),
            };
            if (parameters > ConstructorParameters)
            {
                yield return new(
                    $"{file.Path}: {name}",
                    $"a constructor of {parameters} parameters, {ConstructorParameters} are the most");
            }
        }
    }

    internal static IEnumerable<Problem> Folders(IEnumerable<SourceFile> files) =>
        files.GroupBy(f => f.Folder)
            .Where(folder => folder.Count() > FolderFiles)
            .Select(folder => new Problem(
                folder.Key, $"{folder.Count()} files, {FolderFiles} are the most; group them by meaning"));

    private static bool IsMethod(SyntaxNode node) =>
        node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax;

    // Attributes and documentation stand in front of a method; what counts is what has to be read at once.
    private static int LinesOf(SyntaxNode node)
    {
        var attributes = node switch
        {
            MemberDeclarationSyntax member => member.AttributeLists,
            LocalFunctionStatementSyntax function => function.AttributeLists,
            AccessorDeclarationSyntax accessor => accessor.AttributeLists,
            _ => default,
        };
        var start = attributes.Count > 0 ? attributes.Last().GetLastToken().GetNextToken().SpanStart : node.SpanStart;
        var lines = node.SyntaxTree.GetText().Lines;
        return lines.GetLineFromPosition(node.Span.End).LineNumber - lines.GetLineFromPosition(start).LineNumber + 1;
    }

    private static string NameOf(SyntaxNode node) => node switch
    {
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax made => made.Identifier.Text,
        LocalFunctionStatementSyntax function => function.Identifier.Text,
        AccessorDeclarationSyntax { Parent.Parent: PropertyDeclarationSyntax property } => property.Identifier.Text,
        _ => node.Kind().ToString(),
    };

    private static Microsoft.CodeAnalysis.CSharp.SyntaxKind Kind(this SyntaxNode node) =>
        Microsoft.CodeAnalysis.CSharp.CSharpExtensions.Kind(node);
}
