namespace Holdfast.Tests.House;

public sealed class VerdictTests
{
    private static readonly Problem[] OneProblem = [new("a.cs", "is broken")];

    [Fact]
    public void Nothing_looked_at_is_no_pass() =>
        Assert.Contains("looked at nothing", Assert.Single(Verdict.Judge("rule", 0, [], [])));

    [Fact]
    public void A_problem_is_told_with_its_place_and_rule() =>
        Assert.Equal("rule: a.cs: is broken", Assert.Single(Verdict.Judge("rule", 1, OneProblem, [])));

    [Fact]
    public void An_exemption_covers_its_own_place_and_rule_only()
    {
        Assert.Empty(Verdict.Judge("rule", 1, OneProblem, [new("rule", "a.cs", "agreed")]));
        Assert.Single(Verdict.Judge("rule", 1, OneProblem, [new("other", "a.cs", "agreed")]));
        Assert.Equal(2, Verdict.Judge("rule", 1, OneProblem, [new("rule", "b.cs", "agreed")]).Count);
    }

    [Fact]
    public void An_exemption_that_is_no_longer_needed_fails()
    {
        var told = Verdict.Judge("rule", 1, [], [new("rule", "a.cs", "agreed")]);
        Assert.Contains("no longer needed", Assert.Single(told));
    }

    [Fact]
    public void An_exemption_needs_a_reason() =>
        Assert.Contains("no reason", Assert.Single(Verdict.Judge("rule", 1, OneProblem, [new("rule", "a.cs", " ")])));
}
