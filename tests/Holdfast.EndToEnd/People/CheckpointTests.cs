using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.People;

/// <summary>Checkpoints with real processes: completed by attempts and people, looked into, refused by rule.</summary>
public sealed class CheckpointTests
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll");

    private static readonly string Complete = $"dotnet '{Program}' checkpoint complete";

    [Fact]
    public void An_attempt_completes_its_own_and_breaks_no_rule()
    {
        using var at = new Holding();
        at.Write("plan.yaml", $$"""
            tasks:
              other: { checkpoints: [ theirs ], run: "true" }
              a:
                needs: []
                checkpoints: [ design, green ]
                run: |
                  try() { "$@" 2>> told; echo $? >> code; }
                  try {{Complete}} green --summary early
                  try {{Complete}} --summary designed
                  try {{Complete}} design --summary again
                  try {{Complete}} shipped --summary undeclared
                  try {{Complete}} theirs s other --summary foreign
                  try env HOLDFAST_TASK=other {{Complete}} theirs --summary disguised
                  try env -i PATH="$PATH" HOME="$HOME" {{Complete}} theirs s other --summary stripped
                  try {{Complete}} --summary ' '
                  try {{Complete}} green --summary 'it is green'
                  try {{Complete}} --summary more
                  dotnet '{{Program}}' checkpoint list > listed
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        Assert.Equal(["11", "0", "11", "11", "11", "11", "11", "2", "0", "11"], at.Lines("code"));
        var told = at.Read("told");
        foreach (var rule in new[] { "rule order", "rule once", "rule declared", "completes its own checkpoints only" })
        {
            Assert.Contains(rule, told, StringComparison.Ordinal);
        }

        Assert.Equal(2, at.Count("s", "checkpoint_completed"));
        Assert.Contains("\"by\":\"attempt 1\"", at.Journal("s"), StringComparison.Ordinal);
        Assert.Contains("it is green", at.Read("listed"), StringComparison.Ordinal);

        // The other task's own attempt has ended without its checkpoint: a person completes it.
        var waits = at.Run("status", "s").Is(0).Out;
        Assert.Contains("checkpoint complete theirs s other --summary TEXT", waits, StringComparison.Ordinal);
        at.Run("checkpoint", "complete", "s", "other", "--summary", "by hand").Is(0);
        at.Until(() => at.Count("s", "journal_closed") == 1, "the run to end");
        at.Run("status", "s", "--exit-code").Is(0);
    }

    [Fact]
    public void Lines_of_output_complete_them_in_their_turn_and_the_others_are_told_why_not()
    {
        using var at = new Holding();
        at.Write("agent.sh", """
            cat > prompt
            tell() { echo "HOLDFAST:checkpoint {\"id\":\"$1\",\"summary\":\"$2\"}"; }
            [ -e again ] && { tell c third; exit; }
            touch again
            tell b early; tell a first; tell x what; tell b second; tell a twice
            """);
        at.Write("plan.yaml", """
            runtimes: { me: { kind: agent, flavor: custom, run: [ sh, ./agent.sh ], checkpoint-lines: true } }
            tasks:
              work: { runtime: me, prompt: Do it., checkpoints: [ a, { id: b, verify: echo seen >> looked }, c ] }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        Assert.Equal(["seen"], at.Lines("looked"));
        var why = at.Run("why", "s", "work").Is(0).Out;
        Assert.Contains("checkpoint \"b\" completed by output: second", why, StringComparison.Ordinal);
        string[] refused =
        [
            "b: rule order: \"a\" comes before it", "x: rule declared: the task has no such checkpoint",
            "a: rule once: it is completed already",
        ];
        Assert.All(refused, each => Assert.Contains("checkpoint refused: " + each, why, StringComparison.Ordinal));
        at.Run("retry", "s", "work").Is(0);
        Assert.All(refused, each => Assert.Contains("- " + each, at.Read("prompt"), StringComparison.Ordinal));
        Assert.Equal(3, at.Count("s", "checkpoint_completed"));
    }

    [Fact]
    public void What_its_command_refuses_is_not_reached_whether_the_run_is_driven_or_not()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              a:
                checkpoints: [ { id: green, verify: "echo still red >&2; [ -e fixed ] || exit 3" } ]
                run: "until [ -e go ]; do sleep 0.02; done"
              b: { needs: [ a ], run: "echo b >> log" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Count("s", "attempt_started") == 1, "the attempt to start");
        const string Why = "rule verified: checkpoint \"green\" is not reached: its command ended with exit code 3: "
            + "still red";
        Assert.Contains(
            Why, at.Run("checkpoint", "complete", "green", "s", "a", "--summary", "x").Is(11).Error,
            StringComparison.Ordinal);
        at.Write("go", "");
        run.End().Is(9);
        Assert.Contains(
            Why, at.Run("checkpoint", "complete", "green", "s", "a", "--summary", "x").Is(11).Error,
            StringComparison.Ordinal);
        at.Write("fixed", "");
        at.Run("checkpoint", "complete", "green", "s", "a", "--summary", "fixed").Is(0);
        at.Until(() => at.Lines("log").Length == 1, "what it freed to run");
    }

    [Fact]
    public void A_command_of_a_checkpoint_ends_with_a_killed_person_who_asked_and_is_asked_again()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              a:
                checkpoints: [ { id: green, verify: "echo $$ >> asked; [ -e fixed ] || exec sleep 600" } ]
                run: "true"
              b: { needs: [ a ], run: "echo b >> log" }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        var asks = at.Start("checkpoint", "complete", "green", "s", "a", "--summary", "x");
        at.Until(() => at.Lines("asked").Length == 1, "the command to run");
        asks.Signal(Command.Kill);
        asks.End();
        var pid = at.Lines("asked")[0];
        at.Until(() => !Directory.Exists($"/proc/{pid}"), "the guard to end the command");
        Assert.Equal(0, at.Count("s", "checkpoint_completed"));
        at.Write("fixed", "");
        at.Run("checkpoint", "complete", "green", "s", "a", "--summary", "fixed").Is(0);
        at.Until(() => at.Lines("log").Length == 1, "what it freed to run");
        Assert.Equal(2, at.Lines("asked").Length);
    }

    [Fact]
    public void A_dead_attempt_and_one_of_another_run_complete_nothing()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { checkpoints: [ c ], run: \"true\" }\n");
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        at.Run("retry", "s", "a").Is(9);
        Assert.Contains(
            "rule current attempt", As("s", 1, "checkpoint", "complete", "--summary", "late").Error,
            StringComparison.Ordinal);
        Assert.Contains(
            "completes its own checkpoints only",
            As("t", 1, "checkpoint", "complete", "c", "s", "a", "--summary", "foreign").Error,
            StringComparison.Ordinal);
        Assert.Equal(0, at.Count("s", "checkpoint_completed"));

        Ended As(string run, int attempt, params string[] args) => at.Start(
            [
                ("HOLDFAST_RUN", run), ("HOLDFAST_TASK", "a"), ("HOLDFAST_ATTEMPT", $"{attempt}"),
                ("HOLDFAST_WORKSPACE", Path.Combine(at.Folder, ".holdfast")),
            ], args).End().Is(11);
    }

    [Fact]
    public void A_checkpoint_commits_the_work_tree_and_nothing_to_commit_is_fine()
    {
        using var at = new Holding();
        Git.Init(at);
        at.Write("plan.yaml", $$"""
            tasks:
              a:
                checkpoints: [ { id: one, commit: true }, { id: two, commit: true, verify: "true" } ]
                run: |
                  echo work > made && {{Complete}} --summary 'wrote it' && {{Complete}} --summary 'looked at it'
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Equal("checkpoint one: wrote it", Git.Run(at.Folder, "log", "-1", "--format=%s"));
        Assert.Contains(
            $"\"commit\":\"{Git.Run(at.Folder, "rev-parse", "HEAD")}\"", at.Journal("s"), StringComparison.Ordinal);
        Assert.Equal(1, at.Journal("s").Split("\"commit\":").Length - 1);
        Assert.Equal("", Git.Run(at.Folder, "status", "--porcelain"));
    }
}
