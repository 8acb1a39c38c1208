using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Targets;
using Holdfast.Runs.Workspaces;
using Holdfast.Tests.Approvals;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>What people see of breakers, and what a reset does.</summary>
public sealed class BreakersCommandTests : IDisposable
{
    private static readonly AttemptId Attempt = new("call", 1);

    private readonly LookKit _kit = new();

    private WorkspaceTargets Targets() => new(
        LocalStorage.Instance, _kit.Workspace.Path, 1, "run-1", _ => new BreakerSettings { Jitter = TimeSpan.Zero });

    private void Prepare()
    {
        using var targets = Targets();
        var now = _kit.Clock.Now;
        for (var i = 0; i < 5; i++)
        {
            targets.Report("api.example.com", Attempt, targets.Ask("api.example.com", Attempt, now).Permit,
                FailureClass.Unavailable, now);
        }

        targets.Report("good", Attempt, targets.Ask("good", Attempt, now).Permit, null, now);
        targets.Throttle("slow", Attempt, now.AddMinutes(5), "told 300 s", now);
        _kit.Clock.Now = now.AddSeconds(10);
    }

    [Theory]
    [InlineData("none", false, "breakers")]
    [InlineData("list", true, "breakers")]
    [InlineData("json", true, "breakers", "list", "--json")]
    [InlineData("metrics", true, "breakers", "metrics", "api.example.com", "--last", "2")]
    [InlineData("metrics-none", true, "breakers", "metrics", "--last", "0", "--json")]
    public void Breakers_are_told_as_approved(string name, bool known, params string[] args)
    {
        if (known)
        {
            Prepare();
        }

        var (code, text, error) = _kit.Run(args);
        Assert.Equal((0, ""), (code, error));
        Approved.Matches($"looking/breakers/{name}", text);
    }

    [Fact]
    public void A_reset_closes_a_breaker_and_an_unknown_name_is_told_the_nearest()
    {
        Prepare();
        Assert.Equal(0, _kit.Run("breakers", "reset", "api.example.com").Code);
        using var targets = Targets();
        Assert.True(targets.Ask("api.example.com", Attempt, _kit.Clock.Now).IsAllowed);
        var (code, _, error) = _kit.Run("breakers", "reset", "api.exampel.com");
        Assert.Equal(10, code);
        Assert.Contains("did you mean \"api.example.com\"", error, StringComparison.Ordinal);
        Assert.Equal(10, _kit.Run("breakers", "metrics", "nobody").Code);
        Assert.Equal(2, _kit.Run("breakers", "metrics", "--last", "201").Code);
    }

    [Fact]
    public void A_reset_is_told_to_every_run_that_waits_and_one_that_is_damaged_keeps_no_other_from_going_on()
    {
        Prepare();
        var blocked = new TargetBlocked("api.example.com", _kit.Clock.Now.AddHours(2), BlockCause.Breaker);
        string[] ids = ["waits", "broken", "also", "elsewhere"];
        var runs = ids.ToDictionary(id => id, id => _kit.MakeOf(
            $"tasks:\n  a: {{ run: ./a, target: {(id == "elsewhere" ? "good" : "api.example.com")} }}\n"
            + $"  b: {{ run: ./b, target: api.example.com, needs: [ {(id == "also" ? "" : "a")} ] }}\n", id, blocked));
        var journal = JournalFormat.PathIn(runs["broken"].Path);
        File.WriteAllText(journal, File.ReadAllText(journal).Replace("\"pid\":4711", "\"pid\":4712"));

        var (code, text, error) = _kit.Run("breakers", "reset", "api.example.com");
        Assert.Equal(8, code);
        Assert.Contains("run also: api.example.com is asked again, and 2 tasks go on once it is resumed\n", text);
        Assert.Contains("run waits: api.example.com is asked again, and 1 task goes on once it is resumed\n", text);
        Assert.Contains("next: holdfast resume also\n", text);
        Assert.Contains("journal.ndjson", error);
        Assert.Equal(
            ["also", "elsewhere", "waits"],
            runs.Where(r => Told(r.Value).Contains("target_unblocked")).Select(r => r.Key).Order());

        // What was told once is not told again; the run that knows the target is reason enough to know it.
        File.Delete(Path.Combine(_kit.Workspace.Path, WorkspaceTargets.FileName));
        Directory.Delete(runs["broken"].Path, recursive: true);
        var (again, json, _) = _kit.Run("breakers", "reset", "api.example.com", "--json");
        Assert.Equal(0, again);
        Assert.Contains("\"set_going\":{\"runs\":0,\"tasks\":0},\"runs\":[]", json);

        static string Told(RunFolder run) => File.ReadAllText(JournalFormat.PathIn(run.Path));
    }

    public void Dispose() => _kit.Dispose();
}
