using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Testing.Simulation;

/// <summary>What one seed came to.</summary>
/// <param name="Seed">Replays it exactly.</param>
/// <param name="Tasks">Tasks of its plan.</param>
/// <param name="Events">Events in its journal.</param>
/// <param name="Crashes">Crashes that hit it.</param>
/// <param name="CrashPoints">Where they hit.</param>
/// <param name="Journal">The journal as it was at the end, for comparing two runs of one seed.</param>
/// <param name="Broken">The promise that was broken; null for a clean seed.</param>
public sealed record SimulationResult(
    long Seed, int Tasks, long Events, int Crashes, IReadOnlyList<SimulatedCrash> CrashPoints, byte[] Journal,
    string? Broken);

/// <summary>
/// Drives the real engine through one random run on a simulated machine: random plan, scripted attempts, people who
/// steer, crashes of the process and of the machine at event boundaries, inside writes, in syncs and around starts. The
/// run is opened as in production: lock, newest good snapshot, journal, torn tail. Everything follows from the seed.
/// </summary>
public sealed class Simulator
{
    private const int MaxSteps = 200_000;
    private const int MaxDrivers = 400;
    private const int EventsPerSnapshot = 40;

    private readonly long _seed;
    private readonly Random _random;
    private readonly SimulatedTime _time = new();
    private readonly SimulatedDisk _disk = new();
    private readonly SimulatedPlan _plan;
    private readonly SimulatedWorld _world;
    private readonly Promises _promises;
    private readonly SimulatedPeople _people;
    private readonly CrashPlan _crashes;
    private readonly SimulatedDamage _damage;
    private readonly RunFolder _run = new("/w/runs/simulated");
    private readonly List<SimulatedCrash> _crashPoints = [];
    private int _boot = 1;

    private Simulator(long seed)
    {
        _seed = seed;
        _random = new Random((int)(seed ^ (seed >> 32)));
        _plan = new SimulatedPlan(_random, _run.Id);
        _world = new SimulatedWorld(_random, _time, _plan.Script, _plan.Items);
        _promises = new Promises(_plan, _world, _time) { IntentSynced = IntentSynced };
        _people = new SimulatedPeople(_random, new Inbox(_disk, _run), _promises, _time);
        _crashes = new CrashPlan(_random, seed);
        _damage = new SimulatedDamage(_random, _disk, _world, _time);
        _world.BeforeStart = attempt =>
        {
            _crashes.Pass("before a start");
            _promises.BeforeStart(attempt);
        };
        _world.AfterStart = _ => _crashes.Pass("after a start");
    }

    /// <summary>Runs one seed to its end.</summary>
    public static SimulationResult Run(long seed)
    {
        var simulator = new Simulator(seed);
        string? broken = null;
        try
        {
            simulator.Play();
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever the engine throws here, a real driver would have died of.
            broken = error is BrokenPromiseException ? error.Message : $"{error.GetType().Name}: {error.Message}";
        }

        return simulator.Result(broken);
    }

    private SimulationResult Result(string? broken)
    {
        var path = JournalFormat.PathIn(_run.Path);
        var journal = _disk.FileExists(path) ? _disk.ReadAll(path) : [];
        return new SimulationResult(
            _seed, _plan.Spec.Tasks.Count, journal.AsSpan().Count((byte)'\n'), _crashPoints.Count, _crashPoints,
                journal, broken);
    }

    private void Play()
    {
        _disk.CreateFolder(_run.Path);
        using (JournalWriter.Create(_disk, _run.Path, "simulated", _run.Id, _time.GetUtcNow()))
        {
            // The first line is durable before any driver.
        }

        (_disk.CrashPoint, _disk.Tear) = (_crashes.Pass, _crashes.Tear);
        for (var driver = 0; driver < MaxDrivers; driver++)
        {
            try
            {
                if (DriveOnce())
                {
                    return;
                }
            }
            catch (SimulatedCrashException crash)
            {
                Crash(crash.Point);
            }
            catch (JournalPoisonedException poisoned) when (poisoned.InnerException is SimulatedCrashException crash)
            {
                // The writer takes the end of the process for a failed write, as it should.
                Crash(crash.Point);
            }
        }

        throw new BrokenPromiseException($"the run did not end within {MaxDrivers} drivers");
    }

    // True when the run has ended and nobody wants more of it.
    private bool DriveOnce()
    {
        using var held = _disk.TryLock(_run.LockPath, "{}"u8)
            ?? throw new BrokenPromiseException("the lock of a dead driver is still held");
        var (reading, writer) = (default(JournalReading)!, default(JournalWriter)!);
        var state = RunSnapshots.Fold(_disk, _run, _plan.Spec, (onRecord, from) =>
        {
            (reading, writer) = JournalWriter.Continue(_disk, _run.Path, onRecord, from)!;
            return reading;
        });
        using var opened = writer;
        CheckFold(state);
        _promises.AfterRestart(state);
        var journal = new SimulatedJournal(opened, _world, _random, _crashes.Pass, _promises.Recorded);
        var limits = new DriverLimits
        {
            MaxParallel = _plan.Spec.MaxParallel,
            NoWait = _random.Next(4) == 0,
            NotifyOn = _random.Next(2) == 0 ? [NotifyOn.Waiting, NotifyOn.Failed, NotifyOn.Done] : [],
        };
        Before(state, journal, opened.CommitAll);
        var dispatcher = new Dispatcher(state, journal, _world, new RunClock(_time), limits) { Observer = _promises };
        if (state.Started is null)
        {
            dispatcher.Begin(
            [
                new RunStarted("simulated", "0", _seed, _plan.Spec.Tasks.Count) { Deadline = _plan.Deadline },
                .. _plan.TakenOver.Select(t => new TaskTakenOver("earlier") { Task = t }),
            ]);
        }

        var cut = reading.Torn.Bytes > 0 ? new JournalCut((int)reading.Torn.Lines, reading.Torn.Bytes) : null;
        dispatcher.TakeOver(new DriverStarted(1, $"boot-{_boot}", "simulated", limits.MaxParallel, state.Driver
            is not null), cut);
        var exitCode = StepUntilLeave(dispatcher, journal);
        if (state.Ended is not null)
        {
            _promises.AtEnd(state, exitCode);
        }

        return !_people.ComeBy(state, e => Append(state, journal, e), opened.CommitAll) && state.Ended is not null;
    }

