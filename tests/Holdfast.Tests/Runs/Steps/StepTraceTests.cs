using System.Diagnostics;
using System.Net;
using Holdfast.Resilience;

namespace Holdfast.Tests.Runs.Steps;

public sealed class StepTraceTests : IDisposable
{
    private const string Id = "traced";
    private readonly StepBench _bench = new();
    private readonly List<Activity> _spans = [];
    private readonly ActivityListener _listener;

    public StepTraceTests()
    {
        // Listeners hear the whole process, and other tests run beside this one.
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Holdfast",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (_spans)
                {
                    if (span.GetTagItem("holdfast.run.id") is string id && id.StartsWith(Id, StringComparison.Ordinal))
                    {
                        _spans.Add(span);
                    }
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public void Each_attempt_at_a_step_is_a_span_within_that_of_its_run_and_says_how_it_failed()
    {
        var calls = 0;
        _bench.Run(
            run => run.Scope("eu").StepAsync("load", _ => calls++ == 0
                ? throw new HttpRequestException("try later", null, HttpStatusCode.ServiceUnavailable)
                : Task.FromResult(1)),
            Id, new RunOptions { Name = "import" });

        Assert.Equal(["step load", "step load", "run import"], _spans.Select(s => s.DisplayName));
        Assert.All(_spans[..2], s => Assert.Equal(_spans[2].SpanId, s.ParentSpanId));
        Assert.All(_spans[..2], s => Assert.Equal("eu/load", s.GetTagItem("holdfast.step.name")));
        Assert.Equal([1, 2], _spans[..2].Select(s => s.GetTagItem("holdfast.step.attempt")));
        Assert.Equal(
            [ActivityStatusCode.Error, ActivityStatusCode.Unset, ActivityStatusCode.Unset],
            _spans.Select(s => s.Status));
        Assert.Equal("System.Net.Http.HttpRequestException", _spans[0].GetTagItem("error.type"));
        Assert.Equal("unavailable", _spans[0].GetTagItem("holdfast.failure.class"));
        Assert.Contains("try later", _spans[0].StatusDescription, StringComparison.Ordinal);
        Assert.Equal("import", _spans[2].GetTagItem("holdfast.run.name"));
    }

    [Fact]
    public void A_step_that_was_done_before_has_no_span_and_neither_has_a_run_that_has_ended()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("b"), Program, Id);
        _bench.Kill();
        _spans.Clear();
        Assert.ThrowsAny<Exception>(() => _bench.Run(
            async run =>
            {
                await run.StepAsync("a", _bench.Does("a", 1));
                await run.StepAsync<int>("c", _ => throw new ArgumentException("no"));
            }, Id));
        Assert.Equal(["step c", "run"], _spans.Select(s => s.DisplayName));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Error], _spans.Select(s => s.Status));

        _spans.Clear();
        Assert.ThrowsAny<Exception>(() => _bench.Run(Program, Id));
        Assert.Empty(_spans);

        async Task Program(DurableRun run)
        {
            await run.StepAsync("a", _bench.Does("a", 1));
            await run.StepAsync("b", _bench.Hangs("b"));
        }
    }

    [Fact]
    public void Who_waits_for_a_person_or_was_interrupted_has_not_failed()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("pay"), Pays, Id);
        _bench.Kill();
        Assert.Throws<OutcomeUnknownException>(() => _bench.Run(Pays, Id));
        Assert.Equal(("run", ActivityStatusCode.Unset), (_spans[^1].DisplayName, _spans[^1].Status));

        using var stop = new CancellationTokenSource();
        var other = _bench.Thread.Start(() => _bench.Workspace.RunAsync(
            Id + "2", run => run.StepAsync("wait", _bench.Hangs("wait")), null, stop.Token));
        Assert.True(_bench.Thread.RunUntil(() => _bench.Log.Contains("wait")));
        stop.Cancel();
        Assert.True(_bench.Thread.RunUntil(() => other.IsCompleted));
        Assert.True(other.IsCanceled);
        Assert.Equal(
            [("step wait", ActivityStatusCode.Unset), ("run", ActivityStatusCode.Unset)],
            _spans[^2..].Select(s => (s.DisplayName, s.Status)));

        Task Pays(DurableRun run) => run.StepAsync("pay", _bench.Hangs("pay"), new() { Effect = Effect.Once });
    }

    public void Dispose() => _listener.Dispose();
}
