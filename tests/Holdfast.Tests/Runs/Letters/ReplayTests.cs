using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using Holdfast.Testing.Simulation;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs.Letters;

/// <summary>Why a letter is not replayed, in words; and how a run's ends reach the file.</summary>
public sealed class ReplayTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly SimulatedDisk _disk = new();
    private readonly SimulatedTime _time = new();

    public ReplayTests() => _disk.CreateFolder("/w");

    private static ReplayVerdict Judge(
        Letter letter, TaskStage stage = TaskStage.Failed, DateTimeOffset? until = null) => ReplayPolicy.Judge(
        new LetterBook(), letter, new ReplayQuestion(stage, until, Forced: false), Now);

    private static Letter Of(FailureClass kind, bool? transient) =>
        LetterTests.Failed(kind: kind) with { Transient = transient };

    [Theory]
    [InlineData(TaskStage.Held, "its task is held, and a person decides: holdfast resolve run-1 a")]
    [InlineData(TaskStage.Waiting, "its task waits for a person; approve, deny, or complete its checkpoints")]
    [InlineData(TaskStage.Running, "its task is running in run run-1, not failed")]
    [InlineData(TaskStage.Succeeded, "its task is succeeded in run run-1, not failed")]
    public void A_task_that_did_not_fail_is_not_replayed(TaskStage stage, string why)
    {
        var verdict = Judge(Of(FailureClass.Connection, true), stage);
        Assert.Equal((ReplayRefusal.NotNow, "not_now", why), (verdict.Refusal, verdict.Word, verdict.Message));
        Assert.False(verdict.IsAllowed);
    }

    [Theory]
    [InlineData(FailureClass.OutcomeUnknown, "nobody knows whether it happened, and a replay could do it twice")]
    [InlineData(FailureClass.Cancelled, "a person stopped it")]
    [InlineData(FailureClass.PolicyDenied, "a policy or a person said no")]
    [InlineData(FailureClass.BuildFailure, "build_failure does not pass by itself")]
    public void A_class_that_does_not_pass_by_itself_is_refused_with_why_and_what_helps(FailureClass kind, string why)
    {
        var verdict = Judge(Of(kind, null));
        Assert.Equal((ReplayRefusal.Class, "class_not_replayable"), (verdict.Refusal, verdict.Word));
        var cure = FailureDefaults.Remediation(kind) is { } told ? $" ({told})" : "";
        Assert.Equal(
            $"class {kind.Word()} is not replayable: {why}; once the cause is mended{cure}, replay it with --force",
            verdict.Message);
    }

    [Theory]
    [InlineData(FailureClass.Connection, null, true)]
    [InlineData(FailureClass.Connection, false, false)]
    [InlineData(FailureClass.BuildFailure, true, true)]
    [InlineData(FailureClass.BuildFailure, null, false)]
    [InlineData(FailureClass.QuotaExhausted, false, true)]
    [InlineData(FailureClass.Unknown, null, true)]
    [InlineData(FailureClass.Incomplete, null, true)]
    [InlineData(FailureClass.OutcomeUnknown, true, false)]
    [InlineData(FailureClass.Cancelled, true, false)]
    public void A_rule_knows_better_than_its_class_whether_it_passes(FailureClass kind, bool? transient, bool allowed)
    {
        var verdict = Judge(Of(kind, transient));
        Assert.Equal(allowed, verdict.IsAllowed);
        Assert.Equal(allowed ? ("allowed", "may be replayed") : ("class_not_replayable", verdict.Message),
            (verdict.Word, verdict.Message));
    }

    [Fact]
    public void What_is_only_deferred_says_until_when()
    {
        var letter = Of(FailureClass.Connection, true);
        var blocked = Judge(letter, until: Now.AddSeconds(1));
        Assert.Equal("breaker_open", blocked.Word);
        Assert.Equal(
            "nothing is sent to its target before 2026-11-27 12:00:01Z; `holdfast breakers` tells why",
            blocked.Message);
        Assert.True(Judge(letter, until: Now).IsAllowed);
        var cooling = Judge(LetterBook.Begin(letter, "me", false, Now.AddSeconds(-29)));
        Assert.Equal(("cooldown", "it was replayed less than 30 s ago"), (cooling.Word, cooling.Message));
        Assert.True(Judge(LetterBook.Begin(letter, "me", false, Now.AddSeconds(-30))).IsAllowed);
        var book = new LetterBook();
        for (var i = 0; i < ReplayPolicy.Budget; i++)
        {
            book.Take(LetterBook.Begin(LetterTests.Failed($"t{i}"), "me", false, Now.AddSeconds(-100 + i)));
        }

        var spent = ReplayPolicy.Judge(book, letter, new ReplayQuestion(TaskStage.Failed, null, false), Now);
        Assert.Equal(("budget", "20 letters were replayed within 300 s", Now.AddSeconds(200)),
            (spent.Word, spent.Message, spent.Until));
        Assert.Equal(ExitCodes.Waiting, spent.ExitCode);
    }

    [Fact]
    public void A_closed_letter_says_who_closed_it_and_when()
    {
        var verdict = Judge(LetterBook.Discard(Of(FailureClass.Connection, true), "me", "known", Now));
        Assert.Equal(("closed", "it was discarded at 2026-11-27 12:00:00Z by me; there is nothing to replay"),
            (verdict.Word, verdict.Message));
    }

    [Fact]
    public void Tries_that_nobody_ordered_through_a_letter_cost_no_budget()
    {
        var book = new LetterBook();
        var letter = LetterTests.Failed("a");
        book.Take(letter);
        for (var i = 2; i < 30; i++)
        {
            book.Take(book.Fail(LetterTests.Failed("a", i, Now.AddSeconds(i)))!);
        }

        var verdict = ReplayPolicy.Judge(
            book, book.NewestOf("run-1", "a")!, new ReplayQuestion(TaskStage.Failed, null, false), Now.AddSeconds(31));
        Assert.True(verdict.IsAllowed, verdict.Message);
    }

    [Fact]
    public void Letters_follow_a_driver_and_are_written_before_its_journal_is_closed()
    {
        using var observer = new PostOf(_disk, _time);
        var bench = new RunBench(
            Plans.Of(Plans.Task("a") with { Retry = Holdfast.Resilience.RetryTable.None }, Plans.Task("b")),
            observer: observer);
        observer.Begin(bench.State);
        bench.Fail("a");
        Assert.Empty(observer.Look());
        _time.Advance(LetterPost.Pace);
        Assert.Equal(["a"], observer.Look().Select(l => l.Task));
        bench.Fail("b");
        Assert.Equal(["a", "b"], observer.Look().Select(l => l.Task));
        Assert.All(observer.Look(), l => Assert.Equal(
            (LetterStatus.Open, "bench", "bench", "d-" + l.Task, new string('0', 64)),
            (l.Status, l.Run, l.Correlation, l.Definition, l.Plan)));
        bench.Restart();
        Assert.True(bench.Steer(SteeringCommand.Retry, ["a"]).Accepted);
        bench.Restart();
        observer.Begin(bench.State);
        bench.Succeed("a");
        _time.Advance(LetterPost.Pace);
        Assert.Equal(
            [LetterStatus.Replayed, LetterStatus.Open], observer.Look().OrderBy(l => l.Task).Select(l => l.Status));
    }

    [Fact]
    public void A_success_of_a_task_without_a_letter_writes_nothing()
    {
        using var observer = new PostOf(_disk, _time);
        var bench = new RunBench(Plans.Of("a"), observer: observer);
        observer.Begin(bench.State);
        bench.Succeed("a");
        Assert.False(_disk.FileExists("/w/letters.ndjson"));
    }

    // Follows whatever dispatcher the bench has, by the state as it stands then.
    private sealed class PostOf(SimulatedDisk disk, SimulatedTime time) : IRunObserver, IDisposable
    {
        private LetterPost? _post;

        public void OnEvent(RunEvent e, long seq, RunProgress progress) => _post?.OnEvent(e, seq, progress);

        public void OnClosing() => _post?.OnClosing();

        public void Dispose() => _post?.Dispose();

        internal void Begin(RunState state)
        {
            _post = new LetterPost(new WorkspaceLetters(disk, "/w"), state, t => "d-" + t.Name, time);
            _post.CatchUp();
        }

        internal IReadOnlyList<Letter> Look() => new WorkspaceLetters(disk, "/w").Look();
    }
}
