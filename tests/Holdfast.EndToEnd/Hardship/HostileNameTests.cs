using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>
/// Names of files that would be commands, options or patterns if anybody took them for text of a shell.
/// </summary>
public sealed class HostileNameTests
{
    private static readonly string[] Names =
    [
        "$(touch x)", "`touch y`", "a'b", "c\"d", "e\nf", "-rf", " space ", ";touch z", "🚀", "$HOME", "*", "[a]",
            "a\\b",
        "${{ run.id }}", "'; touch w; '", "&& touch v", "a\tb", "\u001b[31m",
    ];

    [Fact]
    public void Every_file_is_one_item_and_none_of_them_runs()
    {
        using var at = new Holding();
        var data = Directory.CreateDirectory(Path.Combine(at.Folder, "data")).FullName;
        foreach (var name in Names)
        {
            File.WriteAllText(Path.Combine(data, name), "");
        }

        at.Write("plan.yaml", """
            tasks:
              shell: { for-each: { file: "data/*" }, run: "ls -d -- ${{ item }} > /dev/null &&
                  printf '%s\\0' ${{ item }} >> seen" }
              quoted: { needs: [ shell ], for-each: { file: "data/*" },
                  run: "printf '%s\\0' \"${{ item }}\" >> quoted" }
              list: { needs: [ quoted ], for-each: { file: "data/*" }, run: [ /bin/ls, -d, --, "${{ item }}" ] }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(0);
        var expected = Names.Select(n => "data/" + n).Order(StringComparer.Ordinal).ToArray();
        foreach (var file in new[] { "seen", "quoted" })
        {
            Assert.Equal(expected, at.Read(file).Split('\0',
                StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        }

        Assert.Equal(3 * Names.Length, at.Count("r", "attempt_succeeded"));
        Assert.DoesNotContain('\u001b', ended.Out);
        Assert.Equal(
            [".holdfast", "data", "plan.yaml", "quoted", "seen"],
            Directory.GetFileSystemEntries(at.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Names.Length, Directory.GetFiles(data).Length);
    }

    [Fact]
    public async Task A_name_that_is_no_text_is_named_and_the_rest_of_the_run_goes_on()
    {
        using var at = new Holding();
        Assert.Equal(0, (await Around.Shell(at, "mkdir data; touch data/good \"data/$(printf '\\377').bin\"")).Code);
        at.Write("plan.yaml", """
            tasks:
              a: { for-each: { file: "data/*" }, run: "echo ${{ item }} >> seen" }
              b: { run: echo b >> seen }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(1);
        Assert.Contains("is not UTF-8; rename the file", ended.Out, StringComparison.Ordinal);
        Assert.Equal(["b"], at.Lines("seen"));
        Assert.Equal(0, (await Around.Shell(at, "rm data/*.bin")).Code);
        at.Run("retry", "r", "--failed").Is(0);
        Assert.Equal(["b", "data/good"], at.Lines("seen"));
    }

    [Fact]
    public void A_folder_and_a_plan_of_any_name_work()
    {
        using var at = new Holding();
        var folder = Directory.CreateDirectory(Path.Combine(at.Folder, "it's a \"dir\" 🚀\nof $(touch x)")).FullName;
        var plan = Path.Combine(folder, "pl an's.yaml");
        File.WriteAllText(plan, "tasks:\n  a: { run: 'pwd > here; test -d \"$HOLDFAST_ATTEMPT_DIR/..\"' }\n");
        at.Run("run", plan).Is(0);
        Assert.Equal(folder + "\n", File.ReadAllText(Path.Combine(folder, "here")));
        Assert.False(File.Exists(Path.Combine(at.Folder, "x")));
    }
}
