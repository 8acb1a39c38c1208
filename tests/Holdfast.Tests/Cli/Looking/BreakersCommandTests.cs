using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Targets;
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

    public void Dispose() => _kit.Dispose();
}
