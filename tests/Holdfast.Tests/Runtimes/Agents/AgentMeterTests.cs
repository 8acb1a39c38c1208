using System.Globalization;
using System.Text;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Plans.Runtimes.Agents;

namespace Holdfast.Tests.Runtimes.Agents;

/// <summary>What counts as progress, and what ends an attempt while it runs.</summary>
public sealed class AgentMeterTests : IDisposable
{
    private const string Step =
        "{\"type\":\"step_finish\",\"sessionID\":\"s\",\"part\":{\"tokens\":{\"input\":100,\"output\":20},"
        + "\"cost\":0.3}}\n";

    private readonly AgentBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_same_retry_line_again_and_again_is_no_progress()
    {
        using var meter = _bench.Meter();
        Log(1, "18:46:44.653", "ses_de1e23d34ffe8THm9ehfKuZ4tk");
        _bench.Time.Turn();
        var first = meter.Progress;
        Assert.Equal(2, first);
        for (var i = 2; i < 200; i++)
        {
            Log(i, $"18:47:{i % 60:00}.{i}", $"ses_{i}");
        }

        _bench.Time.Turn();
        Assert.Equal(first, meter.Progress);
        _bench.Err("level=INFO message=\"something else\"\n");
        _bench.Time.Turn();
        Assert.Equal(first + 1, meter.Progress);

        void Log(int number, string at, string session)
        {
            _bench.Err($"timestamp=2026-11-27T{at}Z level=ERROR run=7bd802cc message=\"stream error\" "
                + $"session={session}\n");
            _bench.Out($"{{\"type\":\"system\",\"attempt\":{number},"
                + $"\"uuid\":\"0263ff46-12c9-4dce-{number:x4}-eebb80a2c053\"}}\n");
        }
    }

    [Fact]
    public void Lines_that_came_long_ago_count_again_so_memory_stays_bounded()
    {
        var novelty = new LineNovelty();
        Assert.True(novelty.IsNew("first"u8));
        Assert.False(novelty.IsNew("first"u8));
        for (var i = 0; i < LineNovelty.Remembered; i++)
        {
            var letters = i.ToString("D8", CultureInfo.InvariantCulture).Select(c => (char)(c - '0' + 'g'));
            novelty.IsNew(Encoding.ASCII.GetBytes([.. letters]));
        }

        Assert.True(novelty.IsNew("first"u8));
    }

    [Theory]
    [InlineData(0.5, null, null, "it cost 0.6 USD, over its limit of 0.5 USD")]
    [InlineData(null, 200L, null, "it used 240 tokens, over its limit of 200")]
    [InlineData(null, null, 1, "it took 2 turns, over its limit of 1")]
    public void A_limit_is_passed_while_it_runs(double? cost, long? tokens, int? turns, string told)
    {
        using var meter = _bench.Meter(new AgentLimits((decimal?)cost, tokens, turns));
        _bench.Out(Step);
        _bench.Time.Turn();
        Assert.False(meter.IsPastLimit);
        _bench.Out(Step[..40]);
        _bench.Time.Turn();
        Assert.False(meter.IsPastLimit);
        _bench.Out(Step[40..]);
        _bench.Time.Turn();
        Assert.True(meter.IsPastLimit);
        Assert.Equal(told, meter.PastLimit);
        Assert.Equal(told, meter.Finish(AgentBench.Called).PastLimit);
    }

    [Fact]
    public void Lines_tell_checkpoints_only_where_the_runtime_opted_in()
    {
        _bench.Out("HOLDFAST:checkpoint {\"id\":\"design\",\"summary\":\"drawn\"}\n"
            + "read: HOLDFAST:checkpoint {\"id\":\"x\"}\n"
            + "HOLDFAST:checkpoint {\"id\":7}\nHOLDFAST:checkpoint {\"id\":\"design\",\"summary\":\"twice\"}\n"
            + "HOLDFAST:checkpoint {\"id\":\"green\"}");
        using var opted = _bench.Meter(checkpointLines: true);
        opted.Finish(AgentBench.Called);
        Assert.Equal([new("design", "drawn"), new("green", "")], opted.Checkpoints);
        // Told once more after another one it is kept: it may have been too early before.
        var again = new CheckpointLines(SecretMask.Empty);
        foreach (var id in new[] { "b", "a", "a", "b" })
        {
            again.Take(Encoding.UTF8.GetBytes($"HOLDFAST:checkpoint {{\"id\":\"{id}\"}}"));
        }

        Assert.Equal(["b", "a", "b"], again.Told.Select(t => t.Id));
        using var other = _bench.Meter();
        other.Finish(AgentBench.Called);
        Assert.Empty(other.Checkpoints);
    }

    [Theory]
    [InlineData(0, "a,b,c", "a,b,c", "")]
    [InlineData(0, "b,a,b", "a,b", "b: rule order: \"a\" comes before it")]
    [InlineData(0, "c,b,a", "a", "c: rule order: \"a\" comes before it|b: rule order: \"a\" comes before it")]
    [InlineData(1, "a,b", "b", "a: rule once: it is completed already")]
    [InlineData(0, "a,x,b,x,a", "a,b", "x: rule declared: the task has no such checkpoint|"
        + "a: rule once: it is completed already")]
    [InlineData(3, "c,b", "", "c: rule once: it is completed already|b: rule once: it is completed already")]
    [InlineData(0, "", "", "")]
    public void Checkpoints_count_in_their_turn_and_the_others_are_refused_by_the_rule(
        int done, string told, string taken, string refused)
    {
        var lines = told.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => new ToldCheckpoint(id, ""));
        var (counts, others) = CheckpointLines.InOrder(lines, ["a", "b", "c"], done);
        Assert.Equal((taken, refused), (string.Join(',', counts.Select(t => t.Id)), string.Join('|', others)));
    }
}