    // What a person's command records before it drives: rarely, an edit of the plan, some of whose tasks have finished.
    private void Before(RunState state, SimulatedJournal journal, Action commit)
    {
        if (state.Started is not null && state.Ended is null && _random.Next(6) == 0)
        {
            _people.Edit(state, e => Append(state, journal, e), commit);
        }
    }

    // Taken up from a snapshot or not, the state is that of the journal read from its start; and a snapshot of it says
    // the same once more.
    private void CheckFold(RunState state)
    {
        if (!RunSnapshot.CanWrite(state))
        {
            return;
        }

        var written = RunSnapshot.Write(state);
        if (!RunSnapshot.Write(RunSnapshot.Read(_plan.Spec, written)).AsSpan().SequenceEqual(written))
        {
            throw new BrokenPromiseException("a state taken up from its snapshot differs from the one that was "
                + "written");
        }

        var whole = new RunState(_plan.Spec);
        JournalReader.Read(_disk, _run.Path, (in JournalRecord r) => whole.TakeIn(EventCatalog.Read(r), r.Seq));
        whole.ThrowIfRefused();
        var now = _time.GetUtcNow();
        whole.Advance(now);
        state.Advance(now);
        if (whole.LastSeq != state.LastSeq || !SameTasks(whole, state))
        {
            throw new BrokenPromiseException("the state of a snapshot and what follows it differs from the whole "
                + "journal's");
        }
    }

    // A snapshot was taken of a state in which waits were already over; on a clock that was set back since, they are
    // over there and not here. That a task may start earlier so is the clock's doing.
    private static bool SameTasks(RunState one, RunState other) => one.Tasks.Count == other.Tasks.Count
        && one.Tasks.Zip(other.Tasks).All(p => p.First.Name == p.Second.Name && p.First.Attempts == p.Second.Attempts
            && p.First.Mark == p.Second.Mark && (p.First.Status == p.Second.Status || (IsQueued(p.First)
            && IsQueued(p.Second))));

    private static bool IsQueued(TaskState task) =>
        task.Status is TaskStage.Ready or TaskStage.Retrying or TaskStage.Parked or TaskStage.Pending;

    private int StepUntilLeave(Dispatcher dispatcher, SimulatedJournal journal)
    {
        var snapshots = new RunSnapshots(_disk, _run, (seq, last) => seq >= last + EventsPerSnapshot);
        var inbox = new Inbox(_disk, _run);
        var taken = new HashSet<string>();
        for (var step = 0; step < MaxSteps; step++)
        {
            RunDriver.LookInto(inbox, dispatcher, taken);
            dispatcher.Step();
            snapshots.Look(dispatcher.State, journal.Durable, journal.AppendedPosition);
            if (dispatcher.ExitCode is { } code)
            {
                return code;
            }

            if (_random.Next(250) == 0)
            {
                dispatcher.Interrupt("simulated");
            }
            else if (!_people.Steer(dispatcher.State))
            {
                PassTime(dispatcher);
            }
        }

        throw new BrokenPromiseException($"the run made no end of itself in {MaxSteps} steps");
    }

    private void PassTime(Dispatcher dispatcher)
    {
        var next = _world.NextAt;
        if (dispatcher.NextStepAt is { } step)
        {
            var wake = _time.Elapsed + Max(step - _time.GetUtcNow(), TimeSpan.FromMilliseconds(1));
            next = next is null || wake < next ? wake : next;
        }

        if (next is null && dispatcher.State.Paused)
        {
            return;
        }

        if (next is null)
        {
            var left = dispatcher.State.Tasks.Where(t => !t.Status.IsEnd()).Select(t => $"{t.Name} {t.Status.Word()}");
            throw new BrokenPromiseException(
                $"nothing is under way, nothing is waited for, and the run has not ended; left: "
                    + $"{string.Join(", ", left)}");
        }

        _time.Advance(Max(next.Value - _time.Elapsed, TimeSpan.Zero));
        _world.RunDue();
    }

    private void Append(RunState state, SimulatedJournal journal, RunEvent e)
    {
        var at = _time.GetUtcNow();
        state.Apply(e with { At = at }, journal.Append(e, at));
    }

    private void Crash(string point)
    {
        var powerCut = _random.Next(4) == 0;
        _crashPoints.Add(new SimulatedCrash(powerCut, point));
        if (powerCut)
        {
            _boot++;
            _world.MachineDied();
            _promises.OutputsLost(_world.OutputsGone);
            _disk.CutPower(_random);
        }
        else
        {
            _world.DriverDied();
            _disk.KillProcess();
        }

        if (_damage.Strike(_run.Path))
        {
            _promises.Repaired();
        }

        _time.Advance(TimeSpan.FromMilliseconds(_random.Next(0, 20_000)));
        _world.RunDue();
    }

    private bool IntentSynced(AttemptId attempt)
    {
        var marker = $"\"type\":\"attempt_started\",\"task\":\"{attempt.Task}\",\"attempt\":{attempt.Number},";
        var synced = _disk.SyncedContent(JournalFormat.PathIn(_run.Path));
        return synced.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(marker)) >= 0;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
