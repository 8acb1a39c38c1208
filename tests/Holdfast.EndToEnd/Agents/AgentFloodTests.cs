using System.Globalization;
using System.Text.Json;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Agents;

/// <summary>Agents that print far more, and far worse, than anybody would read.</summary>
public sealed class AgentFloodTests
{
    // What a driver may hold at its peak beside its own 100 MiB or so, whatever an agent prints.
    private const long MostKilobytes = 450 << 10;

    private const string LastEvent =
        """{"type":"error","error":{"name":"APIError","data":{"message":"Too many","statusCode":429}}}""";

    [Fact]
    public void Two_hundred_megabytes_of_events_are_counted_in_bounded_memory_and_the_last_one_decides()
    {
        const long Bytes = 200_000_000;
        const string Event =
            """{"type":"text","sessionID":"s-1","part":{"type":"text","text":"working on it, line by line"}}""";
        using var at = new Holding();
        at.Write("agent.sh", string.Create(CultureInfo.InvariantCulture, $"""
            cat >/dev/null
            yes '{Event}' | head -c {Bytes}
            echo
            echo '{LastEvent}'
            exit 1
            """));
        var (seen, failure, peak) = Run(at);
        var whole = Bytes / (Event.Length + 1);
        Assert.Equal(whole + 1, seen.GetProperty("events").GetInt64());
        Assert.Equal("s-1", seen.GetProperty("session").GetString());
        Assert.Equal("working on it, line by line", seen.GetProperty("text").GetString());
        Assert.Equal(("rate_limited", "stdout"), (
            failure.GetProperty("class").GetString(), failure.GetProperty("channel").GetString()));
        Assert.InRange(peak, 1, MostKilobytes);
    }

    [Fact]
    public void Half_a_line_NUL_bytes_and_ten_megabytes_on_one_line_are_passed_over_and_counted()
    {
        using var at = new Holding();
        at.Write("agent.sh", """
            cat >/dev/null
            echo '{"type":"text","sessionID":"s-1","part":{"text":"before"}}'
            printf '{"type":"text","part":{"text":"'; head -c 10000000 /dev/zero | tr '\0' x; echo '"}}'
            printf '{"type":"te\000xt","part":{"text":"with a NUL"}}\n'
            head -c 100000 /dev/zero; echo
            printf '{"type":"text","part":{"text":"\377\376 no UTF-8"}}\n'
            echo '{"type":"text","part":{"text":"after"}}'
            echo '{"type":"result","subtype":"success","is_error":false,"result":"the last word","num_turns":4}'
            printf '{"type":"error","error":{"message":"cut o'
            """);
        var (seen, _, peak) = Run(at, code: 0);
        Assert.Equal("the last word", seen.GetProperty("text").GetString());
        Assert.Equal(4, seen.GetProperty("turns").GetInt32());

        // The long line, the one with a NUL, the one that is no UTF-8 and the half one; zeros alone look like nothing.
        Assert.Equal(4, seen.GetProperty("unreadable").GetInt64());
        Assert.Equal(3, seen.GetProperty("events").GetInt64());
        Assert.InRange(peak, 1, MostKilobytes);
    }

    private static (JsonElement Seen, JsonElement Failure, long PeakKilobytes) Run(Holding at, int code = 1)
    {
        at.Write("plan.yaml", """
            runtimes: { me: { kind: agent, flavor: custom, run: [ sh, ./agent.sh ] } }
            tasks:
              work: { runtime: me, prompt: Do it., retry: none, no-progress: 5m }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        var peak = 0L;
        at.Until(() =>
        {
            peak = Math.Max(peak, PeakOf(run.Pid));
            return run.HasExited;
        }, "the run to end");
        run.End().Is(code);
        var file = Assert.Single(Directory.GetFiles(at.Folder, "observations.json", SearchOption.AllDirectories));
        using var seen = JsonDocument.Parse(File.ReadAllBytes(file));
        var failure = at.Journal("s").Split('\n')
            .FirstOrDefault(l => l.Contains("error_classified", StringComparison.Ordinal));
        using var told = JsonDocument.Parse(failure ?? "{\"data\":{}}");
        return (seen.RootElement.Clone(), told.RootElement.GetProperty("data").Clone(), peak);
    }

    // The highest that its memory ever was, as the kernel counts it.
    private static long PeakOf(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/status")
                .FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(
                line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
