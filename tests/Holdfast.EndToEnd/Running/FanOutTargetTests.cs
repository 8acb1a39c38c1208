namespace Holdfast.EndToEnd.Running;

/// <summary>Instances of one fan-out that are sent to different targets.</summary>
public sealed class FanOutTargetTests
{
    [Theory]
    [InlineData("")]
    [InlineData(", max-parallel: 1")]
    public void Each_instance_has_the_breaker_of_its_own_item(string bound)
    {
        using var at = new Holding();
        at.Write("plan.yaml", $$$"""
            vars: { zone: eu }
            defaults: { retry: none }
            tasks:
              ping:
                for-each: { items: [ a, b, c ]{{{bound}}} }
                target: "${{ vars.zone }}/${{ item }}"
                run: "[ ${{ item }} != b ] || { echo 'connect: Connection refused' >&2; exit 1; }"
              one: { target: "${{ vars.zone }}/one", run: "true" }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        foreach (var target in new[] { "eu/a", "eu/b", "eu/c", "eu/one" })
        {
            Assert.Contains($"\"target\":\"{target}\"", at.Journal("s"), StringComparison.Ordinal);
        }

        var breakers = at.Run("breakers").Is(0).Out;
        Assert.Contains("eu/b", breakers, StringComparison.Ordinal);
        Assert.DoesNotContain("${{", breakers, StringComparison.Ordinal);

        // A later driver folds the same.
        at.Run("retry", "s", "--failed").Is(1);
        Assert.Equal(2, at.Lines(".holdfast/runs/s/journal.ndjson").Count(l =>
            l.Contains("\"attempt_started\"", StringComparison.Ordinal)
            && l.Contains("\"target\":\"eu/b\"", StringComparison.Ordinal)));
    }
}
