using System.Text.Json;
using Holdfast.EndToEnd.Http;

namespace Holdfast.EndToEnd.Running;

/// <summary>What stands in the middle of a long capture, or answer, and says why it failed.</summary>
public sealed class LongCaptureTests
{
    private const int Lines = 31_500;
    private const string Noise = "copying block of data from here to there, all is well so far, nothing to see yet";

    [Theory]
    [InlineData("stderr", ">&2")]
    [InlineData("stdout", "")]
    public void The_cause_in_the_middle_of_5_MB_is_found_and_named_by_its_line(string channel, string into)
    {
        using var at = new Holding();
        at.Write("plan.yaml", $$"""
            tasks:
              long:
                run: |
                  { yes '{{Noise}}' | head -n {{Lines}}
                    echo 'psql: error: FATAL: password authentication failed for user "app"'
                    yes '{{Noise}}' | head -n {{Lines}}; } {{into}}
                  exit 2
                retry: none
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var file = Directory.GetFiles(
            Path.Combine(at.Folder, ".holdfast/runs/s/output"), channel == "stderr" ? "1.err" : "1.out",
            SearchOption.AllDirectories);
        Assert.InRange(new FileInfo(Assert.Single(file)).Length, 5_000_000, 6_000_000);
        var failure = Failure(at);
        Assert.Equal(("auth", channel, Lines + 1), (
            failure.GetProperty("class").GetString(), failure.GetProperty("channel").GetString(),
            failure.GetProperty("line").GetInt32()));
    }

    [Fact]
    public void The_code_in_the_middle_of_a_long_answer_refines_its_status()
    {
        var noise = string.Concat(Enumerable.Repeat(Noise + "\n", Lines));
        using var server = new RawServer((_, _) => RawServer.Whole(
            429, noise + "{\"error\":{\"code\":\"insufficient_quota\"}}\n" + noise));
        using var at = new Holding();
        at.Write("plan.yaml", $$"""
            tasks:
              ask: { http: { url: "{{server.Base}}/x", max-bytes: 16000000 }, retry: none }
            """);
        at.Run("run", "plan.yaml", "--id", "s", "--no-wait");
        Assert.Equal("quota_exhausted", Failure(at).GetProperty("class").GetString());
    }

    private static JsonElement Failure(Holding at)
    {
        using var why = JsonDocument.Parse(at.Run("explain", "s", Task(at), "--json").Is(0).Out);
        return why.RootElement.GetProperty("data").GetProperty("attempts")[0].GetProperty("failure").Clone();
    }

    private static string Task(Holding at) => at.Read("plan.yaml").Split('\n')[1].Trim().Split(':')[0];
}
