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
/// <param name="CrashPoints">Where they hit, in words.</param>
/// <param name="Journal">The journal as it was at the end, for comparing two runs of one seed.</param>
/// <param name="Broken">The promise that was broken; null for a clean seed.</param>
public sealed record SimulationResult(
    long Seed, int Tasks, long Events, int Crashes, IReadOnlyList<string> CrashPoints, byte[] Journal, string? Broken);

/// <summary>
/// Drives the real engine through one random run on a simulated machine: random plan, scripted attempts, crashes of
/// the process and of the machine at event boundaries, in syncs and around starts. Everything follows from the seed.
/// </summary>
public sealed class Simulator
{
    private const int MaxSteps = 200_000;
    private const int MaxDrivers = 400;

    private readonly long _seed;
    private readonly Random _random;
    private readonly SimulatedTime _time = new();
    private readonly SimulatedDisk _disk = new();
    private readonly SimulatedPlan _plan;
    private readonly SimulatedWorld _world;
    private readonly Promises _promises;
    private readonly RunFolder _run = new("/w/runs/simulated");
    private readonly List<string> _crashPoints = [];
    private int _crashesLeft;
    private int _untilCrash;
    private int _boot = 1;
    private int _requests;

    private Simulator(long seed)
    {
        _seed = seed;
        _random = new Random((int)(seed ^ (seed >> 32)));
        _plan = new SimulatedPlan(_random, _run.Id);
        _world = new SimulatedWorld(_random, _time, _plan.Script, _plan.Items);
        _promises = new Promises(_plan, _world)
        {
            Elapsed = () => _time.Elapsed,
            IntentSynced = IntentSynced,
        };
        _world.BeforeStart = attempt =>
        {
            CrashPoint("before a start");
            _promises.BeforeStart(attempt);
        };
        _crashesLeft = _random.Next(5, 12);
        DrawNextCrash();
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
        catch (Exception error) when (error is BrokenPromiseException or InvalidRunEventException
            or JournalDamagedException or InvalidOperationException or ArgumentException)
        {
            broken = error.Message;
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

        for (var driver = 0; driver < MaxDrivers; driver++)
        {
            try
            {
                if (DriveOnce() is { } ended)
                {
                    _promises.AtEnd(ended);
                    return;
                }
            }
            catch (SimulatedCrashException crash)
            {
                Crash(crash.Point);
            }
        }

        throw new BrokenPromiseException($"the run did not end within {MaxDrivers} drivers");
    }

    private RunState? DriveOnce()
    {
        var state = new RunState(_plan.Spec);
        var (reading, writer) = JournalWriter.Continue(
            _disk, _run.Path, (in JournalRecord r) => state.Apply(EventCatalog.Read(r), r.Seq));
        using var opened = writer!;
        state = _random.Next(3) == 0 ? ThroughSnapshot(state) : state;
        _promises.AfterRestart(state);
        var journal = new SimulatedJournal(opened, _world, _random, CrashPoint);
        var limits = new DriverLimits { MaxParallel = _plan.Spec.MaxParallel, NoWait = _random.Next(4) == 0 };
        var dispatcher = new Dispatcher(state, journal, _world, new RunClock(_time), limits) { Observer = _promises };
        if (state.Started is null)
        {
            dispatcher.Begin([new RunStarted("simulated", "0", _seed, _plan.Spec.Tasks.Count)]);
        }

        var cut = reading.Torn.Bytes > 0 ? new JournalCut((int)reading.Torn.Lines, reading.Torn.Bytes) : null;
        dispatcher.TakeOver(new DriverStarted(1, $"boot-{_boot}", "simulated", limits.MaxParallel, state.Driver
            is not null), cut);
        var exitCode = StepUntilLeave(dispatcher);
        if (exitCode == ExitCodes.Waiting)
        {
            DecideHeld(state, journal, opened);
        }

        return state.Ended is null ? null : state;
    }

    // Going on from a snapshot must be the same as going on from the fold that it was taken of.
    private RunState ThroughSnapshot(RunState folded)
    {
        if (!RunSnapshot.CanWrite(folded))
        {
            return folded;
        }

        var written = RunSnapshot.Write(folded);
        var restored = RunSnapshot.Read(_plan.Spec, written);
        return RunSnapshot.Write(restored).AsSpan().SequenceEqual(written)
            ? restored
            : throw new BrokenPromiseException("a state taken up from its snapshot differs from the one that was "
            + "written");
    }

    private int StepUntilLeave(Dispatcher dispatcher)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            dispatcher.Step();
            if (dispatcher.ExitCode is { } code)
            {
                return code;
            }

            if (!Steer(dispatcher))
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

    // Rarely, somebody pauses and goes on, interrupts, or sets the clock.
    private bool Steer(Dispatcher dispatcher)
    {
        switch (_random.Next(1_000))
        {
            case 0:
                dispatcher.Steer(Request(SteeringCommand.Pause), _ => { });
                return true;
            case 1:
                dispatcher.Interrupt("simulated");
                return true;
            case 2:
                _time.JumpWall(TimeSpan.FromSeconds(_random.Next(-7_200, 7_200)));
                return true;
            case 3 when _random.Next(20) == 0:
                dispatcher.Steer(Request(SteeringCommand.Cancel), _ => { });
                return true;
            case < 100 when dispatcher.State.Paused:
                dispatcher.Steer(Request(SteeringCommand.Unpause), _ => { });
                return true;
            default:
                return false;
        }
    }

    private SteeringRequest Request(SteeringCommand command) => new($"r{_requests++}", command, "simulated");

    // A person comes by and decides about everything that is held; the pause of a driver that died is lifted too.
    private void DecideHeld(RunState state, SimulatedJournal journal, JournalWriter writer)
    {
        foreach (var task in state.Tasks.Where(t => t.Status == TaskStage.Held).ToArray())
        {
            var resolution = (Resolution)_random.Next(3);
            if (resolution == Resolution.Redo)
            {
                _promises.AllowRepeat(task.Name);
            }

            Append(state, journal, new TaskResolved(resolution, "simulated") { Task = task.Name });
        }

        if (state.Paused)
        {
            Append(state, journal, new RunUnpaused("simulated"));
        }

        writer.CommitAll();
    }

    private void Append(RunState state, SimulatedJournal journal, RunEvent e)
    {
        var at = _time.GetUtcNow();
        state.Apply(e with { At = at }, journal.Append(e, at));
    }

    private void CrashPoint(string point)
    {
        if (_crashesLeft > 0 && --_untilCrash <= 0)
        {
            _crashesLeft--;
            DrawNextCrash();
            throw new SimulatedCrashException(point);
        }
    }

    private void DrawNextCrash() => _untilCrash = _random.Next(1, 120);

    private void Crash(string point)
    {
        if (_random.Next(4) == 0)
        {
            _boot++;
            _world.MachineDied();
            _disk.CutPower(_random);
            _crashPoints.Add($"power cut {point}");
        }
        else
        {
            _world.DriverDied();
            _disk.KillProcess();
            _crashPoints.Add($"kill {point}");
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
