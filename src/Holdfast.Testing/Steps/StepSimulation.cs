using System.Security.Cryptography;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Simulation;

namespace Holdfast.Testing.Steps;

/// <summary>How the first process of a simulated program comes to its end.</summary>
public enum StepEnd
{
    /// <summary>It is killed, or the power is cut.</summary>
    Killed,

    /// <summary>The caller's token is cancelled: the program leaves by itself.</summary>
    Cancelled,

    /// <summary>The workspace is disposed while its steps run.</summary>
    Disposed,

    /// <summary>Its disk fails a sync, or is full from there on: the program is told, and leaves.</summary>
    DiskFailed,
}

/// <summary>What a simulation of programs with durable steps came to.</summary>
/// <param name="Seed">Of the program.</param>
/// <param name="Points">Points at which its first process was ended, each in a life of its own.</param>
/// <param name="Processes">Processes over all lives.</param>
/// <param name="Calls">Calls of steps over all lives.</param>
/// <param name="Broken">Promises that were broken, each with the life that shows it; empty for none.</param>
/// <param name="Journals">Hash of all journals of all lives: one seed has one.</param>
public sealed record StepSimulationResult(
    int Seed, int Points, int Processes, int Calls, IReadOnlyList<string> Broken, string Journals)
{
    /// <summary>Lines of all journals of all lives, as they were at the end.</summary>
    public long Events { get; init; }

    /// <summary>Processes that were ended: killed, cut off from power, cancelled or disposed of.</summary>
    public int Ends { get; init; }
}

/// <summary>
/// Runs a drawn program with durable steps on a simulated disk and clock, and ends its process at every point that it
/// passes: at each write and sync, before, inside and after each step, after each acknowledgement. Each point is a life
/// of its own: the process is killed or the power is cut there, later processes die at drawn points, and the life must
/// come to its end with every promise kept.
/// </summary>
public static class StepSimulation
{
    internal const string WorkspacePath = "/w/.holdfast";

    private const int MostProcesses = 60;
    private const int LaterDeaths = 3;

