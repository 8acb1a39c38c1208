using Holdfast.Runs;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs;

/// <summary>How states, durations and jumps of the clock are said.</summary>
public sealed class WordTests
{
    [Theory]
    [InlineData(0, "0ms")]
    [InlineData(0.9994, "999ms")]
    [InlineData(1, "1s")]
    [InlineData(2.59, "2.5s")]
    [InlineData(9.99, "9.9s")]
    [InlineData(10, "10s")]
    [InlineData(59.9, "59s")]
    [InlineData(60, "1m")]
    [InlineData(90.9, "1m30s")]
    [InlineData(3_599, "59m59s")]
    [InlineData(3_600, "1h")]
    [InlineData(5_430, "1h30m")]
    [InlineData(172_799, "47h59m")]
    [InlineData(172_800, "2d")]
    [InlineData(180_000, "2d2h")]
    [InlineData(-90, "-1m30s")]
    [InlineData(-0.25, "-250ms")]
    public void A_duration_is_said_in_two_units_at_most(double seconds, string text) =>
        Assert.Equal(text, Durations.Text(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0, false)]
    [InlineData(10_000_000, false)]
    [InlineData(-10_000_000, false)]
    [InlineData(10_000_001, true)]
    [InlineData(-10_000_001, true)]
    public void A_jump_of_the_wall_clock_is_told_once_and_only_if_it_is_over_a_second(long ticks, bool told)
    {
        var time = new SimulatedTime();
        var clock = new RunClock(time);
        time.Advance(TimeSpan.FromMinutes(1));
        var before = clock.Now;
        Assert.Equal(time.GetUtcNow(), before);
        time.JumpWall(TimeSpan.FromTicks(ticks));
        Assert.Equal((before, time.GetUtcNow()), (clock.Now, clock.Wall));
        Assert.Equal(told ? TimeSpan.FromTicks(ticks) : null, clock.TakeJump());
        Assert.Null(clock.TakeJump());
        Assert.Equal(told ? time.GetUtcNow() : before, clock.Now);
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(1), clock.Now - (told ? before.AddTicks(ticks) : before));
    }

    [Fact]
    public void Every_state_is_read_back_from_its_word_and_nothing_else_is()
    {
        Same<TaskStage>(s => s.Word(), s => (StateWords.TryParse(s, out TaskStage value), value));
        Same<RunStatus>(s => s.Word(), s => (StateWords.TryParse(s, out RunStatus value), value));
        Same<StopCause>(s => s.Word(), s => (StateWords.TryParse(s, out StopCause value), value));
        Same<ReconcileAnswer>(s => s.Word(), s => (StateWords.TryParse(s, out ReconcileAnswer value), value));
        Same<Resolution>(s => s.Word(), s => (StateWords.TryParse(s, out Resolution value), value));
        Same<NotifyOn>(s => s.Word(), s => (StateWords.TryParse(s, out NotifyOn value), value));
        Same<AttemptTrace>(s => s.Word(), s => (StateWords.TryParse(s, out AttemptTrace value), value));

        static void Same<T>(Func<T, string> word, Func<string?, (bool, T)> read)
            where T : struct, Enum
        {
            var words = Enum.GetValues<T>().Select(word).ToArray();
            Assert.All(Enum.GetValues<T>(), v => Assert.Equal((true, v), read(word(v))));
            Assert.All(Enum.GetValues<T>(), v => Assert.Equal(
                v.ToString().ToLowerInvariant(), word(v).Replace("_", "", StringComparison.Ordinal)));
            Assert.Equal(words.Length, words.Distinct().Count());
            Assert.All([null, "", "later", words[0].ToUpperInvariant()], s => Assert.False(read(s).Item1));
        }
    }

    [Fact]
    public void What_has_ended_and_what_lets_others_go_on()
    {
        Assert.Equal(
            [
                TaskStage.Succeeded, TaskStage.Cached, TaskStage.Failed, TaskStage.Blocked, TaskStage.Skipped,
                TaskStage.Cancelled,
            ],
            Enum.GetValues<TaskStage>().Where(s => s.IsEnd()));
        Assert.Equal(
            [TaskStage.Succeeded, TaskStage.Cached, TaskStage.Skipped],
            Enum.GetValues<TaskStage>().Where(s => s.Satisfies()));
        Assert.Equal(
            [RunStatus.Succeeded, RunStatus.Failed, RunStatus.Cancelled, RunStatus.Infrastructure],
            Enum.GetValues<RunStatus>().Where(s => s.IsEnd()));
    }

    [Fact]
    public void An_attempt_is_named_by_its_task_and_number() =>
        Assert.Equal("import[a.csv]#2", new AttemptId("import[a.csv]", 2).ToString());
}
