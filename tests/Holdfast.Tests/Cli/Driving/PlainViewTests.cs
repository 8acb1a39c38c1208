using Holdfast.Cli.Live;
using Holdfast.Failures;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Cli.Driving;

/// <summary>The plain view: a line for each event, with the state of the run as it was at that event.</summary>
public sealed class PlainViewTests
{
    // Their ends become durable by one sync, and are shown together when the run is already further on.
    [Fact]
    public void Tasks_that_end_together_each_tell_how_far_the_run_is()
    {
        using var text = new StringWriter();
        var view = new PlainView(text, TimeZoneInfo.Utc, quiet: false, SecretMask.Empty, 2);
        var bench = new RunBench(Runs.Plans.Of("a", "b", "c"), observer: new Seen(view));
        bench.SucceedTogether("a", "b", "c");
        Assert.Equal(
            ["a in 0ms (1 of 3)", "b in 0ms (2 of 3)", "c in 0ms (3 of 3)"],
            text.ToString().Split('\n').Where(l => l.Contains("succeeded  ", StringComparison.Ordinal))
                .Select(l => l[20..]));
    }

    // Intents are recorded ahead of free places, and one may be taken back before it ever had one.
    [Fact]
    public void What_starts_is_told_when_it_has_a_place()
    {
        using var text = new StringWriter();
        var view = new PlainView(text, TimeZoneInfo.Utc, quiet: false, SecretMask.Empty, 1);
        var model = new LiveModel(new RunState(Runs.Plans.Of("a", "b", "c")), 1);
        var places = new List<string>();
        var bench = new RunBench(
            Runs.Plans.Of("a", "b", "c"), limits: new() { MaxParallel = 1 }, observer: new Seen(new Both(view, seen =>
            {
                model.Take(seen);
                places.Add(string.Join(' ', model.Running.Keys));
            })));
        bench.Succeed("a");
        bench.Interrupt();
        Assert.Equal(
            ["started    a", "succeeded  a", "started    b"],
            text.ToString().Split('\n').Select(l => l[Math.Min(9, l.Length)..]).Where(l => l.Contains("  "))
                .Select(l => l[..12]).Take(3));
        Assert.DoesNotContain("started    c", text.ToString(), StringComparison.Ordinal);
        Assert.Equal(["", "a", "b"], places.Distinct());
    }

    private sealed class Both(PlainView view, Action<SeenEvent> then) : IRunView
    {
        public void Show(SeenEvent seen)
        {
            view.Show(seen);
            then(seen);
        }

        public void Idle() => view.Idle();

        public void Close() => view.Close();
    }

    private sealed class Seen(IRunView view) : Holdfast.Runs.IRunObserver
    {
        public void OnEvent(RunEvent e, long seq, RunProgress progress) => view.Show(new SeenEvent(seq, e, progress));
    }
}
