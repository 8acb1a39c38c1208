using System.Text.RegularExpressions;
using Holdfast.Tests.House;

namespace Holdfast.Tests.Approvals;

/// <summary>docs/defects.md says which test covers which defect of earlier systems; that must be so.</summary>
public sealed partial class DefectListTests
{
    private static readonly string[] Ids =
    [
        .. Enumerable.Range(1, 16).Select(n => $"RC{n}"), .. Enumerable.Range(1, 6).Select(n => $"BR{n}"),
        .. Enumerable.Range(1, 18).Select(n => $"SR{n}"), .. Enumerable.Range(1, 5).Select(n => $"PR{n}"),
        .. Enumerable.Range(1, 4).Select(n => $"FB{n}"), .. Enumerable.Range(1, 3).Select(n => $"DL{n}"),
    ];

    private static IReadOnlyList<string[]> Rows { get; } =
    [
        .. File.ReadLines(Path.Combine(Repository.Root.FullName, "docs", "defects.md"))
            .Where(line => Row().IsMatch(line))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]),
    ];

    [Fact]
    public void Every_defect_is_listed_once_in_order() => Assert.Equal(Ids, Rows.Select(row => row[0]));

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var sources = Directory.EnumerateFiles(
                Path.Combine(Repository.Root.FullName, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(path => Path.GetFileNameWithoutExtension(path));
        var named = 0;
        foreach (var row in Rows)
        {
            Assert.True(Names().IsMatch(row[2]) || row[2].StartsWith("not here yet", StringComparison.Ordinal), row[0]);
            foreach (Match name in Names().Matches(row[2]))
            {
                named++;
                var (type, method) = (name.Groups["type"].Value, name.Groups["method"].Value);
                Assert.True(
                    sources[type].Any(path => File.ReadAllText(path).Contains($" {method}(", StringComparison.Ordinal)),
                    $"{row[0]} names {type}.{method}, and there is no such test");
            }
        }

        Assert.InRange(named, Ids.Length, 1_000);
    }

    [GeneratedRegex("^\\| [A-Z]{2}[0-9]", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<type>\\w+)\\.(?<method>\\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Names();
}
