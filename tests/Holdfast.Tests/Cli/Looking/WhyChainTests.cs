using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Targets;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>Failures told from cause to effect.</summary>
public sealed class WhyChainTests : IDisposable
{
    private readonly LookKit _kit = new();

    [Fact]
    public void A_blocked_target_comes_before_the_attempt_that_failed_and_what_it_blocked_comes_last()
    {
        var at = _kit.Clock.Now;
        _kit.Make("20261120-110000-nightly-chain",
        [
            .. LookKit.Good("build"),
            new AttemptStarted("api") { Task = "unit", Attempt = 1, Target = "host:1" },
            new TargetBlocked("host:1", at.AddMinutes(1), BlockCause.Throttle) { Detail = "told 60 s" },
            .. LookKit.Bad("unit", FailureClass.TestFailure, "expected 3, got 4")[1..],
            new TaskFailed(FailureClass.TestFailure, "does not pass by itself") { Task = "unit" },
            new TaskBlocked(["unit"]) { Task = "pack" }, new TaskBlocked(["pack"]) { Task = "ship" },
            .. LookKit.Closed(RunStatus.Failed, 1, "task \"unit\" failed"),
        ]);
        using var document = JsonDocument.Parse(_kit.Run("why", "--json").Out);
        var chain = document.RootElement.GetProperty("data").GetProperty("chain").EnumerateArray().ToArray();
        Assert.Equal(
            ["target_blocked", "attempt_failed", "task_ended", "tasks_blocked"],
            chain.Select(l => l.GetProperty("kind").GetString()));
        Assert.Equal(("unit", 1, "api", "host:1", "command"), (
            chain[1].GetProperty("task").GetString(), chain[1].GetProperty("attempt").GetInt32(),
            chain[1].GetProperty("runtime").GetString(), chain[1].GetProperty("target").GetString(),
            chain[1].GetProperty("operation").GetString()));
        Assert.Contains("told 60 s", chain[0].GetProperty("text").GetString());
    }

