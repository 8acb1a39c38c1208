using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Fanout;

namespace Holdfast.Tests.Plans;

public class ExpansionTests
{
    [Theory]
    [InlineData("data/*.csv", "data/B.csv data/a.csv data/\u00e9.csv", "[B.csv] [a.csv] [\u00e9.csv]")]
    [InlineData("data/**/*.csv", "data/B.csv data/a.csv data/x/a.csv data/x/y/z.csv data/\u00e9.csv",
        "[B.csv] [a.csv] [x/a.csv] [x/y/z.csv] [\u00e9.csv]")]
    [InlineData("**", "-rf.txt", "")]
    [InlineData("data/[a-z].csv", "data/a.csv", "[a.csv]")]
    [InlineData("data/[!a-z].csv", "data/B.csv data/\u00e9.csv", "[B.csv] [\u00e9.csv]")]
    [InlineData("data/?.{csv,txt}", "data/B.csv data/a.csv data/a.txt data/\u00e9.csv",
        "[data/B.csv] [data/a.csv] [data/a.txt] [data/\u00e9.csv]")]
    [InlineData("data/.*", "data/.hidden", "[.hidden]")]
    [InlineData("data/a.csv", "data/a.csv", "[a.csv]")]
    [InlineData("./data/x/../a.*", "./data/x/../a.csv ./data/x/../a.txt", null)]
    [InlineData("-*", "./-rf.txt", "[-rf.txt]")]
    [InlineData("none/*", "", "")]
    public void Files_match_in_byte_order(string pattern, string items, string? names)
    {
        var files = new Files("data/a.csv", "data/B.csv", "data/\u00e9.csv", "data/a.txt", "data/.hidden",
            "data/x/a.csv",
            "data/x/y/z.csv", "data/.git/b.csv", "-rf.txt");
        var result = Expand($"file: \"{pattern}\"", files);
        Assert.Null(result.Error);
        if (pattern == "**")
        {
            Assert.Equal(["./-rf.txt", "data/B.csv", "data/a.csv", "data/a.txt", "data/x/a.csv", "data/x/y/z.csv",
                "data/\u00e9.csv"],
                result.Instances.Select(instance => instance.Item.Value));
            return;
        }

        var expected = items.Replace("./data/x/../", "data/x/../").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(expected, result.Instances.Select(instance => instance.Item.Value));
        if (names is not null)
        {
            Assert.Equal(names, string.Join(' ', result.Instances.Select(instance => instance.Name[1..])));
        }
    }

    [Fact]
    public void Hostile_names_travel_as_they_are_and_are_named_on_one_line()
    {
        string[] hostile = ["$(touch x)", "a\nb", "it's", "\"q\"", "a b", "\\", "\u202Etxt"];
        var result = Expand("file: \"*\"", new Files(hostile));
        Assert.Equal(hostile.Order(ByteOrder.Instance), result.Instances.Select(instance => instance.Item.Value));
        Assert.Equal(["t[\"q\"]", "t[$(touch x)]", "t[\\\\]", "t[a\\nb]", "t[a b]", "t[it's]", "t[\\u202etxt]"],
            result.Instances.Select(instance => instance.Name));
    }

