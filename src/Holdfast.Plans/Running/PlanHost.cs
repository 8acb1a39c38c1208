using System.Collections.Concurrent;
using Holdfast.Failures;
using Holdfast.Plans.Fanout;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Running;

/// <summary>
/// The world of a plan's tasks, as the engine asks for it: commands are started and watched, outputs checked, failures
/// classified. Calls come on the dispatcher's thread; ends leave on any.
/// </summary>
public sealed partial class PlanHost : IRunHost, IDisposable
{
    private static readonly TimeSpan ReexamineTimeout = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan DeadlineSlack = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly Plan _plan;
    private readonly RunState _state;
    private readonly RunFolder _run;
    private readonly ConcurrentDictionary<AttemptId, bool> _aside = new();
    private readonly CommandRuntime _runtime;
    private readonly AttemptSpecs _specs;
    private readonly AttemptJudgement _judgement;
    private readonly HttpRunner _http;
    private readonly bool _mayShowText;
    private readonly AgentVersions _versions;
    private readonly Dictionary<AttemptId, CommandSpec> _ready = [];

    /// <summary>A host for one run.</summary>
    /// <param name="plan">The plan as resolved.</param>
    /// <param name="state">The run's state; read on the dispatcher's thread only.</param>
    /// <param name="place">Where the run is.</param>
    /// <param name="secrets">Values of the plan's secrets by name.</param>
    /// <param name="time">Wall clock.</param>
    /// <param name="options">Of the command runtime.</param>
    public PlanHost(
        Plan plan, RunState state, RunPlace place, IReadOnlyDictionary<string, string> secrets, TimeProvider time,
        CommandRuntimeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentNullException.ThrowIfNull(place);
        _time = time;
        _plan = plan;
        _state = state;
        _run = place.Folder;
        Mask = SecretMask.For(secrets.Values);
        _specs = new AttemptSpecs(plan, state, place, secrets);
        _mayShowText = secrets.Count >= plan.Secrets.Count;
        var classifier = new FailureClassifier(plan.Rules, Mask);
        _judgement = new AttemptJudgement(classifier, Mask, time, _mayShowText);
        _http = new HttpRunner(plan, state, _specs, classifier, Mask, time);
        _runtime = CommandRuntime.Create(options);
        _versions = new AgentVersions(_runtime);
    }

    /// <summary>Takes secrets out of whatever is shown or recorded.</summary>
    public SecretMask Mask { get; }

    /// <inheritdoc/>
    public IDriverRest? Rest => _runtime.Rest;

