using System.Globalization;
using System.Text;
using Holdfast.EndToEnd.Hardship;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Proof;

/// <summary>Nothing starts before the disk knows: shown by the system calls of a real run.</summary>
public sealed class StartOrderTests(ITestOutputHelper output)
{
    private const int Tasks = 60;

    private const string Sound = """
        10 execve("/bin/dotnet", ["dotnet", "run"], 0x1 /* 9 vars */) = 0
        10 pwrite64(70</w/journal.ndjson>, "{\"type\":\"attempt_started\",\"task\":\"a\"}\n", 37, 0) = 37
        10 fdatasync(70</w/journal.ndjson> <unfinished ...>
        11 write(1, "x", 1) = 1
        10 <... fdatasync resumed>) = 0
        20 execve("/bin/sh", ["sh", "-c", "exec", "/bin/true", "tok-a"], 0x1) = 0
        21 execve("/bin/true", ["/bin/true", "tok-a"], 0x1) = 0
        12 pwrite64(70</w/journal.ndjson>, "{\"type\":\"attempt_succeeded\",\"task\":\"a\"}\n", 39, 37) = 39
        12 fdatasync(70</w/journal.ndjson>) = 0
        12 pwrite64(70</w/journal.ndjson>, "{\"type\":\"attempt_started\",\"task\":\"b\"}\n", 37, 76) = 37
        12 fdatasync(70</w/journal.ndjson>) = 0
        30 execve("/bin/sh", ["sh", "-c", "exec", "/bin/true", "tok-b"], 0x1 <unfinished ...>
        12 write(1, "y", 1) = 1
        30 <... execve resumed>) = 0
        31 execve("/bin/true", ["/bin/true", "tok-b"], 0x1) = 0
        """;

    private static readonly TracedTask[] Pair =
        [new("a", "tok-a", "/bin/true", []), new("b", "tok-b", "/bin/true", ["a"])];

    /// <summary>What breaks the order, by the line that is moved and where it goes, and what is told.</summary>
    public static TheoryData<int, int, string> Broken => new()
    {
        { 5, 1, "a: execve at line 2, its intent on disk at line 6" },
        { 5, 3, "a: execve at line 4, its intent on disk at line 6" },
        { 11, 10, "b: execve at line 11, its intent on disk at line 12" },
        { 10, 13, "b: execve at line 11, its intent on disk at line 14" },
        { 7, 12, "b: execve at line 11, the end of a on disk never" },
        { 1, 4, "a: execve at line 6, its intent on disk at line 9" },
    };

    [Fact]
    public void A_sound_trace_has_no_finding() => Assert.Empty(StartOrder.Findings(Sound, Pair));

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_trace_in_the_wrong_order_is_found(int line, int to, string told)
    {
        var lines = Sound.Split('\n').ToList();
        var moved = lines[line];
        lines.RemoveAt(line);
        lines.Insert(to, moved);
        Assert.Contains(told, StartOrder.Findings(string.Join('\n', lines), Pair));
    }

    [Theory]
    [InlineData("fdatasync(70</w/journal.ndjson>) = 0", "fdatasync(70</w/journal.ndjson>) = -1 EIO (x)")]
    [InlineData("fdatasync(70</w/journal.ndjson>) = 0", "fdatasync(70</w/other.ndjson>) = 0")]
    [InlineData("21 execve(\"/bin/true\"", "21 execve(\"/bin/false\"")]
    [InlineData("21 execve(", "21 execve(\"/bin/true\", [\"/bin/true\", \"tok-a\"]) = 0\n22 execve(")]
    [InlineData("attempt_started", "attempt_begun")]
    public void A_trace_that_shows_too_little_or_too_much_is_found(string seen, string instead) =>
        Assert.NotEmpty(StartOrder.Findings(Sound.Replace(seen, instead, StringComparison.Ordinal), Pair));

    [Fact]
    public void No_command_starts_before_its_intent_nor_before_the_ends_it_needs_are_on_disk()
    {
        Around.Needs("strace");
        using var at = new Holding();
        var seed = (int)TimeProvider.System.GetTimestamp();
        var tasks = Write(at, new Random(seed));
        at.StartUnder(
            ["strace", "-f", "-y", "-s", "65536", "-o", "trace", "-e",
                "trace=execve,fdatasync,fsync,pwrite64,pwritev,write"],
            "run", "plan.yaml", "--id", "k").End().Is(0);
        var findings = StartOrder.Findings(at.Read("trace"), tasks);
        Assert.True(findings.Count == 0, $"seed {seed}:\n{string.Join('\n', findings)}");
        var syncs = StraceLog.Parse(at.Read("trace")).Count(c => c.Name == "fdatasync");
        output.WriteLine($"{tasks.Count} tasks, {tasks.Sum(t => t.Needs.Length)} dependencies, {syncs} syncs in order");
    }

    /// <summary>Layers of random width and needs; every third task without the wrapper, some of them once.</summary>
    private static List<TracedTask> Write(Holding at, Random random)
    {
        var tasks = new List<TracedTask>();
        var yaml = new StringBuilder("max-parallel: 4\ntasks:\n");
        for (var i = 0; i < Tasks; i++)
        {
            string[] needs = i < 6 ? [] : [.. Enumerable.Range(0, random.Next(0, 4))
                .Select(_ => tasks[random.Next(Math.Max(0, i - 12), i)].Name).Distinct()];
            var task = new TracedTask(
                string.Create(CultureInfo.InvariantCulture, $"t{i}"), $"tok-{random.NextInt64():x16}",
                "/bin/true", needs);
            tasks.Add(task);
            yaml.Append(CultureInfo.InvariantCulture, $"  {task.Name}: {{ run: [ /bin/true, {task.Token} ]")
                .Append(CultureInfo.InvariantCulture, $", needs: [ {string.Join(", ", needs)} ]")
                .Append(i % 3 == 2 ? ", adopt: false" : "").Append(i % 5 == 4 ? ", effect: once" : "").Append(" }\n");
        }

        at.Write("plan.yaml", yaml.ToString());
        return tasks;
    }
}
