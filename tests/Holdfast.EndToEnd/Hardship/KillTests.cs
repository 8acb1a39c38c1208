using System.Globalization;
using System.Text;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>The driver killed without warning at moments that nobody chose.</summary>
public sealed class KillTests
{
    private const int Rounds = 10;

    /// <summary>How many storms; each has a seed of its own. A night of them is <c>HOLDFAST_STORMS=200</c>.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(
        1, int.TryParse(Environment.GetEnvironmentVariable("HOLDFAST_STORMS"), CultureInfo.InvariantCulture,
            out var n) ? n : 2)];

    [Theory]
    [MemberData(nameof(Seeds), DisableDiscoveryEnumeration = true)]
    public void Ten_kills_in_thirty_commands_repeat_nothing_and_lose_nothing(int seed)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan(out var tasks));
        var random = new Random(seed);
        var killed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            // From within the start of .NET to the middle of the run: no moment is special.
            var run = at.Start("run", "plan.yaml", "--id", "k");
            var until = TimeSpan.FromMilliseconds(random.Next(50, 700));
            var since = TimeProvider.System.GetTimestamp();
            at.Until(() => run.HasExited || TimeProvider.System.GetElapsedTime(since) >= until,
                "the moment of the kill");
            if (!run.HasExited)
            {
                run.Signal(Command.Kill);
                killed++;
            }

            var code = run.End().Code;
            Assert.Contains(code, new[] { 137, 1 });
        }

        var ended = at.Run("run", "plan.yaml", "--id", "k").Is(1);
        Assert.True(killed >= 5, $"only {killed} drivers lived long enough to be killed");
        var log = at.Lines("log");
        foreach (var task in tasks)
        {
            Assert.True(log.Count(l => l == $"start {task}") == 1,
                $"seed {seed}: {task} ran {log.Count(l => l == $"start {task}")} times");
            Assert.True(log.Count(l => l == $"end {task}") == 1, $"seed {seed}: {task} was cut off");
        }

        Assert.Equal(2 * tasks.Count, log.Length);
        Assert.Equal(tasks.Count - 3, at.Count("k", "attempt_succeeded"));
        Assert.Equal(3, at.Count("k", "attempt_failed"));
        Assert.Contains("\"exit_code\":7", at.Journal("k"), StringComparison.Ordinal);
        Assert.Contains($"{tasks.Count - 3} succeeded, 3 failed, 1 blocked", ended.Out, StringComparison.Ordinal);
        Assert.Equal(1, at.Count("k", "journal_closed"));
        at.Run("journal", "verify", "k").Is(0);
    }

    // SR1, PR5: nothing runs for ever because nobody drives it.
    [Fact]
    public void A_timeout_holds_without_a_driver_and_is_judged_as_one()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              slow: { timeout: 2s, retry: none, run: "echo $$ > pid; while :; do sleep 0.05; done" }
              deaf: { timeout: 2s, retry: none, run: "trap '' TERM; echo $$ > deaf.pid; while :; do sleep 0.05; done" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "k", "--max-parallel", "2");
        at.Until(() => at.Read("pid").Length > 0 && at.Read("deaf.pid").Length > 0, "the tasks to run");
        var since = TimeProvider.System.GetTimestamp();
        run.Signal(Command.Kill);
        run.End();
        Assert.True(Around.Lives(at.Read("pid")), "a killed driver must not end its attempts");
        at.Until(() => !Around.Lives(at.Read("pid")), "the guard to end the task at its limit");
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
        at.Until(() => !Around.Lives(at.Read("deaf.pid")), "the guard to end what ignores TERM after its grace");
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(25));
        var resumed = at.Run("resume", "k").Is(1);
        Assert.Contains("slow: timeout", resumed.Out, StringComparison.Ordinal);
        Assert.Contains("deaf: timeout", resumed.Out, StringComparison.Ordinal);
        Assert.Equal(2, at.Count("k", "attempt_started"));
    }

    private static string Plan(out List<string> tasks)
    {
        var plan = new StringBuilder("name: storm\nmax-parallel: 4\ntasks:\n");
        tasks = [];
        for (var i = 0; i < 22; i++)
        {
            var need = i < 4 ? "" : $"needs: [ t{i - 4} ], ";
            Add(plan, tasks, $"t{i}", $"{need}effect: {(i % 3 == 0 ? "once" : "repeatable")}", $"sleep 0.{i % 4}; ");
        }

        // They outlive two drivers each.
        Add(plan, tasks, "long1", "effect: once", "sleep 3; ");
        Add(plan, tasks, "long2", "effect: keyed", "sleep 2.5; ");
        Add(plan, tasks, "code", "retry: none", "", "; exit 7");
        Add(plan, tasks, "signal", "retry: none, effect: repeatable", "", "; kill -SEGV $$");
        Add(plan, tasks, "auth", "retry: none, needs: [ t2 ]", "", "; echo 401 Unauthorized >&2; exit 1");
        Add(plan, tasks, "lost-output", "needs: [ t1 ], outputs: [ made.txt ]", "echo x > made.txt; ");
        plan.Append("  behind: { needs: [ code ], run: echo never >> log }\n");
        plan.Append("  fan: { needs: [ t3 ], for-each: { items: [ x, y, z ] }, run: ")
            .Append("\"echo start fan-${{ item }} >> log; echo end fan-${{ item }} >> log\" }\n");
        tasks.AddRange(["fan-x", "fan-y", "fan-z"]);
        return plan.ToString();
    }

    private static void Add(StringBuilder plan, List<string> tasks, string name, string keys, string before,
        string after = "")
    {
        tasks.Add(name);
        plan.Append(CultureInfo.InvariantCulture, $"  {name}: {{ {keys}, ")
            .Append(CultureInfo.InvariantCulture, $"run: \"echo start {name} >> log; {before}")
            .Append(CultureInfo.InvariantCulture, $"echo end {name} >> log{after}\" }}\n");
    }
}