    /// <inheritdoc/>
    public void MakeReady(AttemptId attempt)
    {
        // Whatever else there is (requests, agents, merges) takes so long that its files make no difference.
        if (_specs.TaskOf(attempt.Task).Work is not CommandWork)
        {
            return;
        }

        try
        {
            var located = _specs.Locate(attempt);
            if (AttemptFolders.Make(located.Folder) && AttemptFolders.Make(AttemptSpecs.FilesOf(located))
                && _runtime.MakeReady(located))
            {
                _ready.Add(attempt, located);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The start meets it again, and tells.
        }
    }

    /// <inheritdoc/>
    public void GiveUp(AttemptId attempt)
    {
        if (_ready.Remove(attempt))
        {
            _runtime.GiveUp(attempt);
        }
    }

    /// <inheritdoc/>
    public void Start(AttemptId attempt, IAttemptSink sink)
    {
        try
        {
            if (!_ready.Remove(attempt, out var located))
            {
                located = _specs.Locate(attempt);
                if (!AttemptFolders.Make(located.Folder) && !IsRequest(attempt) && WasStarted(located))
                {
                    Adopt(attempt, sink);
                    return;
                }

                AttemptFolders.Make(AttemptSpecs.FilesOf(located));
            }

            if (IsRequest(attempt))
            {
                _http.Start(attempt, Bounded(located), sink);
                return;
            }

            var prepared = _specs.Placed(_specs.Prepare(attempt, located));
            var outputs = prepared.Outputs.Count == 0 ? null
                : OutputCheck.Before(_specs.HomeOf(attempt.Task), prepared.Outputs);
            prepared = prepared with { Command = Bounded(prepared.Command) };
            Func<OutputReport>? check = outputs is null ? null : outputs.After;
            if (prepared.Agent is { } agent)
            {
                // An unknown program may take the question for a prompt.
                Func<CommandSpec>? question = agent.Setting.Flavor == AgentFlavor.Custom ? null
                    : () => _specs.VersionOf(prepared);
                _versions.Before(
                    attempt, agent.Called.Runtime, question,
                    version => Begin(prepared, agent, version, check, sink),
                    reason => sink.AttemptEnded(attempt, _judgement.Stopped(reason)));
                return;
            }

            _runtime.Start(prepared.Command, outcome => Judge(prepared, outcome, check, sink));
        }
        catch (Exception error) when (error is Expressions.TemplateException or ArgumentException
            or UnauthorizedAccessException or (IOException and not Journal.StorageFullException))
        {
            sink.AttemptEnded(attempt, AttemptJudgement.NotPrepared(error));
        }
    }

    // The run's deadline is the driver's to keep. Should the driver die, the guard keeps it as the attempt's own limit:
    // a little later, so that a driver that lives comes first and says what it was.
    private CommandSpec Bounded(CommandSpec command)
    {
        var left = _state.DeadlineAt - _time.GetUtcNow() + DeadlineSlack;
        return left < command.HardTimeout
            ? command with { HardTimeout = left.Value < DeadlineSlack ? DeadlineSlack : left.Value }
            : command;
    }

    // A journal whose durable end the disk lost calls for an attempt that ran already. Its own file knows better: it is
    // taken up or judged like any other, and never runs a second time. A folder that is new holds no file.
    private bool WasStarted(CommandSpec located) => _runtime.CanAdopt && File.Exists(located.Paths.Attempt)
        && _runtime.Find(located) != AttemptTrace.NeverStarted;

    /// <inheritdoc/>
    public AttemptTrace Find(AttemptId attempt) => IsRequest(attempt)
        ? HttpRunner.Find(_specs.Locate(attempt))
        : _runtime.Find(_specs.Locate(attempt));

    /// <inheritdoc/>
    public IReadOnlyList<FoundAttempt> FindAll()
    {
        Dictionary<string, string>? names = null;
        return AttemptSearch.All(
            _run.Id, _run.OutputPath, _runtime,
            folder => (names ??= _state.Tasks.ToDictionary(t => AttemptPaths.FolderName(t.Name), t => t.Name))
                .GetValueOrDefault(folder));
    }

    /// <inheritdoc/>
    public void Adopt(AttemptId attempt, IAttemptSink sink)
    {
        if (_state.Find(attempt.Task) is null)
        {
            // No task stands for it any more: it can be watched and ended, and nothing is judged by it.
            var folder = Path.Combine(_run.OutputPath, AttemptPaths.FolderName(attempt.Task));
            _runtime.Adopt(
                AttemptSearch.SpecOf(_run.Id, attempt, folder),
                outcome => sink.AttemptEnded(attempt, new AttemptEnd(outcome, Lost.Failure)));
            return;
        }

        var located = _specs.Locate(attempt);
        if (IsRequest(attempt))
        {
            _http.Adopt(attempt, located, sink);
            return;
        }

        var paths = _specs.Outputs(attempt);
        var startedAt = _state.Find(attempt.Task)?.AttemptStartedAt ?? DateTimeOffset.MinValue;
        var agent = _specs.AgentOf(attempt, located);
        located = agent?.Watched(located, Mask, _time) ?? located;
        var prepared = new PreparedAttempt(located, paths, _specs.Tool(attempt), agent);
        _runtime.Adopt(located, outcome => Judge(
            prepared, outcome, paths.Count == 0 ? null : () => OutputCheck.AfterAdoption(
                _specs.HomeOf(attempt.Task), paths, startedAt), sink));
    }

    /// <inheritdoc/>
    public void Stop(AttemptId attempt, EndedBy reason, bool atOnce)
    {
        if (IsRequest(attempt))
        {
            _http.Stop(attempt, reason);
        }
        else if (!_versions.Stop(attempt, reason))
        {
            _runtime.Stop(attempt, reason, atOnce);
        }
    }

    // One that no item leads to any more is known by its files alone, and only commands outlive their driver.
    private bool IsRequest(AttemptId attempt) =>
        _state.Find(attempt.Task) is not null && HttpRunner.Runs(_specs.TaskOf(attempt.Task));

    /// <inheritdoc/>
    public AttemptEnd Reexamine(AttemptId attempt)
    {
        // The driver's thread asks, and it is the one that watches: it rests until it has the answer.
        using var ordinary = Rest is null ? new DriverRest() : null;
        var rest = Rest ?? ordinary!;
        var sink = new WaitingSink(rest);
        Adopt(attempt, sink);
        var since = _time.GetTimestamp();
        while (sink.End is null && _time.GetElapsedTime(since) is var waited && waited < ReexamineTimeout)
        {
            rest.Rest(ReexamineTimeout - waited);
        }

        // What else was told meanwhile is taken in at the next step, which this must not put off.
        rest.Wake();
        return sink.End ?? new AttemptEnd(new Outcome { EndedBy = EndedBy.Lost }, Lost.Failure);
    }

    /// <inheritdoc/>
    public Failure Incomplete(AttemptId attempt, Outcome outcome, IReadOnlyList<string> missing)
    {
        var located = _specs.Locate(attempt);
        using var agent = _specs.AgentOf(attempt, located);
        var failure = _judgement.Incomplete(
            new PreparedAttempt(located, [], _specs.Tool(attempt), agent), outcome, missing);
        if (agent is not null)
        {
            AgentAttempt.Rejudge(AttemptSpecs.FilesOf(located), outcome, failure);
        }

        return failure;
    }

    /// <inheritdoc/>
    public Runs.Expansion Expand(string task)
    {
        var found = Fanout.Expansion.Expand(
            _plan.Tasks[_state.Find(task)!.Index], _specs.ContextOf(task), new SystemPlanFiles(_plan.Folder));
        return new Runs.Expansion(
            [.. found.Instances.Select(i => new FanOutItem(i.Name[(task.Length + 1)..^1], i.Item.Value))],
            found.Warning, found.Error);
    }

    /// <inheritdoc/>
    public void Reconcile(AttemptId attempt, Action<ReconcileAnswer, int?> answer)
    {
        var task = _specs.TaskOf(attempt.Task);
        Aside(attempt, task.Effect.Reconcile!, "reconcile", why: null, outcome => answer(
            outcome switch
            {
                { EndedBy: EndedBy.Itself, ExitCode: 0 } => ReconcileAnswer.Happened,
                { EndedBy: EndedBy.Itself, ExitCode: 1 } => ReconcileAnswer.DidNotHappen,
                _ => ReconcileAnswer.Unclear,
            },
            outcome.ExitCode));
    }

    /// <inheritdoc/>
    public void Notify(NotifyOn on, string why, Action<int?, string?> done) => Aside(
        new AttemptId("notify " + on.Word(), 1), _plan.Notify!.Command, "notify", why,
        outcome => done(outcome.ExitCode, outcome.ExitedWell ? null : outcome.StartError ?? outcome.EndedBy.Word()));

    /// <inheritdoc/>
    public IReadOnlyList<string> LostOutputs(string task, IReadOnlyList<OutputFile> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var home = _specs.HomeOf(task);
        return [.. outputs.Where(o => !OutputCheck.IsStill(home, o)).Select(o => o.Path)];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _runtime.Dispose();
    }

    /// <inheritdoc/>
    public void StopAside(bool atOnce)
    {
        foreach (var aside in _aside.Keys)
        {
            _runtime.Stop(aside, EndedBy.Interrupt, atOnce);
        }
    }

    // A command beside the attempts: bounded in time, without adoption, since it is simply asked again.
    private void Aside(AttemptId about, PlanCommand command, string kind, string? why, Action<Outcome> ended)
    {
        try
        {
            Aside(_specs.Aside(about, command, kind, why, SideCommandTimeout), ended);
        }
        catch (Exception error) when (error is Expressions.TemplateException or ArgumentException or IOException
            or UnauthorizedAccessException)
        {
            ended(new Outcome { EndedBy = EndedBy.StartFailed, StartError = error.Message });
        }
    }

    private void Aside(CommandSpec spec, Action<Outcome> ended)
    {
        _aside[spec.Id] = true;
        try
        {
            _runtime.Start(spec, outcome =>
            {
                _aside.TryRemove(spec.Id, out _);
                ended(outcome);
            });
        }
        catch (Exception error) when (error is ArgumentException or IOException or UnauthorizedAccessException)
        {
            _aside.TryRemove(spec.Id, out _);
            ended(new Outcome { EndedBy = EndedBy.StartFailed, StartError = error.Message });
        }
    }

    private void Judge(PreparedAttempt attempt, Outcome outcome, Func<OutputReport>? outputs, IAttemptSink sink)
    {
        if (outcome.ExitedWell && outputs is null && attempt.Agent is null)
        {
            sink.AttemptEnded(attempt.Command.Id, new AttemptEnd(outcome, null));
            return;
        }

        // Reading captures and digesting outputs takes its time: the thread that watches attempts must not wait for it.
        ThreadPool.UnsafeQueueUserWorkItem(
            _ =>
            {
                var end = _judgement.Of(attempt, outcome, outputs);
                if (attempt.Agent is { } agent)
                {
                    End(attempt, agent, end, sink);
                }
                else
                {
                    sink.AttemptEnded(attempt.Command.Id, end);
                }
            },
            null);
    }

    private sealed class WaitingSink(IDriverRest rest) : IAttemptSink
    {
        private volatile AttemptEnd? _end;

        internal AttemptEnd? End => _end;

        public void AttemptEnded(AttemptId attempt, AttemptEnd end)
        {
            _end = end;
            rest.Wake();
        }
    }
}
