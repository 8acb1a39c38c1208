using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>Which runtime takes the next attempt, when one that is out is tried again, and what throttles do.</summary>
public sealed class RouteTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);
    private static readonly RuntimeChoice Primary = new("opencode", "glm");
    private static readonly RuntimeChoice Second = new("codex", "gpt");
    private static readonly RuntimeChoice Third = new("plain");

    private long _seq;

    private static TaskSpec On(string name, params RuntimeChoice[] runtimes) => new(name) { Runtimes = runtimes };

    private RunState Apply(RunState state, params RunEvent[] events)
    {
        foreach (var e in events)
        {
            state.Apply(e.At == default ? e with { At = At } : e, ++_seq);
        }

        return state;
    }

    private static AttemptStarted Started(string task, RuntimeChoice on, int attempt = 1) =>
        new AttemptStarted(on.Name) { Task = task, Attempt = attempt, Target = on.Target };

    private static RunEvent[] Failed(
        string task, FailureClass kind, int attempt = 1, ToldDelay? told = null, RecoveryDecision? then = null) =>
    [
        new AttemptFailed(new Outcome { ExitCode = 1 }) { Task = task, Attempt = attempt },
        new RuntimeErrorClassified(RunBench.Failed(kind, told: told).Failure!) { Task = task, Attempt = attempt },
        new RuntimeRecoveryScheduled(then ?? Then(RecoveryStrategy.FallBack, kind)) { Task = task, Attempt = attempt },
    ];

    private static RecoveryDecision Then(RecoveryStrategy strategy, FailureClass kind) => new()
    {
        Strategy = strategy, Class = kind, Reason = "x", Until = At,
    };

    private static TargetBlocked Blocked(string target, double minutes, BlockCause cause, string? why = null) =>
        new(target, At.AddMinutes(minutes), cause) { Detail = why };

    private static (string?, string?, string?) Route(RunState state, double minutes)
    {
        state.Advance(At.AddMinutes(minutes));
        return state.BestReady()?.Route is { } route ? (route.Choice.Name, route.InsteadOf, route.Because) : default;
    }

    [Fact]
    public void A_short_throttle_is_sat_through_and_a_longer_one_is_fled_from()
    {
        var state = Apply(new RunState(Plans.Of(On("a", Primary, Second))), Blocked("glm", 31, BlockCause.Throttle));
        Assert.Equal(("codex", "opencode", "glm is blocked (throttle)"), Route(state, 0.9));
        Assert.Equal(default, Route(state, 1));
        Assert.True(state.HasBlockedReady);
        Assert.Equal(("opencode", null, null), Route(state, 31));
    }

    [Fact]
    public void An_open_breaker_is_fled_from_at_once_and_the_first_reason_is_told()
    {
        var state = Apply(
            new RunState(Plans.Of(On("a", Primary, Second, Third))), Blocked("glm", 1, BlockCause.Breaker),
            Blocked("gpt", 2, BlockCause.Breaker, "the breaker of gpt is open"));
        Assert.Equal(("plain", "opencode", "glm is blocked (breaker)"), Route(state, 0));
        Apply(state, Blocked("glm", 1.5, BlockCause.Breaker, "the breaker of glm is open"));
        Assert.Equal(("plain", "opencode", "the breaker of glm is open"), Route(state, 1));
        Assert.Equal(("opencode", null, null), Route(state, 1.5));
    }

    [Fact]
    public void Where_every_target_is_blocked_the_preferred_one_says_why_and_the_first_free_one_when()
    {
        var state = Apply(
            new RunState(Plans.Of(On("a", Primary, Second))), Blocked("glm", 9, BlockCause.Breaker),
            Blocked("gpt", 4, BlockCause.Breaker, "the breaker of gpt is open"));
        Assert.Equal(default, Route(state, 0));
        Assert.Equal("task \"a\" waits: glm is blocked (breaker)", state.WhyBlocked);
        Assert.Equal(At.AddMinutes(4), state.NextRouteAt);
        Assert.Equal(("codex", "opencode", "glm is blocked (breaker)"), Route(state, 4));
        Assert.Equal(At.AddMinutes(9), state.NextRouteAt);
        Route(state, 9);
        Assert.Null(state.NextRouteAt);
        Assert.Null(state.WhyBlocked);
    }

    [Fact]
    public void Of_a_run_that_is_paused_or_over_nobody_asks_why_it_is_blocked()
    {
        var state = Apply(new RunState(Plans.Of(On("a", Primary))), Blocked("glm", 9, BlockCause.Breaker));
        Assert.NotNull(state.WhyBlockedAt(At));
        Apply(state, new RunPaused("me"));
        Assert.Null(state.WhyBlockedAt(At));
        Apply(state, new RunUnpaused("me"), new RunEnded(RunStatus.Failed, 1, "no"));
        Assert.Null(state.WhyBlockedAt(At));
    }

    [Fact]
    public void A_runtime_that_was_left_is_tried_again_after_five_minutes_by_one_attempt()
    {
        var state = new RunState(Plans.Of(On("a", Primary, Second), On("b", Primary, Second)));
        Apply(state, [Started("a", Primary), .. Failed("a", FailureClass.Auth)]);
        Assert.Equal(new RuntimeOutage(FailureClass.Auth, 0, At.AddMinutes(5), null), state.Outages["opencode"]);
        Assert.Equal(("codex", "opencode", "opencode is out (auth)"), Route(state, 4.9));
        Assert.Equal(At.AddMinutes(5), state.NextRouteAt);
        Assert.Equal(("opencode", null, null), Route(state, 5));
        Apply(state, Started("b", Primary));
        Assert.Equal("b", state.Outages["opencode"].ProbeBy);
        Assert.Equal(("codex", "opencode", "opencode is out (auth)"), Route(state, 5));
    }

    [Theory]
    [InlineData(FailureClass.TestFailure, true)]
    [InlineData(FailureClass.Connection, false)]
    public void A_failure_of_the_work_is_an_answer_of_the_runtime_and_a_lost_connection_is_none(
        FailureClass kind, bool isOver)
    {
        var state = new RunState(Plans.Of(On("a", Primary, Second), On("b", Primary, Second)));
        Apply(state, [Started("a", Primary), .. Failed("a", FailureClass.Auth), Started("b", Primary)]);
        Apply(state, [.. Failed("b", kind, then: Then(RecoveryStrategy.Wait, kind))[..2]]);
        Assert.Equal(
            isOver ? null : new RuntimeOutage(FailureClass.Auth, 1, At.AddMinutes(10), null),
            state.Outages.GetValueOrDefault("opencode"));
    }

    [Fact]
    public void The_success_of_a_probe_ends_the_outage_and_that_of_another_attempt_does_not()
    {
        var state = new RunState(
            Plans.Of(On("a", Primary, Second), On("b", Primary, Second), On("c", Primary, Second)));
        Apply(state, [Started("c", Primary), Started("a", Primary), .. Failed("a", FailureClass.Auth)]);
        var well = new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Attempt = 1 };
        Apply(state, well with { Task = "c" });
        Assert.Single(state.Outages);
        Apply(state, Started("b", Primary), new AttemptWithdrawn("x") { Task = "b", Attempt = 1 });
        Assert.Null(state.Outages["opencode"].ProbeBy);
        Apply(state, Started("b", Primary), well with { Task = "b" });
        Assert.Empty(state.Outages);
    }

    [Fact]
    public void A_probe_that_fails_likewise_puts_the_next_one_off_and_a_told_wait_still_further()
    {
        var state = new RunState(Plans.Of(On("a", Primary, Second), On("b", Primary, Second)));
        Apply(state, [Started("a", Primary), .. Failed("a", FailureClass.Auth), Started("b", Primary)]);
        Apply(state, Failed("b", FailureClass.QuotaExhausted, told: new ToldDelay(TimeSpan.FromHours(3), null)));
        Assert.Equal(
            new RuntimeOutage(FailureClass.QuotaExhausted, 1, At.AddHours(3), null), state.Outages["opencode"]);

        // Told by the other side: a driver that takes over on a clock that was set back does not shorten it.
        Apply(state, new DriverStarted(1, "", "here", 4, true) { At = At.AddDays(-1) });
        Assert.Equal(At.AddHours(3), state.Outages["opencode"].NextProbeAt);
    }

    [Fact]
    public void A_computed_pace_of_probes_is_never_drawn_out_by_a_clock_that_was_set_back()
    {
        var state = new RunState(Plans.Of(On("a", Primary, Second)));
        Apply(state, [Started("a", Primary), .. Failed("a", FailureClass.Auth)]);
        Apply(state, new DriverStarted(1, "", "here", 4, true) { At = At.AddDays(-1) });
        Assert.Equal(At.AddDays(-1).AddMinutes(5), state.Outages["opencode"].NextProbeAt);
        Apply(state, new DriverStarted(1, "", "here", 4, true) { At = At.AddDays(1) });
        Assert.Equal(At.AddDays(-1).AddMinutes(5), state.Outages["opencode"].NextProbeAt);
    }

    [Fact]
    public void The_next_runtime_is_the_first_that_is_neither_out_nor_blocked()
    {
        var state = new RunState(Plans.Of(On("a", Primary, Second, Third), On("b", Second, Primary)));
        Apply(state, Started("a", Primary));
        Assert.Equal(Second, state.FallbackOf(state.Find("a")!));
        Apply(state, Blocked("gpt", 1, BlockCause.Breaker));
        Assert.Equal(Third, state.FallbackOf(state.Find("a")!));
        Apply(state, new RunPaused("me") { At = At.AddMinutes(1) });
        Assert.Equal(Second, state.FallbackOf(state.Find("a")!));
        Apply(state, [Started("b", Second), .. Failed("b", FailureClass.Auth)]);
        Assert.Equal(Third, state.FallbackOf(state.Find("a")!));
        Assert.Equal(Primary, state.FallbackOf(state.Find("b")!));
    }

    [Theory]
    [InlineData(20, null, 20.0, "glm told to wait (rate_limited)")]
    [InlineData(null, 45, 45.0, "glm told to wait (rate_limited)")]
    [InlineData(1_000_000, null, 527_040.0, "glm told to wait (rate_limited)")]
    [InlineData(null, null, null, null)]
    public void A_told_wait_blocks_its_target_for_a_leap_year_at_most(
        int? minutes, int? untilMinutes, double? expected, string? why)
    {
        var told = minutes is null && untilMinutes is null ? null : new ToldDelay(
            minutes is { } after ? TimeSpan.FromMinutes(after) : null,
            untilMinutes is { } until ? At.AddMinutes(until) : null);
        var state = Apply(new RunState(Plans.Of(On("a", Primary))), Started("a", Primary));
        Apply(state, [.. Failed("a", FailureClass.RateLimited, told: told)[..2]]);
        var target = state.Targets["glm"];
        Assert.Equal(expected is { } block ? At.AddMinutes(block) : null, target.BlockedUntil);
        Assert.Equal((why, minutes is { } m ? TimeSpan.FromMinutes(m) : null), (target.Why, target.BlockedFor));
        Assert.Equal(1, target.Limit);
    }

    [Fact]
    public void A_computed_wait_for_a_throttle_is_shared_and_goes_with_the_steady_clock()
    {
        var state = Apply(new RunState(Plans.Of(On("a", Primary))), Started("a", Primary));
        Apply(state, Failed("a", FailureClass.RateLimited, then: Then(RecoveryStrategy.Wait, FailureClass.RateLimited)
            with { Origin = DelayOrigin.Throttle, Delay = TimeSpan.FromMinutes(2), Until = At.AddMinutes(2) }));
        Assert.Equal("glm throttles (rate_limited)", state.Targets["glm"].Why);
        Apply(state, new ClockJumped(TimeSpan.FromHours(1)));
        Assert.Equal(At.AddMinutes(62), state.Targets["glm"].BlockedUntil);
        Apply(state, new DriverStarted(1, "", "here", 4, true));
        Assert.Equal(At.AddMinutes(2), state.Targets["glm"].BlockedUntil);
    }

    [Fact]
    public void A_wait_of_one_task_alone_blocks_no_target()
    {
        var state = Apply(new RunState(Plans.Of(On("a", Primary))), Started("a", Primary));
        Apply(state, Failed("a", FailureClass.Connection, then: Then(RecoveryStrategy.Retry, FailureClass.Connection)
            with { Origin = DelayOrigin.Computed, Delay = TimeSpan.FromMinutes(2), Until = At.AddMinutes(2) }));
        Assert.Null(state.Targets["glm"].BlockedUntil);
        Assert.Null(state.Targets["glm"].Limit);
    }

    [Fact]
    public void Where_a_breaker_blocked_any_end_lets_the_next_one_ask_again()
    {
        var state = new RunState(Plans.Of(On("a", Primary), On("b", Primary)));
        Apply(state, Started("a", Primary), Blocked("glm", 9, BlockCause.Breaker));
        Assert.True(state.IsTargetBlocked(state.Find("a")!));
        Assert.Equal(At.AddMinutes(9), state.NextRouteAt);
        Apply(state, Started("b", Primary));
        Assert.Null(state.NextRouteAt);
        Apply(state, new AttemptWithdrawn("x") { Task = "b", Attempt = 1 }, Blocked("glm", 9, BlockCause.Breaker));
        Apply(state, new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 });
        Assert.Null(state.Targets["glm"].BlockedUntil);
        Apply(state, Started("b", Primary), Blocked("glm", 9, BlockCause.Throttle));
        Apply(state, new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "b", Attempt = 1 });
        Assert.Equal(At.AddMinutes(9), state.Targets["glm"].BlockedUntil);
        Assert.Equal(0, state.Targets["glm"].Open);
    }

    [Fact]
    public void The_bound_of_a_target_climbs_back_to_the_plans_own_and_is_gone_there()
    {
        var spec = Plans.Of([.. Enumerable.Range(1, 9).Select(i => On($"t{i}", Primary))]) with
        {
            TargetParallel = new Dictionary<string, int> { ["glm"] = 3 },
        };
        var state = Apply(new RunState(spec), new DriverStarted(1, "", "here", 8, false));
        Apply(state, [.. Enumerable.Range(1, 5).Select(i => Started($"t{i}", Primary))]);
        Apply(state, [.. Failed("t1", FailureClass.RateLimited)[..2]]);
        Assert.Equal(2, state.Targets["glm"].Limit);
        Apply(state, new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "t2", Attempt = 1 });
        Assert.Null(state.Targets["glm"].Limit);
        Assert.Equal(3, state.Targets["glm"].Most);
    }

    [Fact]
    public void Retries_are_counted_by_target_and_first_tries_after_an_order_are_none()
    {
        var state = Apply(new RunState(Plans.Of(On("a", Primary))), Started("a", Primary));
        Apply(state, Failed("a", FailureClass.Connection, then: Then(RecoveryStrategy.Retry, FailureClass.Connection)));
        Apply(state, Started("a", Primary, attempt: 2));
        Assert.Equal((1, 2), (state.BudgetOf("glm").Retries, state.BudgetOf("glm").Count));
        Apply(state, [.. Failed("a", FailureClass.Connection, attempt: 2)[..2],
            new TaskFailed(FailureClass.Connection, "no") { Task = "a" }, new TaskReopened("me") { Task = "a" },
            Started("a", Primary, attempt: 3)]);
        Assert.Equal((1, 3), (state.BudgetOf("glm").Retries, state.BudgetOf("glm").Count));
        Assert.Equal(default, state.BudgetOf("gpt"));
    }

    [Fact]
    public void A_runtime_that_the_plan_no_longer_has_is_known_by_its_name()
    {
        var state = Apply(new RunState(Plans.Of(On("a", Primary))), Started("a", Second));
        Assert.Equal(Second, state.Find("a")!.Runtime);
        var moved = Apply(new RunState(Plans.Of(On("a", Primary))), Started("a", Primary with { Target = "old" }));
        Assert.Equal(new RuntimeChoice("opencode", "old"), moved.Find("a")!.Runtime);
        var known = Apply(
            new RunState(Plans.Of(On("a", Primary))), new AttemptStarted("opencode") { Task = "a", Attempt = 1 });
        Assert.Same(Primary, known.Find("a")!.Runtime);
    }
}
