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

    public void Dispose() => _kit.Dispose();
}
