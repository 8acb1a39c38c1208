using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.People;

/// <summary>Work trees where their run is moved, forked or fanned out; git that is gone when a run goes on.</summary>
public sealed class WorkTreeMoveTests
{
    private const string Gated = """
        tasks:
          a: { worktree: true, run: "echo $HOLDFAST_RUN > a.txt" }
          gate: { needs: [ a ], run: "[ -e go ]", retry: none }
          m: { needs: [ a, gate ], merge: [ a ] }
        """;

    [Fact]
    public void Each_instance_of_a_fan_out_has_its_own_tree_and_a_merge_takes_them_all()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a:
                for-each: { items: [ x, "y z" ] }
                worktree: true
                run: "echo ${{ item }} > \"${{ item }}.txt\"; ls > \"$HOLDFAST_ATTEMPT_DIR/seen\""
              m: { needs: [ a ], merge: [ a ] }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Equal(["x", "y z"], [at.Read("x.txt").Trim(), at.Read("y z.txt").Trim()]);
        Assert.Equal(3, Git.Run(at.Folder, "worktree", "list").Split('\n').Length);
        Assert.Equal(
            2, Git.Run(at.Folder, "log", "--first-parent", "--format=%s").Split('\n')
                .Count(l => l.StartsWith("plan, task m: holdfast/s/", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_repository_that_was_moved_with_its_run_goes_on_where_it_was()
    {
        using var at = new Holding();
        var one = Directory.CreateDirectory(Path.Combine(at.Folder, "one")).FullName;
        var two = Path.Combine(at.Folder, "two");
        InitAt(one);
        File.WriteAllText(Path.Combine(one, "plan.yaml"), """
            tasks:
              a: { worktree: true, retry: none, run: "echo x >> out; [ $(wc -l < out) -ge 2 ]" }
              m: { needs: [ a ], merge: [ a ] }
            """);
        at.Run("run", "one/plan.yaml", "--id", "s").Is(1);
        Directory.Move(one, two);
        at.Run("retry", Path.Combine(two, ".holdfast", "runs", "s"), "a").Is(0);
        Assert.Equal("x\nx\n", File.ReadAllText(Path.Combine(two, "out")));
        Assert.False(Directory.Exists(one), "something was written where the run was before");
    }

    [Fact]
    public void A_fork_and_a_fork_of_it_merge_what_the_first_run_left_committed_or_not()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write(".git/info/exclude", "go\n");
        at.Write("plan.yaml", Gated);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        at.Run("fork", "s", "--from", "gate", "--id", "t").Is(1);
        at.Write("go", "");
        at.Run("fork", "t", "--from", "gate", "--id", "u").Is(0);
        Assert.Equal("s\n", at.Read("a.txt"));
        Assert.Equal("plan, task m: holdfast/s/a", Git.Run(at.Folder, "log", "-1", "--format=%s"));
    }

    [Fact]
    public void A_fork_merges_each_instance_of_a_fan_out_that_it_took_over()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write(".git/info/exclude", "go\n");
        at.Write("plan.yaml", Gated.Replace(
            "a: { worktree: true, run: \"echo $HOLDFAST_RUN > a.txt\" }",
            "a: { for-each: { items: [ x, y ] }, worktree: true, run: \"echo $HOLDFAST_RUN > ${{ item }}.txt\" }",
            StringComparison.Ordinal));
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        at.Write("go", "");
        at.Run("fork", "s", "--from", "gate", "--id", "t").Is(0);
        Assert.Equal("s\ns\n", at.Read("x.txt") + at.Read("y.txt"));
    }

    [Fact]
    public void Git_is_asked_again_before_a_run_goes_on_and_before_a_retry_is_ordered()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", Gated);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        Git.Run(at.Folder, "checkout", "-q", "--detach");
        var journal = at.Journal("s");
        Assert.Contains("is on no branch", at.Run("retry", "s", "gate").Is(2).Error, StringComparison.Ordinal);
        Assert.Equal(journal, at.Journal("s"));
        Git.Run(at.Folder, "switch", "-q", "main");
        at.Write("go", "");
        at.Run("retry", "s", "gate").Is(0);
    }

    [Fact]
    public void Git_is_asked_again_before_an_interrupted_run_goes_on()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write(".git/info/exclude", "go\nseen\n");
        at.Write("plan.yaml", Gated.Replace(
            "[ -e go ]", "echo x >> seen; until [ -e go ]; do sleep 0.02; done", StringComparison.Ordinal));
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("seen").Length == 1, "the gate to be reached");
        run.Signal(Command.Int);
        run.End().Is(3);
        Git.Run(at.Folder, "checkout", "-q", "--detach");
        at.Write("go", "");
        var refused = at.Run("resume", "s").Is(2);
        Assert.Contains("task \"m\" merges branches, and ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("is on no branch to merge into", refused.Error, StringComparison.Ordinal);
        Assert.Contains("nothing was started", refused.Error, StringComparison.Ordinal);
        Assert.Equal((1, 1), (at.Lines("seen").Length, at.Count("s", "driver_started")));
        Git.Run(at.Folder, "switch", "-q", "main");
        at.Run("resume", "s").Is(0);
        Assert.Equal("s\n", at.Read("a.txt"));
    }

    private static void InitAt(string folder)
    {
        Git.Run(folder, "init", "-q", "-b", "main");
        Git.Run(folder, "config", "user.name", "T");
        Git.Run(folder, "config", "user.email", "t@localhost");
        File.WriteAllText(Path.Combine(folder, "base"), "first\n");
        Git.Run(folder, "add", "base");
        Git.Run(folder, "commit", "-q", "-m", "first");
    }
}
