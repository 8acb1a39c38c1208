using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>A workspace that several runs, users or machines have in common.</summary>
public sealed class SharedTests
{
    private const string Plan = "tasks:\n  a: { run: echo a >> log }\n";

    private static string Waits(string name) => $$"""
        name: {{name}}
        tasks:
          long: { run: "echo {{name}} >> log; until [ -e go ]; do sleep 0.02; done; echo {{name}} >> log" }
        """;

    [Fact]
    public void Two_plans_in_one_workspace_at_once_are_two_runs()
    {
        using var at = new Holding();
        at.Write("one.yaml", Waits("one"));
        at.Write("two.yaml", Waits("two"));
        var both = new[] { at.Start("run", "one.yaml", "--id", "one"), at.Start("run", "two.yaml", "--id", "two") };
        at.Until(() => at.Lines("log").Length == 2 || both.Any(c => c.HasExited), "both to run at once");
        at.Write("go", "");
        Assert.All(both, c => c.End().Is(0));
        Assert.Equal(["one", "one", "two", "two"], at.Lines("log").Order(StringComparer.Ordinal));
        at.Run("journal", "verify", "one").Is(0);
        at.Run("journal", "verify", "two").Is(0);
    }

    // The same disk under two machines: other names, other starts, other process numbers, and one lock.
    [Fact]
    public async Task A_second_machine_is_refused_while_the_first_drives_and_then_takes_up_what_lives()
    {
        Around.NeedsRoot("another machine");
        Around.Needs("unshare");
        using var at = new Holding();
        at.Write("plan.yaml", Waits("one"));
        at.Write("boot", "00000000-1111-2222-3333-444444444444\n");
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        var other = "exec unshare -m -u -p -f --mount-proc sh -c \"hostname elsewhere && mount --bind boot "
            + "/proc/sys/kernel/random/boot_id && " + Around.Line("resume s") + "; exit \\$?\"";
        var refused = (await Around.Shell(at, other)).Is(11);
        Assert.Matches($"process {run.Pid} on .* since 20..-..-..T", refused.Error);
        Assert.Contains("end that process to take over", refused.Error, StringComparison.Ordinal);
        run.Signal(Command.Kill);
        run.End();
        var resumed = Around.Shell(at, other);
        at.Until(() => at.Count("s", "attempt_adopted") == 1 || resumed.IsCompleted, "the attempt to be taken up");
        at.Write("go", "");
        (await resumed).Is(0);
        Assert.Contains("\"host\":\"elsewhere\"", at.Journal("s"), StringComparison.Ordinal);
        Assert.Equal(["one", "one"], at.Lines("log"));
    }

    // A workspace is its owner's alone (0700); whoever else comes is told which file, and changes nothing.
    [Fact]
    public async Task Another_users_workspace_and_plan_are_named_and_left_alone()
    {
        using var at = new Holding();
        var nobody = await Around.AsNobody(at);
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "r").Is(0);
        var before = at.Journal("r");
        foreach (var command in new[]
        {
            "run plan.yaml", "resume r", "status r", "list", "cancel r", "logs r a", "prune",
        })
        {
            var ended = (await Around.Shell(at, "exec " + nobody + Around.Line(command))).Is(8);
            Assert.Contains($"{at.Folder}/.holdfast/workspace.json failed: Permission denied", ended.Error,
                StringComparison.Ordinal);
            Assert.Contains("give this user", ended.Error, StringComparison.Ordinal);
        }

        // Nor can a workspace be made where this user may not write; a plan that may not be read is a bad plan.
        const string Run = "run theirs/plan.yaml --workspace theirs/.holdfast";
        (await Around.Shell(at, "mkdir theirs && cp plan.yaml theirs && chmod 755 theirs")).Is(0);
        var unwritable = (await Around.Shell(at, "exec " + nobody + Around.Line(Run))).Is(8);
        Assert.Contains($"mkdir of {at.Folder}/theirs/.holdfast failed: Permission denied", unwritable.Error,
            StringComparison.Ordinal);
        Assert.Contains("name another with --workspace", unwritable.Error, StringComparison.Ordinal);
        (await Around.Shell(at, "chmod 600 theirs/plan.yaml")).Is(0);
        var unreadable = (await Around.Shell(at, "exec " + nobody + Around.Line(Run))).Is(2);
        Assert.Contains("theirs/plan.yaml: the plan cannot be read", unreadable.Error, StringComparison.Ordinal);
        Assert.Contains("permission is missing", unreadable.Error, StringComparison.Ordinal);
        Assert.Equal(before, at.Journal("r"));
        Assert.Single(at.Lines("log"));
    }
}
