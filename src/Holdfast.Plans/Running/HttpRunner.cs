using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Http;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Plans.Running;

/// <summary>
/// Requests as attempts. They run in this process and end with it: what a driver that died had sent is judged by the
/// task's effect, as any attempt whose end nobody saw.
/// </summary>
internal sealed class HttpRunner(
    Plan plan, RunState state, AttemptSpecs specs, FailureClassifier classifier, SecretMask mask, TimeProvider time)
    : IDisposable
{
    // Most plans send nothing, and loading what sends is a twentieth of a short run.
    private readonly Lazy<HttpSender> _sender = new(() => new HttpSender(time, mask));
    private readonly HttpJudge _judge = new(classifier, mask, time);
    private readonly ConcurrentDictionary<AttemptId, Running> _running = new();

    internal static bool Runs(PlanTask task) => task.Work is HttpWork;

    internal void Start(AttemptId attempt, CommandSpec bounded, IAttemptSink sink)
    {
        var task = specs.TaskOf(attempt.Task);
        var work = (HttpWork)task.Work;
        var context = specs.ContextFor(attempt, bounded);
        var record = HttpRecord.PathOf(bounded.Paths);
        var call = CallOf(attempt, task, work, context, bounded);
        var outputs = specs.Outputs(attempt);
        MakeRoom(work, context);
        if (!HttpRecord.TryBegin(record, bounded.Run, attempt.Task, attempt.Number))
        {
            Adopt(attempt, bounded, sink);
            return;
        }

        var before = outputs.Count == 0 ? null : OutputCheck.Before(plan.Folder, outputs);
        var running = new Running(state.Find(attempt.Task)!.Runtime.Name);
        _running[attempt] = running;
        _ = Task.Run(() => RunAsync(attempt, work, context, call, before, running, sink));
    }

    internal static AttemptTrace Find(CommandSpec located)
    {
        var record = HttpRecord.PathOf(located.Paths);
        if (File.Exists(record))
        {
            return HttpRecord.Read(record) is null ? AttemptTrace.Gone : AttemptTrace.Ended;
        }

        // The record precedes the sending, so without it nothing was sent, unless a power cut took the file away.
        return located.IntentBoot is null || located.IntentBoot == AttemptFile.CurrentBoot
            ? AttemptTrace.NeverStarted
            : AttemptTrace.Gone;
    }

    internal void Adopt(AttemptId attempt, CommandSpec located, IAttemptSink sink)
    {
        if (HttpRecord.Read(HttpRecord.PathOf(located.Paths)) is not var (outcome, failure))
        {
            sink.AttemptEnded(attempt, new AttemptEnd(new Outcome { EndedBy = EndedBy.Lost }, Lost.Failure));
            return;
        }

        var outputs = failure is null ? specs.Outputs(attempt) : [];
        var startedAt = state.Find(attempt.Task)?.AttemptStartedAt ?? DateTimeOffset.MinValue;
        var report = outputs.Count == 0 ? null : OutputCheck.AfterAdoption(plan.Folder, outputs, startedAt);
        sink.AttemptEnded(attempt, End(outcome, failure, report));
    }

    internal void Stop(AttemptId attempt, EndedBy reason)
    {
        if (_running.TryGetValue(attempt, out var running))
        {
            running.Stop(reason);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var running in _running.Values)
        {
            running.Stop(EndedBy.Lost);
        }

        if (_sender.IsValueCreated)
        {
            _sender.Value.Dispose();
        }
    }

    private async Task RunAsync(
        AttemptId attempt, HttpWork work, TemplateContext context, HttpCall call, OutputCheck? before, Running running,
        IAttemptSink sink)
    {
        AttemptEnd end;
        var isSent = false;
        try
        {
            var result = await _sender.Value.SendAsync(call, running.Token);
            isSent = true;
            var (outcome, failure) = _judge.Judge(work, context, result, call.BodyPath, running.Reason);
            failure = failure is null ? null
                : AttemptContexts.OfRequest(failure, call, result, running.Runtime, mask);
            outcome = outcome with { StderrBytes = new FileInfo(call.LogPath).Length };
            if (failure is null && work.Output is { } output)
            {
                failure = Keep(call.BodyPath, output.RenderPlain(context)) is { } lost
                    ? AttemptContexts.OfRequest(lost, call, result, running.Runtime, mask)
                    : null;
            }

            HttpRecord.End(Path.ChangeExtension(call.BodyPath, ".http"), outcome, failure);
            end = End(outcome, failure, failure is null ? before?.After() : null);
        }
        catch (Exception error)
        {
            // An attempt that ended is never lost for want of a file or a judgement.
            var outcome = new Outcome { EndedBy = running.Reason ?? EndedBy.Itself };
            end = isSent
                ? new AttemptEnd(outcome, AnswerLost("what became of it cannot be recorded", error))
                : AttemptJudgement.NotPrepared(error) with { Outcome = outcome };
        }

        _running.TryRemove(attempt, out _);
        running.Dispose();
        sink.AttemptEnded(attempt, end);
    }

    private static AttemptEnd End(Outcome outcome, Failure? failure, OutputReport? report)
    {
        if (failure is null && report is { Faults: [var fault, ..] })
        {
            failure = new Failure
            {
                Class = FailureClass.NotFound,
                Disposition = Disposition.Fail,
                Transient = false,
                Evidence = new Evidence(FailureClassifier.OutputsRule, "contract", null, fault.Detail),
            };
        }

        return new AttemptEnd(outcome, failure) { Outputs = failure is null ? report?.Files ?? [] : [] };
    }

    // What would keep the answer from being kept is better known before the request is sent.
    private void MakeRoom(HttpWork work, TemplateContext context)
    {
        if (work.Output?.RenderPlain(context) is not { } output)
        {
            return;
        }

        var target = Path.Combine(plan.Folder, output);
        if (Directory.Exists(target))
        {
            throw new TemplateException($"the output \"{output}\" is a folder; name a file");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
    }

    // The old content or the new one, whole, and on the disk before the end is told. What cannot be kept is a failure
    // of an attempt that has done its work.
    private Failure? Keep(string body, string output)
    {
        var target = Path.Combine(plan.Folder, output);
        var storage = LocalStorage.Instance;
        var aside = target + ".holdfast-new";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            storage.Delete(aside);
            storage.Copy(body, aside);
            storage.Move(aside, target);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return AnswerLost($"the answer cannot be kept as \"{output}\"", error);
        }
    }

    private Failure AnswerLost(string what, Exception error)
    {
        var kind = FailureClassifier.ClassifyException(error, time.GetUtcNow()).Class;
        return new Failure
        {
            Class = kind == FailureClass.Unknown ? FailureClass.InvalidInput : kind,
            Disposition = Disposition.Fail,
            Transient = false,
            Evidence = new Evidence(Recovery.AnswerLost, "runtime", null,
                mask.Mask($"it was answered, and {what}: {error.Message}"),
                "make room for the file; what was answered is in the output of the attempt"),
        };
    }

    private HttpCall CallOf(
        AttemptId attempt, PlanTask task, HttpWork work, TemplateContext context, CommandSpec bounded)
    {
        var runtime = plan.CandidatesOf(task).OfType<HttpRuntimeSetting>()
            .FirstOrDefault(r => r.Name == state.Find(attempt.Task)!.Runtime.Name);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["User-Agent"] = "holdfast",
        };
        foreach (var (name, value) in (runtime?.Headers ?? []).Concat(work.Headers))
        {
            headers[name] = HttpAddress.HeaderValue(name, value, context);
        }

        if (task.Effect.Kind == EffectKind.Keyed)
        {
            headers.TryAdd("Idempotency-Key", specs.IdempotencyKey(attempt.Task));
        }

        return new HttpCall
        {
            Method = work.Method,
            Address = work.Address(runtime, context),
            Headers = [.. headers],
            Body = BodyOf(work, context),
            Redirects = runtime?.Redirects ?? HttpRuntimeSetting.DefaultRedirects,
            MaxBytes = work.MaxBytes,
            Timeout = bounded.HardTimeout,
            BodyPath = bounded.Paths.Out,
            LogPath = bounded.Paths.Err,
        };
    }

    private Func<HttpContent>? BodyOf(HttpWork work, TemplateContext context)
    {
        if (work.Json is { } json)
        {
            var bytes = json.Render(context);
            return () => new ByteArrayContent(bytes)
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json", "utf-8") },
            };
        }

        if (work.Body is { } body)
        {
            var text = body.RenderPlain(context);
            return () => new StringContent(text);
        }

        if (work.BodyFile?.RenderPlain(context) is not { } file)
        {
            return null;
        }

        var path = Path.GetFullPath(file, plan.Folder);
        if (PortableCalls.IsEndless(path))
        {
            throw new TemplateException($"the body-file \"{file}\" {EndlessFileException.Reason}");
        }

        return File.Exists(path)
            ? () => new StreamContent(File.OpenRead(path))
            : throw new TemplateException($"the body-file \"{file}\" does not exist; make it before this task runs");
    }

    private sealed class Running(string runtime) : IDisposable
    {
        private readonly CancellationTokenSource _stop = new();

        internal string Runtime => runtime;

        internal CancellationToken Token => _stop.Token;

        internal EndedBy? Reason { get; private set; }

        internal void Stop(EndedBy reason)
        {
            Reason ??= reason;
            try
            {
                _stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It ended meanwhile.
            }
        }

        public void Dispose() => _stop.Dispose();
    }
}
