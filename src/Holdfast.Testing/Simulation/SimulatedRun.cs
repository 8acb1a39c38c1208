using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Runs;

namespace Holdfast.Testing.Simulation;

/// <summary>
/// Drives the real engine through one random run on a simulated machine: random plan, scripted attempts, people who
/// steer, crashes of the process and of the machine at event boundaries, inside writes, in syncs and around starts. The
/// run is opened as in production: lock, newest good snapshot, journal, torn tail. Everything follows from the seed.
/// </summary>
internal sealed partial class SimulatedRun
{
    private const int MaxSteps = 200_000;
    private const int MaxDrivers = 400;
    private const int EventsPerSnapshot = 60;

    // A plan of at most 40 tasks, with instances, retries, edits and some 60 drivers, records some 1,500 at most.
    private const int MaxEvents = 5_000;

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
    private readonly SimulatedFaults _faults;
    private readonly MemoryTargets _targets = new();
    private readonly RunFolder _run = new("/w/runs/simulated");
    private int _boot = 1;
    private JournalPosition _promised;

    internal SimulatedRun(long seed, Random random, CrashPlan crashes)
    {
        _seed = seed;
        _random = random;
        _crashes = crashes;
        _plan = new SimulatedPlan(_random, _run.Id);
        _world = new SimulatedWorld(_random, _time, _plan.Script, _plan.Items,
            task => _plan.SpecOf(task).Checkpoints);
        _promises = new Promises(_plan, _world, _time) { IntentSynced = IntentSynced };
        _people = new SimulatedPeople(_random, new Inbox(_disk, _run), _promises, _time, _targets);
        _damage = new SimulatedDamage(_random, _disk, _world, _time);
        _faults = new SimulatedFaults(_random);
        _world.BeforeStart = attempt =>
        {
            if (_faults.IsFull)
            {
                throw _faults.Full(SimulationCoverage.FullAtStart, $"{attempt}.attempt");
            }

            _crashes.Pass(SimulationCoverage.BeforeStart);
            _promises.BeforeStart(attempt);
        };
        _world.BeforeStop = _promises.BeforeStop;
        _world.AfterStart = _ => _crashes.Pass(SimulationCoverage.AfterStart);
    }

    /// <summary>Where it crashed.</summary>
    internal List<SimulatedCrash> Crashes { get; } = [];

    /// <summary>Tasks of its plan.</summary>
    internal int Tasks => _plan.Spec.Tasks.Count;

    /// <summary>The journal as it is.</summary>
    internal byte[] Journal =>
        _disk.FileExists(JournalFormat.PathIn(_run.Path)) ? _disk.ReadAll(JournalFormat.PathIn(_run.Path)) : [];

