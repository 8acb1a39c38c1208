using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Holdfast.Tests.House;

/// <summary>Names that say nothing and therefore collect everything.</summary>
internal static class Names
{
    // These name no thing wherever they stand in a name.
    private static readonly string[] Anywhere =
        ["Util", "Utils", "Utility", "Utilities", "Helper", "Helpers", "Manager", "Managers"];

    // These are plain adjectives in front of a noun ("SharedThrottle") and an attic where they end a name.
    private static readonly string[] AtTheEnd = ["Common", "Shared"];

    internal static IEnumerable<Problem> Paths(SourceFile file)
    {
        var name = file.Name.StartsWith('.') ? file.Name[1..] : file.Name;
        return file.Folder.Split('/').SelectMany(f => f.Split('.')).Append(name.Split('.')[0])
            .Where(IsBanned)
            .Select(part => new Problem(file.Path, $"\"{part}\" says nothing; name the thing that it holds"));
    }

    internal static IEnumerable<Problem> Types(SourceFile file) =>
        file.Syntax.DescendantNodes()
            .SelectMany(node => node switch
            {
                BaseTypeDeclarationSyntax type => [type.Identifier.Text],
                DelegateDeclarationSyntax type => [type.Identifier.Text],
                BaseNamespaceDeclarationSyntax space => space.Name.ToString().Split('.'),
                _ => Array.Empty<string>(),
            })
            .Where(IsBanned)
            .Select(name => new Problem($"{file.Path}: {name}", "the name says nothing; name what it is or does"));

    internal static bool IsBanned(string name)
    {
        var words = Words(name);
        return words.Any(w => Anywhere.Contains(w, StringComparer.OrdinalIgnoreCase))
            || (words.Count > 0 && AtTheEnd.Contains(words[^1], StringComparer.OrdinalIgnoreCase));
    }

    // "HttpRetryUtils" is Http, Retry, Utils; "string_helpers" is string, helpers.
    private static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            var ends = i == name.Length || !char.IsLetter(name[i])
                || (char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1])
                    || (i + 1 < name.Length && char.IsLower(name[i + 1]))));
            if (ends)
            {
                words.Add(name[start..i].Trim('_', '-', ' '));
                start = i;
            }
        }

        return words;
    }
}
