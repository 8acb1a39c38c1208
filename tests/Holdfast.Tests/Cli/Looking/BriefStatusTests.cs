using Holdfast.Cli.Looking;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>The brief fold of a closed run says what the engine's own fold says, or steps aside.</summary>
public sealed class BriefStatusTests : IDisposable
{
    private readonly LookKit _kit = new();

    [Fact]
    public void A_plain_closed_run_is_told_alike()
    {
        var run = _kit.MakeRed();
        var brief = BriefStatus.Of(LocalStorage.Instance, run);
        Assert.NotNull(brief);
        var full = LookedRun.Open(LocalStorage.Instance, run);
        Assert.Equal(full.State.LastAt, brief.LastAt);
        Assert.Equal(full.State.Started!.At, brief.StartedAt);
        Assert.Equal(
            full.State.Tasks.Select(t =>
                $"{t.Name} {t.Status.Word()} {TaskLines.Detail(t, full, _kit.Clock.Now)}"),
            brief.Tasks.Select(t => $"{t.Name} {t.Stage.Word()} {t.Detail}"));
    }

    [Fact]
    public void A_fan_out_is_told_alike()
    {
        var run = _kit.Make("fan",
        [
            .. LookKit.Good("build"),
            new TaskExpanded(0, [new FanOutItem("a", "a"), new FanOutItem("b", "b")], More: true) { Task = "each" },
            new TaskExpanded(2, [new FanOutItem("c", "c")], More: false) { Task = "each" },
            .. LookKit.Good("each[a]"), .. LookKit.Bad("each[b]", FailureClass.Crash, "boom"),
            new TaskFailed(FailureClass.Crash, "y") { Task = "each[b]" }, .. LookKit.Good("each[c]"),
            new TaskFailed(FailureClass.Crash, "1 of 3 failed") { Task = "each" },
            new TaskBlocked(["each"]) { Task = "after" },
            .. LookKit.Closed(RunStatus.Failed, 1, "x"),
        ]);
        var brief = BriefStatus.Of(LocalStorage.Instance, run);
        Assert.NotNull(brief);
        var full = LookedRun.Open(LocalStorage.Instance, run);
        Assert.Equal(
            full.State.Tasks.Select(t =>
                $"{t.Name} {t.Status.Word()} {TaskLines.Detail(t, full, _kit.Clock.Now)}").Order(),
            brief.Tasks.Select(t => $"{t.Name} {t.Stage.Word()} {t.Detail}").Order());
        var text = _kit.Run("status", "fan").Out;
        Assert.Contains(TaskLines.Counts(full.State) + "\n", text);
        Assert.Contains("2 of 3 done, 1 failed", text);
        Assert.DoesNotContain("each[a]", text);
    }

    [Fact]
    public void What_a_person_did_to_a_run_is_left_to_the_full_fold()
    {
        var run = _kit.Make("again",
        [
            .. LookKit.Bad("build", FailureClass.Crash, "x"),
                new TaskFailed(FailureClass.Crash, "y") { Task = "build" },
            new TaskReopened("ann") { Task = "build" }, .. LookKit.Good("build", attempt: 2),
            .. LookKit.Closed(RunStatus.Succeeded, 0, "done"),
        ]);
        Assert.Null(BriefStatus.Of(LocalStorage.Instance, run));
    }

    [Fact]
    public void A_run_that_goes_on_or_is_damaged_is_left_to_the_full_fold()
    {
        Assert.Null(BriefStatus.Of(LocalStorage.Instance, _kit.Make("open", LookKit.Good("build"))));
        var run = _kit.MakeRed();
        var path = JournalFormat.PathIn(run.Path);
        File.WriteAllText(path, File.ReadAllText(path).Replace("expected 3", "expected 4"));
        Assert.Null(BriefStatus.Of(LocalStorage.Instance, run));
    }

    public void Dispose() => _kit.Dispose();
}
