using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using Holdfast.Testing.Simulation;

namespace Holdfast.Testing.Runs;

/// <summary>
/// One run on the real dispatcher, stepped by hand: scripted world, clock that moves when told, journal in memory.
/// After
/// each step nothing more can happen by itself.
/// </summary>
public sealed class RunBench
{
    private const int MaxSteps = 1_000;

    private readonly RunSpec _spec;
    private readonly IRunObserver? _observer;
    private Dispatcher _dispatcher;
    private int _requests;

    /// <summary>Begins a run and takes the first steps.</summary>
    public RunBench(
        RunSpec spec, ScriptedHost? host = null, DriverLimits? limits = null, TimeSpan? deadline = null,
        ITargets? targets = null, IRunObserver? observer = null)
    {
        _spec = spec;
        Targets = targets;
        _observer = observer;
        Host = host ?? new ScriptedHost();
        Limits = limits ?? new DriverLimits();
        _dispatcher = New(new RunState(spec));
        _dispatcher.Begin([new RunStarted("bench", new string('0', 64), 1, spec.Tasks.Count) { Deadline = deadline }]);
        TakeOver();
    }

    /// <summary>The world.</summary>
    public ScriptedHost Host { get; }

    /// <summary>What is known of targets beyond the run; null for nothing.</summary>
    public ITargets? Targets { get; }

    /// <summary>The clocks.</summary>
    public SimulatedTime Time { get; } = new();

    /// <summary>The journal.</summary>
    public MemoryJournal Journal { get; } = new();

    /// <summary>What the driver may do; a change holds from the next <see cref="Restart"/> on.</summary>
    public DriverLimits Limits { get; set; }

    /// <summary>The start of the machine; 0 for a system that does not tell its starts apart.</summary>
    public int Boot { get; set; } = 1;

    /// <summary>The driver's state.</summary>
    public RunState State => _dispatcher.State;

    /// <summary>The exit code; null while the driver stays.</summary>
    public int? ExitCode => _dispatcher.ExitCode;

    /// <summary>When the driver wants to look again by itself.</summary>
    public DateTimeOffset? NextStepAt => _dispatcher.NextStepAt;

    /// <summary>Where a task stands.</summary>
    public TaskStage this[string task] => State.Find(task)!.Status;

    /// <summary>A failure as a host would judge it.</summary>
    public static AttemptEnd Failed(FailureClass kind, EndedBy by = EndedBy.Itself, ToldDelay? told = null) => new(
        new Outcome { ExitCode = by == EndedBy.Itself ? 1 : null, EndedBy = by },
        new Failure
        {
            Class = kind,
            Disposition = FailureDefaults.DispositionOf(kind),
            Transient = FailureDefaults.Transient(kind),
            Evidence = new Evidence("bench", "stderr", 1, "it said so"),
            EndedBy = by,
            Told = told,
        });

    /// <summary>Steps until nothing more can be done now.</summary>
    public void Step()
    {
        for (var i = 0; i < MaxSteps; i++)
        {
            var before = Progress;
            _dispatcher.Step();
            if (before == Progress && (ExitCode is not null || _dispatcher.NextStepAt is not { } next
                || next > Time.GetUtcNow()))
            {
                return;
            }
        }

        throw new InvalidOperationException($"the run does not come to rest in {MaxSteps} steps");
    }

