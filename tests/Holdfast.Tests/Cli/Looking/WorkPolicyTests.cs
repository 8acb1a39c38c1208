using Holdfast.Cli.Looking;
using Holdfast.Plans;
using Holdfast.Tests.Plans;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>What <c>explain</c> says about work that is no plain command, and where each value came from.</summary>
public class WorkPolicyTests
{
    private static readonly Plan Kinds = PlanLoader.Load(PlanData.PathOf("kinds.yaml")).Plan!;

    [Theory]
    [InlineData("other", """
        prompt: Look at ${{ item }} (task)
        runtime: mine (task)
        fallback: none (default)
        mine program: ./agent --task=${{ task.name }} (runtime mine)
        mine model: the program's own choice (default)
        mine permissions: edit (default)
        mine limits: none (default)
        mine breaker: opens after 5 failures in a row, tries again after 30s up to 5m, 2 at once, closes after 2 successes (default)
        worktree: a git work tree and branch of its own (task)
        """)]
    [InlineData("status", """
        request: GET /status/${{ vars.ticket }} (task)
        query: q (task)
        body: none (default)
        expect status: 200 (task)
        output: status.json (task)
        max-bytes: 1,048,576 (task)
        runtime: api (task)
        fallback: spare (runtime api)
        api base: https://api.example.test/v1 (runtime api)
        api redirects: 0 (runtime api)
        api secrets: TOKEN (runtime api)
        api breaker: opens after 5 failures in a row, tries again after 30s up to 5m, 2 at once, closes after 2 successes (default)
        spare base: http://spare.example.test (runtime spare)
        spare redirects: 5 (default)
        spare breaker: opens after 5 failures in a row, tries again after 30s up to 5m, 2 at once, closes after 2 successes (default)
        """)]
    [InlineData("approve", """
        approval by: release, ada@example.test (task)
        approval timeout: 24h (task)
        approval message: Release ${{ run.name }}? (task)
        """)]
    [InlineData("anyone", """
        approval by: anyone (default)
        approval timeout: 24h (default)
        """)]
    [InlineData("merge", "merge: feature, other (task)")]
    public void Every_setting_is_shown_with_its_origin(string task, string expected) =>
        Assert.Equal(expected, Rows(task));

    [Fact]
    public void The_chain_of_an_agent_is_shown_with_its_breaker_limits_and_checkpoints()
    {
        var rows = Rows("feature");
        Assert.Contains("fallback: codex, then mine (runtime opencode)", rows);
        Assert.Contains("opencode limits: 0.50 USD, 200000 tokens, 60 turns (runtime opencode)", rows);
        Assert.Contains("opens after 3 failures in a row or 50 % of at least 4 within 30s, tries again after 10s up to "
            + "2m, 1 at once, closes after 1 success (runtime opencode)", rows);
        Assert.Contains("checkpoints: design → green (verified by `make test`, committed) → done (verified by "
            + "`./look '${{ task.name }}'`) (task)", rows);
        Assert.Contains("checkpoint-deadline: 2h (task)", rows);
    }

    // Values of headers are where secrets go.
    [Fact]
    public void Headers_are_shown_by_name() =>
        Assert.Contains("headers: X-Key (task)", Rows("announce"));

    private static string Rows(string name)
    {
        var values = new List<PolicyValue>();
        var task = Kinds.Find(name)!;
        WorkPolicy.Add(Kinds, task, values);
        WorkPolicy.AddSteps(task, values);
        return string.Join('\n', values.Select(row => $"{row.Name}: {row.Value} ({row.Origin})"));
    }
}
