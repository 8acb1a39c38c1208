using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs.Letters;

/// <summary>Which ends of tasks become letters.</summary>
public sealed class LetterPostTests
{
    private readonly SimulatedDisk _disk = new();

    public LetterPostTests() => _disk.CreateFolder("/w");

    private IReadOnlyList<Letter> CatchUp(RunState state)
    {
        using var letters = new WorkspaceLetters(_disk, "/w");
        using var post = new LetterPost(letters, state, _ => "d1", TimeProvider.System);
        post.CatchUp();
        Assert.Null(post.Problem);
        return letters.Look();
    }

    [Fact]
    public void A_denied_approval_and_one_that_nobody_answered_are_letters_too()
    {
        // DL2: timeouts and denials never reached the queue.
        var bench = new RunBench(Plans.Of(
            Plans.Task("ok") with { Approval = TimeSpan.FromHours(24) },
            Plans.Task("late") with { Approval = TimeSpan.FromHours(1) }));
        bench.Steer(SteeringCommand.Deny, ["ok"]);
        bench.Restart(TimeSpan.FromHours(2));
        var letters = CatchUp(bench.State);
        Assert.Equal(["late", "ok"], letters.Select(l => l.Task).Order());
        Assert.All(letters, l => Assert.Equal((FailureClass.PolicyDenied, 0), (l.Class, l.Attempts)));
        Assert.Contains(letters, l => l.Message.Contains("denied by", StringComparison.Ordinal));
        Assert.Equal(2, CatchUp(bench.State).Count);
    }

    [Fact]
    public void A_letter_carries_what_was_known_of_the_error()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a")));
        var failed = RunBench.Failed(FailureClass.InvalidInput);
        var context = new ErrorContext { Runtime = "api", Operation = "GET http://host:1/a", Causes = ["root"] };
        bench.End("a", failed with { Failure = failed.Failure! with { Context = context } });
        Assert.Equivalent(context, Assert.Single(CatchUp(bench.State)).Context, strict: true);
    }

    [Fact]
    public void Of_a_process_that_is_gone_the_letter_names_what_was_lost()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a") with { Retry = RetryTable.None }));
        bench.End("a", new AttemptEnd(new Outcome { EndedBy = EndedBy.Lost }, Lost.Failure));
        var context = Assert.Single(CatchUp(bench.State)).Context!;
        Assert.Equal(("command", "lost"), (context.Runtime, context.Operation));
        Assert.Equal(
            [("run", bench.State.Spec.RunId), ("task", "a"), ("attempt", "1")],
            context.Metadata.Select(f => (f.Key, f.Value)));
    }

    [Fact]
    public void A_cancelled_task_is_no_letter()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a"), Plans.Task("b: a")));
        bench.Steer(SteeringCommand.Cancel, []);
        bench.Restart();
        Assert.Empty(CatchUp(bench.State));
        Assert.False(_disk.FileExists("/w/letters.ndjson"));
    }
}