    [Fact]
    public void An_outage_that_other_tasks_met_and_the_causes_of_an_attempt_are_links_before_it()
    {
        var at = _kit.Clock.Now;
        var cut = new Failure
        {
            Class = FailureClass.Connection, Disposition = Disposition.Retry, Transient = true,
            Evidence = new Evidence("net.reset", "exception", null, "HttpRequestException: cut off"),
            Context = new ErrorContext
            {
                Runtime = "api", Operation = "GET http://host:1/a",
                Causes = ["IOException: near", "SocketException: root"],
                Stack = ["at A.B()"], Metadata = new Dictionary<string, string> { ["x-request-id"] = "r-7" },
            },
        };
        _kit.Make("20261120-110000-nightly-outage",
        [
            .. LookKit.Good("build"),
            new AttemptStarted("api") { Task = "pack", Attempt = 1, Target = "host:1" },
            new AttemptFailed(new Outcome()) { Task = "pack", Attempt = 1 },
            new RuntimeErrorClassified(cut with { Context = null }) { Task = "pack", Attempt = 1 },
            new TaskFailed(FailureClass.Connection, "no retries are left") { Task = "pack" },
            new TargetBlocked("host:1", at.AddMinutes(1), BlockCause.Breaker)
            {
                Detail = "the breaker of host:1 is open", ByRun = "20261120-100000-other", ByTask = "far",
                ByAttempt = 3,
            },
            new AttemptStarted("api") { Task = "unit", Attempt = 1, Target = "host:1" },
            new AttemptFailed(new Outcome()) { Task = "unit", Attempt = 1 },
            new RuntimeErrorClassified(cut) { Task = "unit", Attempt = 1 },
            new TaskFailed(FailureClass.Connection, "no retries are left") { Task = "unit" },
            new TaskBlocked(["unit"]) { Task = "ship" },
            .. LookKit.Closed(RunStatus.Failed, 1, "task \"pack\" failed"),
        ]);
        using var document = JsonDocument.Parse(_kit.Run("why", "last", "unit", "--json").Out);
        var data = document.RootElement.GetProperty("data");
        var chain = data.GetProperty("chain").EnumerateArray().ToArray();
        Assert.Equal(
            ["target_failed", "target_blocked", "cause", "cause", "attempt_failed", "task_ended", "tasks_blocked"],
            chain.Select(l => l.GetProperty("kind").GetString()));
        Assert.Equal("pack", chain[0].GetProperty("task").GetString());
        Assert.Equal(("20261120-100000-other", "far"), (
            chain[1].GetProperty("run").GetString(), chain[1].GetProperty("task").GetString()));
        Assert.Equal("SocketException: root", chain[2].GetProperty("text").GetString());
        Assert.Equal("GET http://host:1/a", chain[4].GetProperty("operation").GetString());
        var failure = chain[4].GetProperty("failure");
        Assert.Equal("r-7", failure.GetProperty("metadata").GetProperty("x-request-id").GetString());
        Assert.Equal("at A.B()", failure.GetProperty("stack")[0].GetString());
        var page = _kit.Run("why", "last", "unit").Out;
        foreach (var part in new[]
        {
            "SocketException: root", "x-request-id=r-7", "at A.B()", "in run 20261120-100000-other",
        })
        {
            Assert.Contains(part, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_its_failure_did_to_the_target_is_no_cause_of_it()
    {
        var at = _kit.Clock.Now;
        _kit.Make("20261120-110000-nightly-effect",
        [
            .. LookKit.Good("build"),
            new AttemptStarted("api") { Task = "unit", Attempt = 1, Target = "host:1" },
            new AttemptFailed(new Outcome { HttpStatus = 503 }) { Task = "unit", Attempt = 1 },
            LookKit.Bad("unit", FailureClass.Unavailable, "503")[2],
            new TaskFailed(FailureClass.Unavailable, "no retries are left") { Task = "unit" },
            new TargetBlocked("host:1", at.AddMinutes(1), BlockCause.Breaker) { ByTask = "pack", ByAttempt = 1 },
            new TargetUnblocked("host:1", "ann", "mended"),
            .. LookKit.Closed(RunStatus.Failed, 1, "task \"unit\" failed"),
        ]);
        using var document = JsonDocument.Parse(_kit.Run("why", "last", "unit", "--json").Out);
        var chain = document.RootElement.GetProperty("data").GetProperty("chain").EnumerateArray();
        Assert.Equal(["attempt_failed", "task_ended"], chain.Select(l => l.GetProperty("kind").GetString()));
        // Nor does the row of an attempt that has no exit code end with a comma.
        Assert.DoesNotContain("),\n", _kit.Run("why", "last", "unit").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_cancelled_run_it_tells_what_had_failed_until_then()
    {
        RunEvent[] cancelled =
        [
            new TaskCancelled("cancelled by ann") { Task = "unit" },
            .. LookKit.Closed(RunStatus.Cancelled, 3, "cancelled by ann"),
        ];
        _kit.Make("20261120-110000-nightly-cut",
        [
            .. LookKit.Good("build"), .. LookKit.Bad("unit", FailureClass.RateLimited, "429, slow down"), .. cancelled,
        ]);
        var page = _kit.Run("why").Out;
        Assert.Matches("Failed before it was cancelled\n +unit +attempt 1 +rate_limited: 429, slow down\n", page);
        Assert.DoesNotContain("nothing", page, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(_kit.Run("why", "--json").Out);
        var cut = json.RootElement.GetProperty("data").GetProperty("cut_short");
        Assert.Equal("unit", cut[0].GetProperty("task").GetString());

        _kit.Make("20261120-120000-nightly-calm",
        [
            .. LookKit.Good("build"), new AttemptStarted("command") { Task = "unit", Attempt = 1 },
            new AttemptFailed(new Outcome { EndedBy = EndedBy.Cancel }) { Task = "unit", Attempt = 1 }, .. cancelled,
        ]);
        Assert.Contains("nothing had failed when it was cancelled\n", _kit.Run("why").Out, StringComparison.Ordinal);
    }

    public void Dispose() => _kit.Dispose();
}