    [Fact]
    public void A_name_that_is_not_UTF8_is_told()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("only Linux takes file names that are not UTF-8");
        }

        var folder = Directory.CreateTempSubdirectory("holdfast-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "good.\uFFFD"), "");
            Assert.Single(Expand("file: \"*\"", new SystemPlanFiles(folder)).Instances);
            using (var shell = System.Diagnostics.Process.Start("sh",
                ["-c", "touch \"$1/bad.$(printf '\\377')\"", "sh", folder]))
            {
                shell.WaitForExit();
            }

            Assert.Equal("for-each of task \"t\": the name \"bad.\uFFFD\" is not UTF-8; rename the file",
                Expand("file: \"*\"", new SystemPlanFiles(folder)).Error);
        }
        finally
        {
            // The name that cannot be said cannot be deleted by the runtime either.
            using var shell = System.Diagnostics.Process.Start("rm", ["-rf", folder]);
            shell.WaitForExit();
        }
    }

    [Fact]
    public void Real_folders_links_and_missing_ones()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-").FullName;
        try
        {
            _ = Directory.CreateDirectory(Path.Combine(folder, "d", "e"));
            File.WriteAllText(Path.Combine(folder, "d", "e", "f"), "");
            _ = Directory.CreateSymbolicLink(Path.Combine(folder, "d", "loop"), folder);
            Assert.Equal(["d/e/f"], Items(Expand("file: \"**/f\"", new SystemPlanFiles(folder))));
            Assert.Equal(["d/loop/d/e/f"], Items(Expand("file: \"d/loop/d/*/f\"", new SystemPlanFiles(folder))));
            Assert.Contains("found no items in files (gone/*)",
                Expand("file: \"gone/*\"", new SystemPlanFiles(folder)).Warning);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Lines_of_a_pipe_are_refused_and_not_waited_for()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-").FullName;
        try
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(folder, "list"));
            made.WaitForExit();
            Assert.Equal("for-each of task \"t\": the file list is a pipe, a socket or a device; name a file",
                Expand("lines: list", new SystemPlanFiles(folder)).Error);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Lines_are_items_without_their_ends()
    {
        var files = new Files { Content = "\uFEFFb\r\n\n  \na c\nz" };
        Assert.Equal(["a c", "b", "z"], Items(Expand("lines: list", files)));
        files.Content = "a\nb\na\n";
        Assert.Equal("for-each of task \"t\": the item \"a\" is there twice; each item must be there once",
            Expand("lines: list", files).Error);
        files.Content = "a\n\0";
        Assert.Contains("line 2 of list holds a NUL", Expand("lines: list", files).Error);
        files.Content = null;
        Assert.Equal("for-each of task \"t\": the file list does not exist; create it, or name another",
            Expand("lines: list", files).Error);
        files.Content = "";
        Assert.Equal("for-each of task \"t\" found no items in lines (list)", Expand("lines: list", files).Warning);
        files.Content = string.Join('\n', Enumerable.Range(0, 100_001));
        Assert.Equal("for-each of task \"t\": more than 100,000 items; split the task",
            Expand("lines: list", files).Error);
    }

    [Fact]
    public void Long_items_keep_different_short_names()
    {
        var start = new string('a', 200);
        var result = Expand("lines: list", new Files { Content = $"{start}1\n{start}2\n" });
        Assert.All(result.Instances, instance => Assert.Equal(103, instance.Name.Length));
        Assert.NotEqual(result.Instances[0].Name, result.Instances[1].Name);
    }

    [Fact]
    public void A_pattern_never_takes_more_than_the_product_of_its_lengths()
    {
        var name = new string('a', 5000);
        Assert.Empty(Items(Expand($"file: \"{string.Concat(Enumerable.Repeat("a*", 100))}b\"", new Files(name))));
    }

    [Fact]
    public void Byte_order_is_the_order_of_the_bytes() => Prop.ForAll<string, string>((a, b) =>
    {
        var (x, y) = (Clean(a), Clean(b));
        return Math.Sign(ByteOrder.Instance.Compare(x, y))
            == Math.Sign(Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y)));

        static string Clean(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""))
            + "\U00010000\uE000"[..2];
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_code_point_above_the_first_plane_comes_after_all_others() =>
        Assert.True(ByteOrder.Instance.Compare("a\U00010000", "a\uE000") > 0);

    private static string[] Items(ExpansionResult result)
    {
        Assert.Null(result.Error);
        return [.. result.Instances.Select(instance => instance.Item.Value)];
    }

    private static ExpansionResult Expand(string forEach, IPlanFiles files) =>
        Expansion.Expand(PlanData.Task($"run: x, for-each: {{ {forEach} }}"), new TemplateContext(), files);

    private sealed class Files(params string[] paths) : IPlanFiles
    {
        public string? Content { get; set; }

        public IEnumerable<PlanFileEntry> List(string folder)
        {
            var full = folder.Replace("x/../", "").Replace("./", "");
            return paths.Where(path => path.StartsWith(full, StringComparison.Ordinal))
                .Select(path => path[full.Length..].Split('/'))
                .GroupBy(parts => parts[0]).Select(group => new PlanFileEntry(group.Key, group.First().Length > 1))
                    .Reverse();
        }

        public byte[]? Read(string path, int maxBytes) =>
            Content is null ? throw new FileNotFoundException(path) : Encoding.UTF8.GetBytes(Content);
    }
}
