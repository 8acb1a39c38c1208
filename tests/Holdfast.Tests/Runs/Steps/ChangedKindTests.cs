using Holdfast.Runs;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>A name that is something else after its program changed: a step, a timer, a signal, an approval.</summary>
public sealed class ChangedKindTests
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["step"] = "a step that works",
        ["timer"] = "a timer",
        ["signal"] = "a wait for a signal",
        ["approval"] = "an approval",
    };

    private readonly StepBench _bench = new();

    public static TheoryData<string, string> Changes() =>
        [.. from was in Words.Keys from now in Words.Keys where was != now select (was, now)];

    /// <summary>Above all, no person has approved where a step or a timer of that name has ended.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public void What_ended_as_another_kind_is_not_told(string was, string now)
    {
        End(was, "r");
        var error = Assert.Throws<StepMismatchException>(() => _bench.Run(run => Ask(run, now)));
        Assert.Contains(was == "signal" ? "a signal \"k\" was sent" : $"was {Words[was]} when it ended", error.Message);
        Assert.Contains($"program asks for {Words[now]} ", error.Message);
    }

    [Fact]
    public void A_program_that_passes_over_it_starts_nothing_new()
    {
        End("timer", "r");
        Assert.Throws<StepMismatchException>(() => _bench.Run(async run =>
        {
            await Assert.ThrowsAsync<StepMismatchException>(() => Ask(run, "approval"));
            await run.StepAsync("new", _bench.Does("new", 0));
        }));
        Assert.DoesNotContain("new", _bench.Log);
    }

    /// <summary>What is under way or waits gives way to what is asked for now, and no journal is spoiled.</summary>
    [Theory]
    [MemberData(nameof(Changes))]
    public void What_has_not_ended_becomes_what_the_program_asks_for_now(string was, string now)
    {
        _bench.DriveUntil(() => Asked("r") > 0, run => was == "step"
            ? run.StepAsync("k", _bench.Hangs("k")) : Ask(run, was));
        _bench.Kill();
        var before = Asked("r");
        var run = _bench.StartUntil(() => Asked("r") > before, async run =>
        {
            await Ask(run, now);
            throw new InvalidOperationException("between two starts");
        });
        Answer(now, "r");
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        Assert.Throws<InvalidOperationException>(() => _bench.Thread.Run(() => run));
        _bench.Kill();
        _bench.Run(run => Ask(run, now));
        Assert.Equal(before + 1, Asked("r"));
    }

    [Fact]
    public void A_signal_answers_no_approval()
    {
        _bench.DriveUntil(() => Asked("r") > 0, run => Ask(run, "approval"));
        var error = Assert.Throws<InvalidOperationException>(() => Answer("signal", "r"));
        Assert.Contains("\"k\" is an approval, which takes no signal; `holdfast approve`", error.Message);
    }

    [Fact]
    public void A_fork_takes_each_kind_over_as_it_ended()
    {
        foreach (var kind in Words.Keys)
        {
            End(kind, "of-" + kind);
            _bench.Fork("of-" + kind, "new-" + kind, from: "last");
            _bench.Log.Clear();
            _bench.Run(run => Ask(run, kind), "new-" + kind);
            Assert.Empty(_bench.Log);
        }
    }

    private void End(string kind, string id)
    {
        _bench.DriveUntil(() => Asked(id) > 0, async run =>
        {
            await Ask(run, kind);
            await run.StepAsync("last", _bench.Hangs("last " + id));
        }, id);
        Answer(kind, id);
        Assert.True(_bench.Thread.RunUntil(() => _bench.Events(id).Contains("attempt_started last")));
        _bench.Kill();
    }

    private void Answer(string kind, string id) => _bench.Thread.Run(() => kind switch
    {
        "signal" => _bench.Workspace.SignalAsync(id, "k", 7),
        "approval" => _bench.Workspace.ApproveAsync(id, "k"),
        _ => Task.CompletedTask,
    });

    private int Asked(string id) => _bench.Events(id).Count(e => e is "task_waiting k" or "attempt_started k");

    private Task Ask(DurableRun run, string kind) => kind switch
    {
        "step" => run.StepAsync("k", _ =>
        {
            _bench.Log.Add("k");
            return Task.CompletedTask;
        }),
        "timer" => run.SleepAsync("k", TimeSpan.FromHours(1)),
        "signal" => run.WaitForAsync<int>("k"),
        _ => run.WaitForApprovalAsync("k"),
    };
}