    /// <summary>Drives it to its end, through every crash.</summary>
    /// <exception cref="BrokenPromiseException">A promise was broken.</exception>
    internal void Play()
    {
        _disk.CreateFolder(_run.Path);
        using (JournalWriter.Create(_disk, _run.Path, "simulated", _run.Id, _time.GetUtcNow()))
        {
            // The first line is durable before any driver.
        }

        (_disk.CrashPoint, _disk.Tear, _disk.Faults) = (_crashes.Pass, _crashes.Tear, _faults);
        for (var driver = 0; driver < MaxDrivers; driver++)
        {
            try
            {
                if (DriveOnce())
                {
                    return;
                }

                // Between two drivers, too, a disk loses what it has.
                Damage(oneOf: 8);
            }
            catch (Exception) when (_crashes.Dying is not null)
            {
                // The writer takes the end of the process for a failed write, as it should.
                Crash(_crashes.Dying);
            }
            catch (IOException error) when (_faults.Hit is not null
                && error is JournalPoisonedException or StorageFullException or SimulatedFaultException)
            {
                // Exit code 8, whatever it was about to do: a driver, or a command that changes a run.
                Refuse(_faults.Hit);
            }
            finally
            {
                Crashes.AddRange(_faults.Survived.Select(point => new SimulatedCrash(false, point, null)));
                _faults.Survived.Clear();
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
        var fromSnapshot = false;
        var state = RunSnapshots.Fold(_disk, _run, _plan.Spec, (onRecord, from) =>
        {
            fromSnapshot = from.Seq > 0;
            (reading, writer) = JournalWriter.Continue(_disk, _run.Path, onRecord, from)!;
            return reading;
        });
        using var opened = writer;
        if (!JournalReader.Fits(_disk, _run.Path, _promised))
        {
            throw new BrokenPromiseException($"event {_promised.Seq} was durable, and the journal does not hold it");
        }

        CheckFold(state, fromSnapshot);
        _promises.AfterRestart(state);
        var journal = new SimulatedJournal(opened, _world, _random, _crashes, _plan, _promises.Recorded);
        journal.DurableAdvanced += () => _promised = opened.DurablePosition;
        var limits = new DriverLimits
        {
            MaxParallel = _plan.Spec.MaxParallel,
            NoWait = _random.Next(4) == 0,
            NotifyOn = _random.Next(2) == 0 ? [NotifyOn.Waiting, NotifyOn.Failed, NotifyOn.Done] : [],
        };
        Before(state, journal, journal.CommitAll);
        var exitCode = Drive(state, journal, limits, reading, opened);
        if (state.Ended is not null)
        {
            _promises.AtEnd(state, exitCode);
        }

        return !_people.ComeBy(state, e => Append(state, journal, e), journal.CommitAll) && state.Ended is not null;
    }

    private int Drive(
        RunState state, SimulatedJournal journal, DriverLimits limits, JournalReading reading, JournalWriter writer)
    {
        try
        {
            return DriveOn(state, journal, limits, reading);
        }
        catch (IOException full) when (_crashes.Dying is null && full is JournalFullException or StorageFullException)
        {
            SayLastWords(writer, journal, full);
            throw;
        }
    }

    // Where room was set aside, whoever looks later is told.
    private void SayLastWords(JournalWriter writer, SimulatedJournal journal, IOException full)
    {
        var path = JournalFormat.PathIn(_run.Path);
        var hit = _faults.Hit;
        var room = _disk.RoomBehind(path, writer.DurablePosition.Offset);
        var (at, words) = (_time.GetUtcNow(), LastWords.Of(full));
        LastWords.Say(writer, words, at, () =>
        {
            journal.Append(words, at);
            journal.CommitAll();
        });
        if (room >= JournalWriter.ReserveBytes && _crashes.Dying is null && _faults.Hit == hit
            && _disk.Synced(path).IndexOf("the disk is full"u8) < 0)
        {
            throw new BrokenPromiseException("a full disk was not told although room was set aside for it");
        }
    }

    private int DriveOn(RunState state, SimulatedJournal journal, DriverLimits limits, JournalReading reading)
    {
        var dispatcher = new Dispatcher(state, journal, _world, new RunClock(_time), limits)
        {
            Observer = _promises,
            Targets = _targets,
        };
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
        return StepUntilLeave(dispatcher, journal);
    }

    // What a person's command records before it drives: rarely, an edit of the plan, some of whose tasks have finished.
    private void Before(RunState state, SimulatedJournal journal, Action commit)
    {
        if (state.Started is not null && state.Ended is null && _random.Next(6) == 0)
        {
            _people.Edit(state, e => Append(state, journal, e), commit);
        }
    }

    private int StepUntilLeave(Dispatcher dispatcher, SimulatedJournal journal)
    {
        var snapshots = new RunSnapshots(_disk, _run, (seq, last) => seq >= last + EventsPerSnapshot);
        var inbox = new Inbox(_disk, _run);
        var taken = new HashSet<string>();
        for (var step = 0; step < MaxSteps; step++)
        {
            RunDriver.LookInto(inbox, dispatcher, taken);
            dispatcher.Step();
            _promises.AfterStep(dispatcher.State);
            if (dispatcher.State.LastSeq > MaxEvents)
            {
                throw new BrokenPromiseException($"the run recorded over {MaxEvents} events: it goes round in circles");
            }

            snapshots.Look(dispatcher.State, journal.Durable, journal.AppendedPosition);
            if (dispatcher.ExitCode is { } code)
            {
                return code;
            }

            if (_random.Next(250) == 0)
            {
                _promises.Interrupts();
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
        Crashes.Add(new SimulatedCrash(powerCut, point, _crashes.Hit));
        _crashes.Crashed();
        Leave(powerCut);
        Damage(oneOf: 3);
        LetTimePass();
    }

    // The driver left since its disk refused; then, often, the machine dies of it. Somebody frees space at once, or the
    // next driver is refused too.
    private void Refuse(string fault)
    {
        var powerCut = _random.Next(2) == 0;
        Crashes.Add(new SimulatedCrash(powerCut, fault, null));
        _faults.Forget();
        _crashes.Crashed();
        Leave(powerCut);
        if (_random.Next(3) > 0)
        {
            _faults.MakeSpace();
        }

        LetTimePass();
    }

    private void Leave(bool powerCut)
    {
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

    }

    private void Damage(int oneOf)
    {
        if (_random.Next(oneOf) == 0 && _damage.Strike(_run.Path))
        {
            _promised = default;
            _promises.Repaired();
        }
    }

    private void LetTimePass()
    {
        _time.Advance(TimeSpan.FromMilliseconds(_random.Next(0, 20_000)));
        _world.RunDue();
    }

    private bool IntentSynced(AttemptId attempt)
    {
        var marker = $"\"type\":\"attempt_started\",\"task\":\"{attempt.Task}\",\"attempt\":{attempt.Number},";
        return _disk.Synced(JournalFormat.PathIn(_run.Path))
            .LastIndexOf(System.Text.Encoding.UTF8.GetBytes(marker)) >= 0;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
