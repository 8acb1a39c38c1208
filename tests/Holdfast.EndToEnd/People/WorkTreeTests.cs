using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.People;

/// <summary>Work trees of tasks and merges of their branches, with real git.</summary>
public sealed class WorkTreeTests
{
    private const string Two = """
        tasks:
          a: { worktree: true, run: "echo a > a.txt; pwd > \"$HOLDFAST_ATTEMPT_DIR/at\"" }
          b:
            worktree: true
            run: echo b > b.txt && git add b.txt && git -c user.name=T -c user.email=t@localhost commit -q -m b
          m: { needs: [ a, b ], merge: [ a, b ] }
          after: { needs: [ m ], run: "cat a.txt b.txt >> log" }
        """;

    [Fact]
    public void Each_task_has_its_own_tree_and_branch_and_they_are_merged_in_order()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", Two);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Equal(["a", "b"], at.Lines("log"));
        Assert.Equal(
            ["holdfast/s/a", "holdfast/s/b", "main"],
            Git.Run(at.Folder, "branch", "--format=%(refname:short)").Split('\n'));
        Assert.Equal(
            ["plan, task m: holdfast/s/b", "plan, task m: holdfast/s/a", "first"],
            Git.Run(at.Folder, "log", "--first-parent", "--format=%s").Split('\n'));
        Assert.Equal("main", Git.Run(at.Folder, "branch", "--show-current"));
    }

    [Fact]
    public void A_conflict_is_undone_and_the_branches_are_kept()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a: { worktree: true, run: "echo a > base" }
              b: { worktree: true, run: "echo b > base" }
              m: { needs: [ a, b ], merge: [ a, b ], retry: none }
            """);
        var red = at.Run("run", "plan.yaml", "--id", "s").Is(1);
        Assert.Contains("merge_conflict", red.Out, StringComparison.Ordinal);
        Assert.Contains(
            "merge conflict: holdfast/s/b was not merged into main, they differ in base (undone; merged before it, and "
                + "kept: holdfast/s/a); merge it by hand (git merge holdfast/s/b) and retry",
            at.Run("logs", "s", "m").Is(0).Out, StringComparison.Ordinal);
        Assert.Equal("", Git.Run(at.Folder, "status", "--porcelain"));
        Assert.Equal("a\n", at.Read("base"));
        Assert.False(File.Exists(Path.Combine(at.Folder, ".git", "MERGE_HEAD")));

        // A person resolves it; what is merged already is skipped by the retry.
        Assert.NotEqual("", Git.Run(at.Folder, "rev-parse", "holdfast/s/b"));
        Git.Run(at.Folder, "merge", "-q", "-X", "ours", "-m", "by hand", "holdfast/s/b");
        at.Run("retry", "s", "m").Is(0);
        Assert.Equal("by hand", Git.Run(at.Folder, "log", "-1", "--format=%s"));
    }

    [Fact]
    public void A_merge_that_a_crash_left_half_done_is_undone_and_done_again()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a: { worktree: true, run: "echo a > a.txt" }
              gate: { needs: [ a ], run: "[ -e go ]", retry: none }
              m: { needs: [ a, gate ], merge: [ a ] }
            """);
        at.Write(".git/info/exclude", "go\n");
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var tree = Assert.Single(Directory.GetDirectories(Path.Combine(at.Folder, ".holdfast/runs/s/trees")));
        Git.Run(tree, "add", "-A");
        Git.Run(tree, "commit", "-q", "-m", "a");
        Git.Run(at.Folder, "merge", "-q", "--no-ff", "--no-commit", "holdfast/s/a");
        Assert.True(File.Exists(Path.Combine(at.Folder, ".git", "MERGE_HEAD")));
        at.Write("go", "");
        at.Run("retry", "s", "--failed").Is(0);
        Assert.Equal("plan, task m: holdfast/s/a", Git.Run(at.Folder, "log", "-1", "--format=%s"));
        Assert.Equal("", Git.Run(at.Folder, "status", "--porcelain"));
    }

    [Fact]
    public void A_failed_task_keeps_its_tree_and_a_retry_goes_on_in_it()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a: { worktree: true, outputs: [ out ], retry: none, run: "echo x >> out; [ $(wc -l < out) -ge 2 ]" }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        at.Run("retry", "s", "a").Is(0);
        var tree = Assert.Single(Directory.GetDirectories(Path.Combine(at.Folder, ".holdfast/runs/s/trees")));
        Assert.Equal("x\nx\n", File.ReadAllText(Path.Combine(tree, "out")));
        Assert.False(File.Exists(Path.Combine(at.Folder, "out")), "the output belongs into the work tree");
    }

    [Fact]
    public void Without_git_a_commit_or_a_branch_nothing_runs()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { worktree: true, run: \"echo a >> log\" }\n");
        Refused("is in no git work tree");
        Git.Run(at.Folder, "init", "-q", "-b", "main");
        Refused("has no commit yet");
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a: { worktree: true, run: "echo a >> log" }
              m: { needs: [ a ], merge: [ a ] }
            """);
        Git.Run(at.Folder, "checkout", "-q", "--detach");
        Refused("is on no branch");
        Git.Run(at.Folder, "switch", "-q", "main");
        at.Write("base", "changed\n");
        var run = at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Contains("has uncommitted changes", run.Error, StringComparison.Ordinal);
        Assert.Equal("changed\n", at.Read("base"));

        void Refused(string why)
        {
            Assert.Contains(why, at.Run("run", "plan.yaml").Is(2).Error, StringComparison.Ordinal);
            Assert.Empty(at.Lines("log"));
        }
    }

    [Fact]
    public void A_branch_that_is_gone_fails_the_merge_by_name()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a: { worktree: true, run: "git switch -q --detach && git branch -q -D holdfast/s/a" }
              m: { needs: [ a ], merge: [ a ], retry: none }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        Assert.Contains(
            "the branch holdfast/s/a is missing", at.Run("logs", "s", "m").Is(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_task_committed_to_a_branch_of_its_own_is_merged_and_a_foreign_branch_is_named()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a:
                worktree: true
                run: >-
                  git switch -q -c feature/a && echo a > a.txt && git add a.txt &&
                  git -c user.name=T -c user.email=t@localhost commit -q -m work && echo more > more.txt
              b: { worktree: true, run: "git switch -q --orphan other && echo b > b.txt" }
              m: { needs: [ a ], merge: [ a ] }
              n: { needs: [ b, m ], merge: [ b ], retry: none }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        Assert.Equal(("a\n", "more\n"), (at.Read("a.txt"), at.Read("more.txt")));
        Assert.Contains(
            "trees/b-3e23e8160039 is on other, which does not go on from its own branch holdfast/s/b",
            at.Run("logs", "s", "n").Is(0).Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(at.Folder, "b.txt")));
    }

    [Fact]
    public void Prune_takes_the_trees_along_and_keeps_branches_that_are_not_merged()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", """
            tasks:
              a: { worktree: true, run: "echo a > a.txt" }
              b:
                worktree: true
                run: echo b > b.txt && git add -A && git -c user.name=T -c user.email=t@localhost commit -q -m b
              m: { needs: [ a ], merge: [ a ] }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Equal(3, Git.Run(at.Folder, "worktree", "list").Split('\n').Length);
        at.Run("prune", "--keep", "0s").Is(0);
        Assert.Single(Git.Run(at.Folder, "worktree", "list").Split('\n'));
        Assert.Equal(
            ["holdfast/s/b", "main"], Git.Run(at.Folder, "branch", "--format=%(refname:short)").Split('\n'));
    }
}
