using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Http;

/// <summary>How long a fallback may take.</summary>
public sealed class FallbackTimeoutTests
{
    [Fact]
    public void A_fallback_has_its_own_timeout_unless_the_task_names_one()
    {
        using var refuses = new RawServer((_, _) => RawServer.Whole(401));
        RawServer? made = null;
        using var hangs = made = new RawServer((_, _) => made!.Bytes("", hold: true));
        using var at = new Holding();
        at.Write("plan.yaml", $$"""
            runtimes:
              first: { kind: http, base: "{{refuses.Base}}", timeout: 2m, fallback: [ second ] }
              second: { kind: http, base: "{{hangs.Base}}", timeout: 1s }
            defaults: { retry: none }
            tasks:
              own: { http: { runtime: first, path: /a } }
              named: { http: { runtime: first, path: /b }, timeout: 6s }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var ended = at.Journal("s").Split('\n')
            .Where(l => l.Contains("\"ended_by\":\"hard_timeout\"", StringComparison.Ordinal)
                && l.Contains("\"type\":\"attempt_failed\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, ended.Count);
        Assert.InRange(
            Milliseconds(ended.Single(l => l.Contains("\"task\":\"own\"", StringComparison.Ordinal))), 900, 5_800);
        Assert.InRange(
            Milliseconds(ended.Single(l => l.Contains("\"task\":\"named\"", StringComparison.Ordinal))), 5_900, 60_000);
    }

    private static long Milliseconds(string line)
    {
        using var json = System.Text.Json.JsonDocument.Parse(line);
        return json.RootElement.GetProperty("data").GetProperty("duration_ms").GetInt64();
    }
}
