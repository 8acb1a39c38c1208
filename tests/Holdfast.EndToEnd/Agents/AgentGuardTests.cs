using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Agents;

/// <summary>What an agent may do does not change when its driver is killed.</summary>
public sealed class AgentGuardTests
{
    [Fact]
    public void One_that_says_nothing_new_is_ended_although_it_prints_all_the_time()
    {
        using var at = new Holding();
        at.Write("agent.sh", """
            cat >/dev/null; echo $$ > pid
            while :; do i=$((i + 1)); echo "retry $i: HTTP 503 Service Unavailable" >&2; sleep 0.1; done
            """);
        at.Write("plan.yaml", Plan("no-progress: 3s", ""));
        Orphan(at);
        at.Until(() => !Lives(at), "the guard to end it");
        at.Run("resume", "s").Is(1);
        Assert.Contains("\"ended_by\":\"no_progress\"", at.Journal("s"), StringComparison.Ordinal);
        Assert.Contains("\"class\":\"unavailable\"", at.Journal("s"), StringComparison.Ordinal);
        Assert.Equal(1, at.Count("s", "attempt_started"));
    }

    [Fact]
    public void One_that_uses_more_than_it_may_is_ended()
    {
        using var at = new Holding();
        at.Write("agent.sh", """
            cat >/dev/null; echo $$ > pid
            until [ -e go ]; do sleep 0.05; done
            echo '{"type":"step_finish","part":{"reason":"tool-calls","cost":7.5,"tokens":{"input":1,"output":1}}}'
            while :; do sleep 0.05; done
            """);
        at.Write("plan.yaml", Plan("no-progress: 5m", ", limits: { cost: 5 USD }"));
        Orphan(at);
        at.Write("go", "");
        at.Until(() => !Lives(at), "the guard to end it");
        at.Run("resume", "s", "--no-wait");
        Assert.Contains("\"ended_by\":\"usage_limit\"", at.Journal("s"), StringComparison.Ordinal);
        Assert.Contains("\"class\":\"incomplete\"", at.Journal("s"), StringComparison.Ordinal);
        Assert.Contains("7.5", at.Journal("s"), StringComparison.Ordinal);
    }

    [Fact]
    public void PR3_one_that_never_says_its_version_is_started_all_the_same()
    {
        using var at = new Holding();
        at.Write("opencode", """
            #!/bin/sh
            echo "$*" >> calls
            [ "$1" != --version ] || exec sleep 600
            cat >/dev/null
            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path.Combine(at.Folder, "opencode"), (UnixFileMode)0b111_101_101);
        }

        at.Write("plan.yaml", """
            runtimes: { me: { kind: agent, flavor: opencode, program: ./opencode } }
            tasks: { work: { runtime: me, prompt: Do it. } }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Equal(["--version", "run --format json --print-logs"], at.Lines("calls"));
    }

    private static string Plan(string keys, string runtime) => $$"""
        runtimes: { me: { kind: agent, flavor: custom, run: [ sh, ./agent.sh ]{{runtime}} } }
        tasks:
          work: { runtime: me, prompt: Do it., retry: none, {{keys}} }
        """;

    private static void Orphan(Holding at)
    {
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("pid").Length == 1, "the agent to run");
        run.Signal(Command.Kill);
        run.End();
        Assert.True(Lives(at), "the agent ended with its driver");
    }

    private static bool Lives(Holding at) => Directory.Exists($"/proc/{at.Lines("pid")[0]}");
}
