using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.People;

/// <summary>What an agent is told of its checkpoints, and that it works where it is told.</summary>
public sealed class AgentPromptTests
{
    [Fact]
    public void The_command_in_the_prompt_works_in_a_shell_that_sets_PATH_anew_and_a_failed_check_is_told_next_time()
    {
        using var at = new Holding();
        at.Write("agent.sh", """
            cat > prompt.$HOLDFAST_ATTEMPT
            command=$(sed -n 's/.*with the command: \(.*\) checkpoint complete.*/\1/p' prompt.$HOLDFAST_ATTEMPT)
            echo "$HOLDFAST_COMMAND" > named
            if PATH=/usr/bin:/bin sh -c "$command checkpoint complete green --summary done"; then exit 0; fi
            touch fixed
            echo '{"type":"text","session_id":"S-1","text":"half done"}'
            echo 'connect: Connection refused' >&2
            exit 1
            """);
        at.Write("plan.yaml", """
            runtimes: { me: { kind: agent, flavor: custom, run: [ sh, ./agent.sh ] } }
            tasks:
              work:
                runtime: me
                prompt: Do it.
                checkpoints: [ { id: green, verify: "[ -e fixed ] || { echo still red >&2; exit 3; }" } ]
                retry: { connection: { retries: 1, base: 10ms } }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.DoesNotContain("still red", at.Read("prompt.1"), StringComparison.Ordinal);
        var second = at.Read("prompt.2");
        Assert.Contains("Checkpoints that were told and do not count:", second, StringComparison.Ordinal);
        Assert.Contains("green: its command ended with exit code 3: still red", second, StringComparison.Ordinal);
        // The session that a program of one's own named is told, but nobody knows how to go on with it.
        Assert.Contains("session S-1", at.Run("explain", "s", "work").Is(0).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("same session", second, StringComparison.Ordinal);
        Assert.Equal(1, at.Count("s", "checkpoint_completed"));
        var command = Path.Combine(at.Folder, ".holdfast", "runs", "s", "bin", "holdfast");
        Assert.Equal(command, at.Read("named").Trim());
        Assert.Contains($"{command} checkpoint complete ID", second, StringComparison.Ordinal);
    }
}
