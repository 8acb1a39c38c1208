using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Agents;

/// <summary>
/// Two real programs and one piece of work: OpenCode is throttled, waits as told, is told to wait for longer than
/// anybody has patience, and Codex takes over and reaches the checkpoints.
/// </summary>
public sealed class AgentFallbackTests : IDisposable
{
    // OpenCode sends so many before it gives a throttled session up.
    private const int RequestsOfSession = 6;
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly Holding _at = new();
    private readonly StubModel _model;
    private readonly ManualResetEventSlim _answers = new(initialState: true);

    public AgentFallbackTests() => _model = new StubModel(request => request.Answer switch
    {
        "throttled" when request.Number >= 2 * RequestsOfSession => "told-7200",
        "throttled" => "told-1",
        _ => "good",
    })
    {
        Command = request =>
        {
            if (request.Answer != "good")
            {
                return null;
            }

            // As the prompt names it: Codex' shell is a login shell, whose profile may set PATH anew.
            _answers.Wait(Longest);
            var holdfast = Path.Combine(_at.Folder, ".holdfast", "runs", "a", "bin", "holdfast");
            Assert.Contains(
                $"with the command: {holdfast} checkpoint complete", request.Body, StringComparison.Ordinal);
            return $"{holdfast} checkpoint complete design --summary drawn && echo work > work.txt && "
                + $"{holdfast} checkpoint complete green --summary 'all green'";
        },
    };

    public void Dispose()
    {
        _answers.Set();
        _model.Dispose();
        _at.Dispose();
        _answers.Dispose();
    }

    [Fact]
    public void A_throttled_program_waits_as_told_and_gives_up_to_the_other()
    {
        Prepare();
        Drive("run", "plan.yaml", "--id", "a").End(Longest).Is(0);
        Holds();
        var why = _at.Run("why", "a", "work").Is(0).Out;
        foreach (var part in new[]
        {
            "rate_limited", "→ wait after 1s (told)", "→ fall_back", "HTTP 429", "retry-after: 7200", "opencode",
            "codex", "tool call", "checkpoint",
        })
        {
            Assert.Contains(part, why, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Killed_in_each_phase_the_same_run_still_ends_well_and_does_nothing_twice()
    {
        Prepare();
        _answers.Reset();
        Kill("run", () => _at.Count("a", "attempt_started") == 1 && _model.Requests("throttled") > 0);
        Kill("resume", () => _at.Journal("a").Contains("\"strategy\":\"wait\"", StringComparison.Ordinal));
        Kill("resume", () => _at.Count("a", "attempt_started") == 2);
        Kill("resume", () => _at.Journal("a").Contains("\"strategy\":\"fall_back\"", StringComparison.Ordinal));
        Kill("resume", () => _model.Requests("good") > 0);
        var last = Drive("resume", "a");
        _at.Until(() => _at.Count("a", "driver_started") == 6, "the last driver to take the run up", Longest);
        _answers.Set();
        last.End(Longest).Is(0);
        Holds();
    }

    private void Holds()
    {
        Assert.Equal(3, _at.Count("a", "attempt_started"));
        Assert.Equal(1, _at.Count("a", "attempt_succeeded"));
        Assert.Equal(2, _at.Count("a", "checkpoint_completed"));
        var prompt = Directory.GetFiles(_at.Folder, "prompt.txt", SearchOption.AllDirectories)
            .Single(p => p.Contains("/3.files/", StringComparison.Ordinal));
        var told = File.ReadAllText(prompt);
        Assert.Contains("The last attempt ended as rate_limited", told, StringComparison.Ordinal);
        Assert.Contains("in this order: design, green", told, StringComparison.Ordinal);
        // FB3: OpenCode's session stays OpenCode's.
        var seen = File.ReadAllText(Path.Combine(Path.GetDirectoryName(prompt)!, "observations.json"));
        Assert.DoesNotContain("ses_", seen, StringComparison.Ordinal);
    }

    private void Prepare()
    {
        var home = Directory.CreateDirectory(Path.Combine(_at.Folder, "home")).FullName;
        _at.Write("plan.yaml", $$"""
            name: agents
            runtimes:
            {{AgentPrograms.Runtime("opencode", "opencode", _model.Base("throttled"), home, ", fallback: [ codex ]")}}
            {{AgentPrograms.Runtime("codex", "codex", _model.Base("good"), home)}}
            tasks:
              work:
                runtime: opencode
                prompt: Draw the design, then make it green.
                checkpoints: [ design, { id: green, verify: test -f work.txt } ]
                no-progress: 40s
            """);
    }

    private Command Drive(params string[] args) => _at.Start(args);

    private void Kill(string command, Func<bool> phase)
    {
        var driver = command == "run" ? Drive("run", "plan.yaml", "--id", "a") : Drive("resume", "a");
        _at.Until(() => driver.HasExited || phase(), "the phase to come", Longest);
        Assert.False(driver.HasExited, $"it ended before its phase: {driver.Told()}");
        driver.Signal(Command.Kill);
        driver.End();
    }
}
