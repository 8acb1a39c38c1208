using System.Text;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Plans that no run can come of: all that is wrong is told with its place, and nothing is created.</summary>
public sealed class BadPlanTests
{
    public static TheoryData<string, string[]> Plans => new()
    {
        { "", ["plan.yaml:1:1: the plan is empty"] },
        { "# only a comment\n", ["plan.yaml:", "write at least one task"] },
        { "\u0001\u0002binary", ["plan.yaml:1:1: the plan holds the byte 0x01", "not a binary one"] },
        {
            "tasks:\n  a: { needs: [ c ], run: x }\n  b: { needs: [ a ], run: x }\n  c: { needs: [ b ], run: x }\n"
                + "  self: { needs: [ self ], run: x }\n",
            ["plan.yaml:2:3: ", "in a circle: a → c → b → a", "plan.yaml:5:20: task \"self\" needs itself"]
        },
        {
            "tasks:\n  a: { run: x }\n  a: { run: y }\nname: q\nname: r\n",
            ["plan.yaml:3:3: the key \"a\" is here a second time; line 2 has it", "plan.yaml:5:1: the key \"name\""]
        },
        { "tasks:\n\ta:\n\t\trun: x\n", ["plan.yaml:2:1: a tab indents this line"] },
        { "tasks: " + new string('[', 100_000), ["plan.yaml:1:", "nested deeper than 64 levels"] },
        { Bomb(), ["plan.yaml:", "aliases stand for more than 1,000,000 nodes"] },
        {
            "tsks: {}\ntasks:\n  build: { rnu: x, timout: 3s }\n",
            [
                "plan.yaml:1:1: the plan has no key \"tsks\"; did you mean \"tasks\"?",
                "plan.yaml:3:12: task \"build\" has no key \"rnu\"; did you mean \"run\"?",
                "plan.yaml:3:20: task \"build\" has no key \"timout\"; did you mean \"timeout\"?",
            ]
        },
        {
            "name: ../up\ntasks:\n  a/b: { run: x }\n  ..: { run: x }\n  \"a b\": { run: x }\n  \"a\\nb\": { run: x }\n"
                + "  \"🚀\": { run: x }\n  \"\": { run: x }\n  \"\\e[31mred\": { run: x }\n",
            [
                "plan.yaml:1:7: the plan's name \"../up\" holds '/'",
                "plan.yaml:3:3: the task name \"a/b\" holds '/', which would make it a path",
                "plan.yaml:4:3: the task name \"..\" would be a folder",
                "plan.yaml:5:3: the task name \"a b\" holds a space",
                "plan.yaml:6:3: the task name \"a\\nb\" holds a line break",
                "plan.yaml:7:3: the task name \"🚀\" holds '🚀'",
                "plan.yaml:8:3: the task name \"\" is empty",
                "plan.yaml:9:3: the task name",
            ]
        },
        { "name: \"\"\ntasks:\n  a: { run: x }\n", ["plan.yaml:1:7: the plan's name \"\" is empty"] },
        { "tasks:\n  a: { http: { path: /x } }\n", ["plan.yaml:2:16: ", "runtime"] },
    };

    [Theory]
    [MemberData(nameof(Plans), DisableDiscoveryEnumeration = true)]
    public void All_that_is_wrong_is_told_with_its_place_and_nothing_is_created(string plan, string[] told)
    {
        using var at = new Holding();
        at.Write("plan.yaml", plan);
        Refused(at, "plan.yaml", told);
    }

    [Fact]
    public void Random_bytes_and_a_real_program_are_no_plans()
    {
        using var at = new Holding();
        var bytes = new byte[4_000];
        new Random(1).NextBytes(bytes);
        bytes[0] = 0xff;
        File.WriteAllBytes(Path.Combine(at.Folder, "random.yaml"), bytes);
        Refused(at, "random.yaml", ["random.yaml:1:", "UTF-8"]);
        File.Copy(Environment.ProcessPath!, Path.Combine(at.Folder, "program.yaml"));
        Refused(at, "program.yaml", ["program.yaml:1:", "not a binary one"]);
    }

    [Fact]
    public void What_is_too_big_or_without_end_is_refused_and_never_read_whole()
    {
        using var at = new Holding();
        using (var huge = File.Create(Path.Combine(at.Folder, "huge.yaml")))
        {
            huge.SetLength(8L << 30);
        }

        Refused(at, "huge.yaml", ["huge.yaml:1:1: the plan has more than 67,108,864 bytes; split the plan"]);
        Refused(at, "/dev/zero", ["/dev/zero:1:1: the plan has more than"]);
    }

    [Fact]
    public void A_folder_and_a_missing_file_are_told_apart()
    {
        using var at = new Holding();
        Refused(at, ".", ["it is a folder"]);
        Refused(at, "nope.yaml", ["nope.yaml: the plan does not exist"]);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    [InlineData("a\nb")]
    [InlineData("🚀")]
    [InlineData("")]
    [InlineData("last")]
    [InlineData("\u001b[31mred")]
    public void A_run_id_that_is_no_name_is_refused(string id)
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a >> log }\n");
        var ended = at.Run("run", "plan.yaml", "--id", id).Is(2);
        Assert.Contains("cannot name a run", ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(ended.Error.TrimEnd('\n'), char.IsControl);
        Assert.Equal(["plan.yaml"], Directory.GetFileSystemEntries(at.Folder).Select(Path.GetFileName));
    }

    private static void Refused(Holding at, string plan, string[] told)
    {
        var before = Directory.GetFileSystemEntries(at.Folder).Length;
        foreach (var command in new[] { "run", "validate" })
        {
            var ended = at.Run(command, plan).Is(2);
            foreach (var text in told)
            {
                Assert.Contains(text, ended.Error + (command == "validate" ? ended.Out : ""), StringComparison.Ordinal);
            }

            Assert.DoesNotContain('\u001b', ended.Error);
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(at.Folder).Length);
    }

    private static string Bomb()
    {
        var text = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (var i = 1; i < 12; i++)
        {
            text.Append($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }

        return text.Append("tasks: *a11\n").ToString();
    }
}
