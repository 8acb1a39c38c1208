using System.Xml.Linq;

namespace Holdfast.Tests.House;

/// <summary>Who may know whom. A new project or room is named here before it compiles green.</summary>
internal static class Arrows
{
    /// <summary>Projects: the ones that each may refer to, and the packages that it may bring in.</summary>
    internal static readonly Dictionary<string, (string[] Projects, string[] Packages)> Projects = new()
    {
        ["Holdfast"] = ([], []),
        ["Holdfast.Plans"] = (["Holdfast"], ["YamlDotNet"]),
        ["Holdfast.Extensions"] = (["Holdfast"], ["Microsoft.Extensions.*"]),
        // A package of its own, so that nobody gets Polly who does not use it.
        ["Holdfast.Polly"] = (["Holdfast"], ["Polly.Core"]),
        ["Holdfast.Postgres"] = (["Holdfast"], ["Npgsql"]),
        ["Holdfast.Server"] = (["Holdfast.Plans", "Holdfast"], []),
        ["Holdfast.Testing"] = (["Holdfast"], []),
        // Testing: "holdfast simulate" runs the simulator (docs/decisions/2026-11-20-cli-may-use-testing.md).
        ["Holdfast.Cli"] = (
            ["Holdfast.Server", "Holdfast.Plans", "Holdfast", "Holdfast.Testing"],
            ["System.CommandLine", "Spectre.Console", "ModelContextProtocol"]),
    };

    /// <summary>Rooms: the ones that each may use. "X/*" is every room of a project; loose files are "X".</summary>
    internal static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Holdfast/Failures"] = [],
        ["Holdfast/Resilience"] = ["Holdfast/Failures"],
        ["Holdfast/Journal"] = ["Holdfast/Failures"],
        ["Holdfast/Idempotency"] = ["Holdfast/Journal"],
        ["Holdfast/Runs"] = ["Holdfast/Failures", "Holdfast/Resilience", "Holdfast/Journal", "Holdfast/Idempotency"],
        ["Holdfast"] = ["Holdfast/*"],
        ["Holdfast.Plans/Plans"] = ["Holdfast/*"],
        ["Holdfast.Plans/Runtimes"] = ["Holdfast/*", "Holdfast.Plans/Plans"],
        ["Holdfast.Plans/Running"] = ["Holdfast/*", "Holdfast.Plans/Plans", "Holdfast.Plans/Runtimes"],
        ["Holdfast.Plans/Suites"] = ["Holdfast/*", "Holdfast.Plans/Plans", "Holdfast.Plans/Runtimes"],
        // Evidence is folded from journals, by the fold and the words of the library, and knows no runtime.
        ["Holdfast.Plans/Evidence"] = ["Holdfast/Journal", "Holdfast/Failures", "Holdfast/Runs"],
        // No verdict can look at live state.
        ["Holdfast.Plans/Gates"] = ["Holdfast.Plans/Evidence", "Holdfast/Failures"],
        ["Holdfast.Plans/Release"] = ["Holdfast/*", "Holdfast.Plans/Evidence", "Holdfast.Plans/Gates"],
        ["Holdfast.Plans"] = ["Holdfast/*", "Holdfast.Plans/*"],
        ["Holdfast.Testing/*"] = ["Holdfast/*"],
        ["Holdfast.Extensions/*"] = ["Holdfast", "Holdfast/*"],
        ["Holdfast.Polly/*"] = ["Holdfast/*"],
        ["Holdfast.Postgres/*"] = ["Holdfast/*"],
        ["Holdfast.Server/*"] = ["Holdfast/*", "Holdfast.Plans/*"],
        ["Holdfast.Cli/*"] = ["Holdfast/*", "Holdfast.Plans/*", "Holdfast.Testing/*", "Holdfast.Server/*"],
    };

    internal static IEnumerable<Problem> References(SourceFile project)
    {
        var name = Path.GetFileNameWithoutExtension(project.Name);
        if (!Projects.TryGetValue(name, out var may))
        {
            yield return new(project.Path, "a project that Arrows.cs does not know; each one more needs a decision");
            yield break;
        }

        foreach (var other in Includes(project, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r)))
        {
            if (!may.Projects.Contains(other))
            {
                yield return new($"{project.Path}: {other}", $"{name} must not refer to {other}");
            }
        }

        foreach (var package in Includes(project, "PackageReference"))
        {
            if (!may.Packages.Any(p => p.EndsWith('*') ? package.StartsWith(p[..^1]) : package == p))
            {
                yield return new($"{project.Path}: {package}", $"{name} must not bring in the package {package}");
            }
        }
    }

    /// <summary>What a checkout's build reads has to lie where ./holdfast looks for changes.</summary>
    internal static IEnumerable<Problem> OutsideFiles(SourceFile project) =>
        new[] { "Compile", "EmbeddedResource", "AdditionalFiles", "Content", "Import" }
            .SelectMany(item => Includes(project, item))
            .Where(path => !Path.GetFullPath("/" + project.Folder + "/" + path.Replace('\\', '/')).StartsWith("/src/"))
            .Select(path => new Problem(
                $"{project.Path}: {path}", "lies outside src, where ./holdfast would not notice a change; move it"));

    /// <summary>One package or folder holds them all, and file systems exist that do not tell case apart.</summary>
    internal static IEnumerable<Problem> NamesThatCollide(IEnumerable<SourceFile> projects) =>
        projects.GroupBy(
                p => XDocument.Parse(p.Text).Descendants("AssemblyName").LastOrDefault()?.Value
                    ?? Path.GetFileNameWithoutExtension(p.Name),
                StringComparer.OrdinalIgnoreCase)
            .Where(same => same.Count() > 1)
            .Select(same => new Problem(same.Last().Path, $"its assembly {same.Key}.dll collides with another one's"));

    private static IEnumerable<string> Includes(SourceFile project, string item) =>
        XDocument.Parse(project.Text).Descendants(item)
            .Select(e => (string?)e.Attribute("Include") ?? (string?)e.Attribute("Project"))
            .OfType<string>().Select(path => path.Replace('\\', '/'));

    /// <summary>The room of a path: <c>src/Holdfast/Journal/…</c> is <c>Holdfast/Journal</c>.</summary>
    internal static string RoomOf(string path)
    {
        var parts = path.Split('/');
        return parts.Length > 3 ? $"{parts[1]}/{parts[2]}" : parts[1];
    }

    internal static bool May(string from, string to)
    {
        if (from == to)
        {
            return true;
        }

        // Projects whose rooms are free among themselves have one entry for all.
        var project = from.Split('/')[0];
        var whole = Rooms.TryGetValue($"{project}/*", out var free);
        if (whole && to.Split('/')[0] == project)
        {
            return true;
        }

        var allowed = Rooms.TryGetValue(from, out var own) ? own : whole ? free! : [];
        return allowed.Contains(to) || (to.Contains('/') && allowed.Contains($"{to.Split('/')[0]}/*"));
    }

    internal static bool IsKnown(string room) =>
        Rooms.ContainsKey(room) || Rooms.ContainsKey($"{room.Split('/')[0]}/*");
}
