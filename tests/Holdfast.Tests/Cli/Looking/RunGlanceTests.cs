using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>A glance says that a run ended only where the lines at its end prove it.</summary>
public sealed class RunGlanceTests : IDisposable
{
    private readonly LookKit _kit = new();

    [Fact]
    public void A_closed_run_is_told_by_head_and_tail()
    {
        var glance = RunGlance.Of(LocalStorage.Instance, _kit.MakeRed(), withHead: true);
        Assert.Equal(RunStatus.Failed, glance.Ended?.Status);
        Assert.Equal("nightly", glance.Started?.Name);
        Assert.True(glance.EndedAt > glance.StartedAt);
    }

    [Theory]
    [InlineData("\"status\":\"failed\"", "\"status\":\"succeeded\"")]
    [InlineData("\"exit_code\":1,\"why\"", "\"exit_code\":0,\"why\"")]
    [InlineData("journal_closed", "journal_clozed")]
    public void An_edited_end_is_no_end(string from, string to)
    {
        var run = _kit.MakeRed();
        var path = JournalFormat.PathIn(run.Path);
        File.WriteAllText(path, File.ReadAllText(path).Replace(from, to));
        Assert.Null(RunGlance.Of(LocalStorage.Instance, run, withHead: true).Ended);
    }

    [Fact]
    public void A_torn_end_is_no_end_at_any_byte()
    {
        var run = _kit.MakeRed();
        var path = JournalFormat.PathIn(run.Path);
        var whole = File.ReadAllBytes(path);
        for (var cut = 1; cut < 400; cut += 7)
        {
            File.WriteAllBytes(path, whole[..^cut]);
            Assert.Null(RunGlance.Of(LocalStorage.Instance, run, withHead: false).Ended);
        }
    }

    [Fact]
    public void A_run_that_was_opened_again_has_not_ended()
    {
        var run = _kit.Make("again",
            [.. LookKit.Closed(RunStatus.Failed, 1, "x"), new RunReopened("ann", "retry"),
                new JournalClosed(RunStatus.Failed)]);
        Assert.Null(RunGlance.Of(LocalStorage.Instance, run, withHead: false).Ended);
    }

    [Fact]
    public void A_long_last_line_is_read_whole()
    {
        var run = _kit.Make("long", [.. LookKit.Closed(RunStatus.Failed, 1, new string('x', 40_000))]);
        Assert.Equal(40_000, RunGlance.Of(LocalStorage.Instance, run, withHead: false).Ended?.Why.Length);
    }

    public void Dispose() => _kit.Dispose();
}
