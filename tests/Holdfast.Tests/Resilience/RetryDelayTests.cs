using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Resilience;

public sealed class RetryDelayTests
{
    [Fact]
    public void Hash_is_siphash_2_4_as_published()
    {
        // Test vector of the reference implementation: key 00..0f, message 00..0e.
        var message = Enumerable.Range(0, 15).Select(each => (byte)each).ToArray();
        Assert.Equal(0xa129ca6149be45e5, RetryDelay.SipHash(message, 0x0706050403020100, 0x0f0e0d0c0b0a0908));
        // The next one of the same list ends at the edge of a word.
        Assert.Equal(
            0x3f2acc7f57c29bdbul,
            RetryDelay.SipHash([.. message, (byte)15], 0x0706050403020100, 0x0f0e0d0c0b0a0908));
    }

    /// <summary>A run that a later version resumes must wait as it waited; computed by another program.</summary>
    [Theory]
    [InlineData(0ul, "", "", 0, 0.5149519397764735)]
    [InlineData(7ul, "run", "task", 1, 0.9515612744039605)]
    [InlineData(7ul, "run", "task", 2, 0.49234354479515485)]
    [InlineData(ulong.MaxValue, "2026-11-28_nightly", "übung", 3, 0.9601875237906734)]
    public void A_key_draws_the_same_number_in_every_version(
        ulong seed, string run, string task, int attempt, double drawn)
    {
        Assert.Equal(drawn, RetryDelay.Draw(new DrawKey(seed, run, task, attempt)));
        Assert.Equal(
            RetryDelay.Compute(RetryPolicy.Standard, 2, drawn),
            RetryDelay.Compute(RetryPolicy.Standard, 2, new DrawKey(seed, run, task, attempt)));
    }

    [Fact]
    public void A_long_name_draws_too()
    {
        Assert.Equal(
            0.2524409896086591, RetryDelay.Draw(new DrawKey(7, new string('r', 400), new string('t', 400), 1)));
    }

    [Fact]
    public void A_key_without_names_draws_like_one_with_empty_names() =>
        Assert.Equal(RetryDelay.Draw(new DrawKey(0, "", "", 0)), RetryDelay.Draw(default));

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.0)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void A_draw_outside_of_0_to_1_is_refused(double u)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => RetryDelay.Compute(RetryPolicy.Standard, 0, u));
        Assert.Contains("[0, 1)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_retry_before_the_first_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => RetryDelay.Compute(RetryPolicy.Standard, -1, 0));

    [Fact]
    public void A_policy_without_retries_or_without_a_delay_waits_for_nothing()
    {
        Assert.Equal(TimeSpan.Zero, RetryDelay.Compute(RetryPolicy.None, 3, 0.5));
        var atOnce = RetryPolicy.Standard with { Base = TimeSpan.Zero };
        Assert.Equal(TimeSpan.Zero, RetryDelay.Compute(atOnce, int.MaxValue, 0.5));
    }

    [Fact]
    public void RC3_no_delay_passes_the_cap_and_none_overflows()
    {
        var cases = from retries in Gen.Choose(0, int.MaxValue)
                    from baseMs in Gen.Choose(0, 10_000_000)
                    from capMs in Gen.Choose(1, 10_000_000)
                    from factor in Gen.Choose(100, 100_000)
                    from jitter in Gen.Choose(0, 100)
                    from u in Gen.Choose(0, 999_999)
                    select (retries, baseMs, capMs, factor, jitter, u);
        Prop.ForAll(cases.ToArbitrary(), each =>
        {
            var policy = new RetryPolicy
            {
                Base = TimeSpan.FromMilliseconds(each.baseMs),
                Cap = TimeSpan.FromMilliseconds(each.capMs),
                Multiplier = each.factor / 100.0,
                Jitter = each.jitter / 100.0,
            };
            var delay = RetryDelay.Compute(policy, each.retries, each.u / 1e6);
            return delay >= TimeSpan.Zero && delay <= policy.Cap;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void RC3_jitter_stays_alive_at_the_cap()
    {
        var policy = RetryPolicy.Exponential(2_000, 1, 10);
        var delays = Enumerable.Range(1, 100)
            .Select(each => RetryDelay.Compute(policy, 1_999, RetryDelay.Draw(new DrawKey(1, "r", "t", each))))
            .ToHashSet();
        Assert.True(delays.Count > 90);
        Assert.All(delays, each => Assert.InRange(each.TotalSeconds, 5, 10));
    }

    [Fact]
    public void RC4_draws_do_not_repeat_across_seeds_runs_tasks_and_attempts()
    {
        var seen = new HashSet<double>();
        var drawn = 0;
        for (ulong seed = 0; seed < 12; seed++)
        {
            for (var run = 0; run < 6; run++)
            {
                for (var task = 0; task < 6; task++)
                {
                    for (var attempt = 0; attempt < 12; attempt++, drawn++)
                    {
                        Assert.True(seen.Add(RetryDelay.Draw(new DrawKey(seed, $"run{run}", $"task{task}", attempt))));
                    }
                }
            }
        }

        Assert.Equal(drawn, seen.Count);
        Assert.InRange(seen.Average(), 0.48, 0.52);
    }

    [Fact]
    public void RC4_seed_and_attempt_do_not_trade_places()
    {
        Assert.NotEqual(
            RetryDelay.Draw(new DrawKey(7, "r", "t", 2)), RetryDelay.Draw(new DrawKey(8, "r", "t", 1)));
        Assert.NotEqual(
            RetryDelay.Draw(new DrawKey(7, "ab", "c", 1)), RetryDelay.Draw(new DrawKey(7, "a", "bc", 1)));
        Assert.Equal(RetryDelay.Draw(new DrawKey(7, "r", "t", 2)), RetryDelay.Draw(new DrawKey(7, "r", "t", 2)));
    }

    [Fact]
    public void Retries_are_at_most_half_of_the_last_hundred_attempts()
    {
        var random = new Random(5);
        var budget = default(RetryBudget);
        var history = new List<bool>();
        for (var i = 0; i < 2_000; i++)
        {
            var retry = random.NextDouble() < 0.8 && !budget.Exhausted;
            history.Add(retry);
            budget = budget.Record(retry);
            Assert.Equal(history.TakeLast(RetryBudget.Window).Count(each => each), budget.Retries);
            Assert.True(budget.Retries <= RetryBudget.Allowed);
        }

        Assert.Equal(RetryBudget.Window, budget.Count);
    }

    [Fact]
    public void A_small_run_is_not_kept_from_its_retries()
    {
        var budget = default(RetryBudget).Record(false).Record(true).Record(true);
        Assert.False(budget.Exhausted);
    }

    [Theory]
    [InlineData(20, 9, false)]
    [InlineData(20, 10, true)]
    [InlineData(100, 29, false)]
    [InlineData(100, 30, true)]
    [InlineData(5, 5, false)]
    public void Mass_failure_needs_ten_tasks_and_thirty_percent(int tasks, int counted, bool holds) =>
        Assert.Equal(holds, MassFailure.Holds(tasks, counted));

    [Fact]
    public void Throttling_never_counts_as_mass_failure()
    {
        Assert.False(MassFailure.Counts(FailureClass.RateLimited));
        Assert.True(MassFailure.Counts(FailureClass.Connection));
    }
}