    /// <summary>Lets time pass, then steps.</summary>
    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Step();
    }

    /// <summary>Ends the running attempt of each of these tasks well, one after the other.</summary>
    public void Succeed(params string[] tasks)
    {
        foreach (var task in tasks)
        {
            End(task, new AttemptEnd(new Outcome { ExitCode = 0 }, null));
        }
    }

    /// <summary>Ends the running attempts of these tasks well before the driver takes its next step.</summary>
    public void SucceedTogether(params string[] tasks)
    {
        foreach (var task in tasks)
        {
            Host.End(Host.Running.First(a => a.Task == task), new AttemptEnd(new Outcome { ExitCode = 0 }, null));
        }

        Step();
    }

    /// <summary>Ends the running attempt of a task in failure.</summary>
    public void Fail(string task, FailureClass kind = FailureClass.BuildFailure, EndedBy by = EndedBy.Itself) =>
        End(task, Failed(kind, by));

    /// <summary>Ends the running attempt of a task.</summary>
    public void End(string task, AttemptEnd end)
    {
        Host.End(Host.Running.First(a => a.Task == task), end);
        Step();
    }

    /// <summary>Steers the run, and steps.</summary>
    public SteeringAnswer Steer(
        SteeringCommand command, IReadOnlyList<string>? tasks = null, Resolution? resolution = null,
            string? id = null) =>
        Steer(new SteeringRequest(id ?? $"r{++_requests}", command, "bench")
        {
            Tasks = tasks ?? [], As = resolution,
        });

    /// <summary>Completes a checkpoint, and steps.</summary>
    /// <param name="task">Its task.</param>
    /// <param name="checkpoint">Its id.</param>
    /// <param name="attempt">The attempt that reached it; 0 for a person.</param>
    public SteeringAnswer Complete(string task, string checkpoint, int attempt = 0) =>
        Steer(new SteeringRequest($"r{++_requests}", SteeringCommand.Checkpoint, "bench")
        {
            Tasks = [task], Checkpoint = checkpoint, Attempt = attempt, Comment = "done",
        });

    /// <summary>Says that a target may be asked, and steps.</summary>
    public SteeringAnswer Unblock(string target) => Steer(ToUnblock(target));

    /// <summary>
    /// The driver dies where it is, and a command that nobody drives for records what a person orders; the next
    /// <see cref="Restart"/> takes it up.
    /// </summary>
    /// <param name="tasks">The tasks to retry.</param>
    public SteeringAnswer RetryUndriven(params string[] tasks) => RecordUndriven(
        new SteeringRequest($"r{++_requests}", SteeringCommand.Retry, "bench") { Tasks = tasks });

    /// <summary>As <see cref="RetryUndriven"/>, for a target that may be asked.</summary>
    public SteeringAnswer UnblockUndriven(string target) => RecordUndriven(ToUnblock(target));

    private SteeringRequest ToUnblock(string target) =>
        new($"r{++_requests}", SteeringCommand.Unblock, "bench") { Target = target };

    private SteeringAnswer RecordUndriven(SteeringRequest request)
    {
        Host.LoseDriver();
        var state = Journal.Fold(_spec);
        state.LookAt(Time.GetUtcNow());
        var (answer, events) = Steering.Apply(state, request);
        foreach (var e in events)
        {
            Journal.Append(e, Time.GetUtcNow());
        }

        Journal.Sync();
        return answer;
    }

    private SteeringAnswer Steer(SteeringRequest request)
    {
        SteeringAnswer? answer = null;
        _dispatcher.Steer(request, a => answer = a);
        Step();
        return answer ?? throw new InvalidOperationException("the request got no answer");
    }

    /// <summary>Interrupts the driver, as a signal does, and steps.</summary>
    public void Interrupt()
    {
        _dispatcher.Interrupt("Ctrl-C");
        Step();
    }

    /// <summary>The driver dies where it is, and another takes the run up from the journal.</summary>
    /// <param name="sinceThen">How long nobody drove it.</param>
    public void Restart(TimeSpan sinceThen = default)
    {
        Host.LoseDriver();
        Time.Advance(sinceThen);
        _dispatcher = New(Journal.Fold(_spec));
        TakeOver();
    }

    private (int, long, int, int, int, int) Progress => (
        Journal.Events.Count, Journal.Durable, Host.Started.Count, Host.Stopped.Count, Host.Asked.Count,
        Host.Notified.Count);

    private Dispatcher New(RunState state) => new(state, Journal, Host, new RunClock(Time), Limits)
    {
        Targets = Targets,
        Observer = _observer,
    };

    private void TakeOver()
    {
        _dispatcher.TakeOver(
            new DriverStarted(1, Boot == 0 ? "" : $"boot-{Boot}", "bench", Limits.MaxParallel, State.Driver
                is not null), cut: null);
        Step();
    }
}