    /// <summary>Runs every life of one seed.</summary>
    /// <param name="seed">Of the program, and of what happens to it.</param>
    /// <param name="end">What happens at each point.</param>
    public static StepSimulationResult Run(int seed, StepEnd end = StepEnd.Killed)
    {
        var (points, processes, calls, ends, events) = (0, 0, 0, 0, 0L);
        var broken = new List<string>();
        using var journals = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var killedAt = 1; ; killedAt++)
        {
            using var life = new Life(seed, killedAt, end);
            life.Live();
            processes += life.Processes;
            calls += life.World.Calls;
            ends += life.Ends;
            events += life.HashJournals(journals);
            broken.AddRange(life.World.Broken.Select(b => $"seed {seed}, {end} at point {killedAt}: {b}"));
            if (life.FirstPassed < killedAt || broken.Count > 0)
            {
                return new StepSimulationResult(
                    seed, points, processes, calls, broken, Convert.ToHexStringLower(journals.GetHashAndReset()))
                {
                    Events = events, Ends = ends,
                };
            }

            points++;
        }
    }

    private sealed class Life : IDisposable
    {
        private const string RunId = "r";

        private readonly SimulatedDisk _disk = new();
        private readonly SimulatedTime _time = new();
        private readonly SimulatedThread _thread;
        private readonly StepProgram _program;
        private readonly Random _random;
        private readonly SimulatedFaults _faults;
        private readonly int _killedAt;
        private int _requests;

        private readonly StepEnd _end;
        private readonly CancellationTokenSource _cancel = new();
        private Workspace? _workspace;

        internal Life(int seed, int killedAt, StepEnd end)
        {
            _end = end;
            _thread = new SimulatedThread(_time);
            _program = new StepProgram(seed);
            _random = new Random((seed * 31) + killedAt);
            _faults = SimulatedFaults.OnWord(_random);
            _killedAt = killedAt;
            World = new StepWorld(_disk);
            _disk.CreateFolder(WorkspacePath + "/runs");
            _disk.WriteAtomically(
                WorkspacePath + "/workspace.json",
                System.Text.Encoding.UTF8.GetBytes($$"""{"format":1,"id":"w","seed":{{seed}}}"""));
        }

        internal StepWorld World { get; }

        internal int Processes { get; private set; }

        internal int Deaths { get; private set; }

        internal int Ends { get; private set; }

        /// <summary>Points that the first process passed.</summary>
        internal int FirstPassed { get; private set; }

        public void Dispose() => _cancel.Dispose();

        /// <returns>How many lines they have.</returns>
        internal long HashJournals(IncrementalHash hash)
        {
            var lines = 0L;
            foreach (var path in _disk.List(WorkspacePath + "/runs").Order(StringComparer.Ordinal)
                .Select(run => JournalFormat.PathIn(Path.Combine(WorkspacePath, "runs", run))).Where(_disk.FileExists))
            {
                using var journal = _disk.OpenRead(path);
                var bytes = new byte[journal.Length];
                journal.ReadExactly(bytes);
                hash.AppendData(bytes);
                lines += bytes.AsSpan().Count((byte)'\n');
            }

            return lines;
        }

        internal void Live()
        {
            while (Processes < MostProcesses && World.Broken.Count == 0)
            {
                var isFirst = Processes++ == 0;
                var process = new MortalProcess(
                    isFirst ? _killedAt : Deaths <= LaterDeaths ? _random.Next(1, 80) : 0, _random,
                    isFirst && _end != StepEnd.Killed ? EndOtherwise : null);
                var task = Start(process);
                if (!_thread.RunUntil(() => task.IsCompleted || process.IsDead) || process.IsDead)
                {
                    World.Check(process.IsDead, "the program waits for something that never comes");
                    Die();
                }
                else if (isFirst && HasLeft(task))
                {
                    // It left as it was told to; the next process goes on.
                    Ends++;
                    Leave();
                }
                else if (task.Exception?.InnerException is { } error)
                {
                    TakeEnd(error);
                }
                else
                {
                    CheckEnd();
                    FirstPassed = isFirst ? process.Passed : FirstPassed;
                    return;
                }

                FirstPassed = isFirst ? process.Passed : FirstPassed;
            }

            World.Check(World.Broken.Count > 0, $"it had not ended after {Processes} processes");
        }

        private Task<RunResult<int>> Start(MortalProcess process)
        {
            _faults.MakeSpace();
            (_disk.CrashPoint, _disk.Tear) = (process.Pass, process.Tear);
            _disk.Faults = _end == StepEnd.DiskFailed && Processes == 1 ? _faults : null;
            return _thread.Start(async () =>
            {
                var workspace = await Workspace.OpenAsync(WorkspacePath, Options());
                _workspace = workspace;
                return await workspace.RunAsync(
                    RunId, run => _program.RunAsync(run, World, process, _time), null,
                    Processes == 1 ? _cancel.Token : CancellationToken.None);
            });
        }

        private void Die()
        {
            Deaths++;
            Ends++;
            (_disk.CrashPoint, _disk.Tear, _disk.Faults) = (null, null, null);
            _thread.Forget();
            if (_random.Next(2) == 0)
            {
                _disk.KillProcess();
            }
            else
            {
                _disk.CutPower(_random);
            }

            _time.Advance(TimeSpan.FromSeconds(_random.Next(120)));
        }

        private void EndOtherwise()
        {
            switch (_end)
            {
                case StepEnd.Cancelled:
                    _cancel.Cancel();
                    break;
                case StepEnd.DiskFailed when _random.Next(2) == 0:
                    _faults.FailNextSync();
                    break;
                case StepEnd.DiskFailed:
                    _faults.Fill();
                    break;
                default:
                    _ = _workspace?.DisposeAsync().AsTask();
                    break;
            }
        }

        private bool HasLeft(Task task) => _end switch
        {
            StepEnd.Killed => false,
            StepEnd.DiskFailed => task.Exception is { } error && error.Flatten().InnerExceptions.All(IsOfDisk),
            _ => task.IsCanceled || task.Exception?.InnerException is ObjectDisposedException,
        };

        private static bool IsOfDisk(Exception error) =>
            error is JournalPoisonedException or StorageFullException or SimulatedFaultException
            || (error is WorkspaceException && error.InnerException is { } inner && IsOfDisk(inner));

        private void Leave()
        {
            (_disk.CrashPoint, _disk.Tear, _disk.Faults) = (null, null, null);
            _thread.Forget();
            _disk.KillProcess();
        }

        // Only a person can end a doubt, and here knows what happened.
        private void TakeEnd(Exception error)
        {
            Leave();
            foreach (var inner in error is AggregateException many ? many.Flatten().InnerExceptions : [error])
            {
                World.Check(
                    inner is OutcomeUnknownException,
                    $"the program ended with {inner.GetType().Name}: {inner.Message}");
                if (inner is OutcomeUnknownException unknown)
                {
                    Resolve(unknown);
                }
            }
        }

        private void Resolve(OutcomeUnknownException unknown)
        {
            using var driver = RunDriver.Open(
                _disk, new RunFolder(Path.Combine(WorkspacePath, "runs", unknown.RunId)),
                new RunSpec { RunId = unknown.RunId, Tasks = [] }, _time, DriverIdentity.OfThisProcess);
            var hasHappened = World.Of($"{unknown.RunId}:{unknown.Step}").Happened > 0;
            var answer = driver.Steer(new SteeringRequest($"q{++_requests}", SteeringCommand.Resolve, "me")
            {
                Tasks = [unknown.Step], As = hasHappened ? Resolution.Done : Resolution.Redo,
            });
            World.Check(answer.Accepted, $"the word of a person was refused: {answer.Message}");
        }

        private void CheckEnd()
        {
            var state = RunDriver.Look(
                _disk, new RunFolder(Path.Combine(WorkspacePath, "runs", RunId)),
                new RunSpec { RunId = RunId, Tasks = [] }).State;
            World.Check(
                state is { Status: RunStatus.Succeeded, Closed: true },
                $"the run is {state.Status}{(state.Closed ? "" : ", and its journal is not closed")}");
            foreach (var task in state.Tasks)
            {
                World.Check(task.Status == TaskStage.Succeeded, $"{task.Name} is {task.Status} at the end");
            }
        }

        private WorkspaceOptions Options() => new()
        {
            Storage = _disk,
            Time = _time,
            Json = new JsonSerializerOptions { TypeInfoResolver = StepNumbers.Default },
        };
    }
}

/// <summary>What the steps of simulated programs return.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(int))]
internal sealed partial class StepNumbers : System.Text.Json.Serialization.JsonSerializerContext;
