using System.Text.Json;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.People;

/// <summary>Approvals with real processes: with a driver, without one, and never by an attempt.</summary>
public sealed class ApprovalTests
{
    private const string Ship = """
        tasks:
          ok: { approval: { by: [ release ], message: "Ship ${{ run.name }}?" } }
          ship: { needs: [ ok ], run: "echo shipped >> log" }

        """;

    [Fact]
    public void An_approval_starts_the_driver_that_left_for_it()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Ship);
        var waits = at.Run("run", "plan.yaml", "--id", "s").Is(9);
        Assert.Contains("holdfast approve s ok", waits.Out, StringComparison.Ordinal);
        Assert.Contains("waits for you: ok: a person has to approve (release): Ship plan?", waits.Out,
            StringComparison.Ordinal);
        Assert.DoesNotContain("holdfast resume", waits.Out, StringComparison.Ordinal);
        Assert.Contains("(release): Ship plan?", at.Run("status", "s").Is(0).Out, StringComparison.Ordinal);
        Assert.Contains("approve s ok", at.Run().Is(0).Out, StringComparison.Ordinal);
        Assert.Contains("approve s ok", at.Run("why", "s").Is(0).Out, StringComparison.Ordinal);
        Assert.DoesNotMatch("effect|Retries", at.Run("explain", "s", "ok").Is(0).Out);

        at.Run("approve", "s", "ok", "--comment", "looked at it").Is(0);
        at.Until(() => at.Count("s", "journal_closed") == 1, "the run to end");
        Assert.Equal(["shipped"], at.Lines("log"));
        Assert.Contains("\"comment\":\"looked at it\"", at.Journal("s"), StringComparison.Ordinal);
        at.Run("approve", "s", "ok").Is(11);
    }

    [Fact]
    public void A_denial_fails_the_task_and_only_recorded_starts_nothing()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Ship);
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        var told = at.Run("deny", "s", "ok", "--no-resume", "--json").Is(0);
        using var result = JsonDocument.Parse(told.Out);
        Assert.Equal("deny", result.RootElement.GetProperty("data").GetProperty("command").GetString());
        Assert.Equal(1, at.Count("s", "driver_started"));
        at.Run("resume", "s").Is(1);
        Assert.Empty(at.Lines("log"));
    }

    [Fact]
    public void A_driven_run_takes_the_approval_through_its_inbox()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Ship + "  long: { run: \"until [ -e log ]; do sleep 0.02; done\" }\n");
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Count("s", "task_waiting") == 1, "the approval to be asked for");
        at.Run("approve", "s", "ok").Is(0);
        run.End().Is(0);
        Assert.Equal(1, at.Count("s", "driver_started"));
    }

    [Fact]
    public void An_attempt_decides_about_nothing_whatever_it_does_to_its_environment()
    {
        using var at = new Holding();
        var program = Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll");
        at.Write("plan.yaml", Ship + $$"""
              sly:
                run: |
                  for c in 'approve s ok' 'deny s ok' 'resolve s ok --done' 'retry s ok' 'cancel s' \
                      'unpause s' 'breakers reset x'; do
                    dotnet '{{program}}' $c 2>> told; echo $? >> code
                    env -i PATH="$PATH" HOME="$HOME" dotnet '{{program}}' $c 2>> told; echo $? >> code
                  done
                  for c in prune 'fork s --from ok' 'journal repair s' 'run plan.yaml --id s --rerun-changed'; do
                    dotnet '{{program}}' $c 2>> told; echo $? >> code
                  done
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        Assert.Equal(Enumerable.Repeat("11", 18), at.Lines("code"));
        Assert.All(at.Lines("told"), line => Assert.Contains("an attempt cannot ", line, StringComparison.Ordinal));
        Assert.Equal(0, at.Count("s", "approval_decided"));
    }

    [Fact]
    public void What_waits_for_nobody_is_refused_by_name()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Ship);
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        Assert.Contains("is no approval", at.Run("approve", "s", "ship").Is(11).Error, StringComparison.Ordinal);
        at.Run("approve", "s", "nobody").Is(10);
        at.Run("approve", "t", "ok").Is(10);
        Assert.Contains(
            "4000 are the most", at.Run("approve", "s", "ok", "--comment", new string('x', 4_001)).Is(2).Error,
            StringComparison.Ordinal);
    }
}
