using System.Text.Json;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Http;

/// <summary>A real server tells all to wait for long, a person mends it, and what waits goes on at once.</summary>
public sealed class MendedTests : IDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;

    private readonly Holding _at = new();
    private readonly RawServer _server;
    private volatile bool _isMended;
    private Func<Func<System.Net.Sockets.NetworkStream, Task>> _refusal =
        () => RawServer.Whole(429, "slow down", "Retry-After: 3000");

    public MendedTests() => _server = new RawServer((_, _) => _isMended ? RawServer.Whole(200, "well") : _refusal());

    private string Target => _server.Base["http://".Length..];

    private void WritePlan(int tasks, string more = "") => _at.Write("plan.yaml",
        $"name: m\nmax-parallel: 2\n{more}runtimes:\n  api: {{ kind: http, base: \"{_server.Base}\" }}\ntasks:\n"
        + string.Concat(Enumerable.Range(0, tasks).Select(i =>
            $"  t{i}: {{ http: {{ runtime: api, path: /t{i} }} }}\n")));

    private Command StartUntilItWaits(string id = "r")
    {
        var run = _at.Start("run", "plan.yaml", "--new", "--id", id);
        _at.Until(
            () => _at.Count(id, "runtime_recovery_scheduled") == _at.Count(id, "attempt_started")
                && _at.Count(id, "runtime_recovery_scheduled") + _at.Count(id, "target_blocked") > 0,
            "the server to have told it to wait, or another run");
        return run;
    }

    private IEnumerable<JsonElement> Events(string type, string id = "r") => _at.Journal(id).Split('\n')
        .Where(l => l.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal))
        .Select(l => JsonDocument.Parse(l).RootElement);

    [Fact]
    public void A_reset_reaches_every_run_that_is_driven_and_all_that_waits_there_goes_on()
    {
        WritePlan(5);
        var runs = new[] { StartUntilItWaits(), StartUntilItWaits("q") };
        Assert.Contains(
            $"next: holdfast watch r\n      holdfast breakers reset {Target}\n", _at.Run("status", "r").Is(0).Out,
            StringComparison.Ordinal);
        _isMended = true;
        var reset = JsonDocument.Parse(_at.Run("breakers", "reset", Target, "--json").Is(0).Out).RootElement
            .GetProperty("data");
        Assert.Equal(
            (2, 10), (reset.GetProperty("set_going").GetProperty("runs").GetInt32(), reset.GetProperty("set_going")
                .GetProperty("tasks").GetInt32()));
        foreach (var run in runs)
        {
            run.End().Is(0);
        }

        foreach (var id in new[] { "r", "q" })
        {
            var lift = Assert.Single(Events("target_unblocked", id)).GetProperty("data");
            Assert.Equal(
                (Target, Environment.UserName),
                (lift.GetProperty("target").GetString(), lift.GetProperty("by").GetString()));
            Assert.Equal(5, Events("request_received", id).Single().GetProperty("data").GetProperty("set_going")
                .GetInt32());
            Assert.Contains(
                $"{Target} may be asked again, says {Environment.UserName}: its breaker was reset",
                _at.Run("why", id).Is(0).Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_task_that_is_parked_for_a_quota_is_tried_now_and_the_others_when_they_are_named()
    {
        _refusal = () => RawServer.Whole(429, """{"error":{"code":"insufficient_quota"}}""");
        WritePlan(2);
        var run = StartUntilItWaits();
        _at.Until(() => _at.Count("r", "runtime_recovery_scheduled") == 2, "both to be parked");
        _isMended = true;
        Assert.Contains("task \"t1\" is tried now", _at.Run("retry", "r", "t1").Is(0).Out, StringComparison.Ordinal);
        _at.Until(() => _at.Count("r", "attempt_succeeded") == 1, "it to be done");
        Assert.Equal("t1", Events("task_wait_ended").Single().GetProperty("task").GetString());
        _at.Run("retry", "r", "t0").Is(0);
        run.End().Is(0);
        var why = _at.Run("why", "r", "t0").Is(0).Out;
        Assert.Contains($"{Environment.UserName} ended its wait: it is tried now", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_nobody_drives_takes_it_up_when_it_is_resumed()
    {
        WritePlan(3);
        _at.Run("run", "plan.yaml", "--id", "r", "--no-wait").Is(9);
        _isMended = true;
        var reset = _at.Run("breakers", "reset", Target).Is(0).Out;
        Assert.Contains("3 tasks go on once it is resumed", reset, StringComparison.Ordinal);
        Assert.Contains("next: holdfast resume r\n", reset, StringComparison.Ordinal);
        var status = _at.Run("status", "r").Is(0).Out;
        Assert.Contains($"{Target} may be asked again, says {Environment.UserName}", status, StringComparison.Ordinal);
        Assert.Contains($"its wait was ended by {Environment.UserName}", status, StringComparison.Ordinal);

        // Asked once more there is nothing left to set going.
        Assert.Contains(
            "no run of this workspace waits", _at.Run("breakers", "reset", Target).Is(0).Out, StringComparison.Ordinal);
        _at.Run("resume", "r").Is(0);
        Assert.Equal(3, _at.Count("r", "attempt_succeeded"));
    }

    [Fact]
    public void Without_a_driver_a_retry_drives_the_run_itself_past_the_wait_that_the_workspace_knows()
    {
        WritePlan(1);
        _at.Run("run", "plan.yaml", "--id", "r", "--no-wait").Is(9);
        _isMended = true;
        _at.Run("run", "plan.yaml", "--id", "q", "--new", "--no-wait").Is(9);
        Assert.Equal(0, _at.Count("q", "attempt_started"));
        _at.Run("retry", "q", "t0").Is(0);
        _at.Run("retry", "r", "t0").Is(0);
        Assert.Equal((1, 1), (_at.Count("q", "target_unblocked"), _at.Count("r", "task_wait_ended")));
    }

    [Fact]
    public void A_driver_that_does_not_answer_finds_the_order_when_it_comes_back()
    {
        WritePlan(2);
        var run = StartUntilItWaits();
        run.Signal(Stop);
        _isMended = true;
        var reset = _at.Run("breakers", "reset", Target, "--timeout", "1", "--request-id", "q").Is(11);
        Assert.Contains("waits in its inbox", reset.Error, StringComparison.Ordinal);
        run.Signal(Continue);
        run.End().Is(0);
        Assert.Equal((1, 2), (_at.Count("r", "target_unblocked"), _at.Count("r", "attempt_succeeded")));
    }

    [Fact]
    public void A_target_that_is_not_mended_tells_its_wait_again_and_that_is_waited()
    {
        WritePlan(2);
        var run = StartUntilItWaits();
        _at.Run("breakers", "reset", Target).Is(0);
        _at.Until(() => _at.Count("r", "runtime_recovery_scheduled") > 2, "the server to tell it again");
        Assert.Contains("throttled", _at.Run("breakers").Is(0).Out, StringComparison.Ordinal);
        Assert.False(run.HasExited);
        run.Signal(Command.Int);
        run.End().Is(3);
    }

    public void Dispose()
    {
        _at.Dispose();
        _server.Dispose();
    }
}
