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
        var view = new PlainView(text, TimeZoneInfo.Utc, quiet: false, SecretMask.Empty);
        var bench = new RunBench(Runs.Plans.Of("a", "b", "c"), observer: new Seen(view));
        bench.SucceedTogether("a", "b", "c");
        Assert.Equal(
            ["a in 0ms (1 of 3)", "b in 0ms (2 of 3)", "c in 0ms (3 of 3)"],
            text.ToString().Split('\n').Where(l => l.Contains("succeeded  ", StringComparison.Ordinal))
                .Select(l => l[20..]));
    }

    private sealed class Seen(PlainView view) : Holdfast.Runs.IRunObserver
    {
        public void OnEvent(RunEvent e, long seq, RunProgress progress) => view.Show(new SeenEvent(seq, e, progress));
    }
}
