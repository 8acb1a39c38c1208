using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Holdfast.Tests.House;

/// <summary>One use of a type or member of another room.</summary>
internal sealed record Use(string From, string To, string Where, string Symbol);

/// <summary>
/// Which room uses which, asked of the compiler: names are bound, so that <c>var</c>, extension methods and names
/// without a <c>using</c> count, and words in comments and texts do not.
/// </summary>
internal sealed class Uses
{
    private const string ImplicitUsings = """
        global using System; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks; global using System.Collections.Generic;
        """;

    private Uses(IReadOnlyList<Use> found, IReadOnlyList<string> unseen)
    {
        Found = found;
        Unseen = unseen;
    }

    internal IReadOnlyList<Use> Found { get; }

    /// <summary>Names that could not be bound: what they use is unknown, so the proof has a hole.</summary>
    internal IReadOnlyList<string> Unseen { get; }

    // All projects are bound as one, so that internals that a friend sees are seen here too.
    internal static Uses Of(IEnumerable<SourceFile> sources)
    {
        var trees = sources.Select(s => s.Tree).Append(CSharpSyntaxTree.ParseText(ImplicitUsings)).ToList();
        var compilation = CSharpCompilation.Create(
            "all", trees, References(), new(OutputKind.ConsoleApplication, allowUnsafe: true));
        var found = new List<Use>();
        var unseen = new List<string>();
        foreach (var tree in trees.Where(t => t.FilePath.Length > 0))
        {
            var model = compilation.GetSemanticModel(tree);
            var room = Arrows.RoomOf(tree.FilePath);
            foreach (var node in tree.GetRoot().DescendantNodes().Where(Names))
            {
                found.AddRange(UsedBy(model, node, room));
            }

            // CS0246 and CS0234: a type or namespace that is not there. Members made by generators are, and do no harm.
            unseen.AddRange(model.GetDiagnostics().Where(d => d.Id is "CS0246" or "CS0234").Select(d => d.ToString()));
        }

        return new(found, unseen);
    }

    private static bool Names(SyntaxNode node) =>
        node is SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax or ConstructorInitializerSyntax;

    private static IEnumerable<Use> UsedBy(SemanticModel model, SyntaxNode node, string room)
    {
        var info = model.GetSymbolInfo(node);
        var symbol = info.Symbol ?? info.CandidateSymbols.FirstOrDefault();
        symbol = symbol switch
        {
            IMethodSymbol { ReducedFrom: { } extension } => extension,
            INamespaceSymbol or ILocalSymbol or IParameterSymbol or ITypeParameterSymbol or ILabelSymbol => null,
            _ => symbol,
        };
        var type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        if (type is null || node.FirstAncestorOrSelf<UsingDirectiveSyntax>() is not null)
        {
            return [];
        }

        var rooms = type.OriginalDefinition.DeclaringSyntaxReferences
            .Select(r => r.SyntaxTree.FilePath).Where(p => p.Length > 0).Select(Arrows.RoomOf).Distinct().ToList();
        var line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        return rooms.Contains(room)
            ? []
            : rooms.Select(to => new Use(room, to, $"{node.SyntaxTree.FilePath}:{line}", type.Name));
    }

    // The packages of the tests contain those of all projects under test; our own assemblies come from source.
    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => !Path.GetFileName(path).StartsWith("holdfast", StringComparison.OrdinalIgnoreCase))
            .Select(path => MetadataReference.CreateFromFile(path));
}
