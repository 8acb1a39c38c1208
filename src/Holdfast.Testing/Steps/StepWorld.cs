using System.Text;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Testing.Simulation;

namespace Holdfast.Testing.Steps;

/// <summary>
/// What the steps of a simulated program really did, kept outside of every process and every journal: the ledger that
/// the promises are checked against.
/// </summary>
internal sealed class StepWorld(SimulatedDisk disk)
{
    private readonly Dictionary<string, StepRecord> _steps = new(StringComparer.Ordinal);

    /// <summary>The promises that were broken, in words; empty for none.</summary>
    internal List<string> Broken { get; } = [];

    /// <summary>Calls of steps, over all processes.</summary>
    internal int Calls { get; private set; }

    internal StepRecord Of(string step) =>
        _steps.TryGetValue(step, out var known) ? known : _steps[step] = new StepRecord();

    /// <summary>A step is called: whether it may be is checked here, before it does anything.</summary>
    internal void Called(StepContext step, Effect effect)
    {
        var record = Of($"{step.RunId}:{step.Name}");
        Calls++;
        record.Calls++;
        record.Keys.Add(step.IdempotencyKey);
        Check(record.Keys.Count == 1, $"{step.Name} was called with two keys");
        Check(!record.IsAcknowledged, $"{step.Name} was done and acknowledged, and is called again");
        Check(
            effect is Effect.Repeatable or Effect.Keyed || record.Happened == 0,
            $"{step.Name} ({effect.Word()}) happened, and is called again");
        Check(
            effect == Effect.Repeatable || IsIntentDurable(step),
            $"{step.Name} ({effect.Word()}) is called before its intent is on the disk");
    }

    /// <summary>The program was given the step's result.</summary>
    internal void Acknowledged(string step, int value, int expected)
    {
        Of(step).IsAcknowledged = true;
        Check(Of(step).Happened > 0, $"{step} never happened, and is acknowledged");
        Check(value == expected, $"{step} returned {value}, and did {expected}");
    }

    internal void Check(bool holds, string what)
    {
        if (!holds && Broken.Count < 5)
        {
            Broken.Add(what);
        }
    }

    private bool IsIntentDurable(StepContext step)
    {
        var path = JournalFormat.PathIn(Path.Combine(StepSimulation.WorkspacePath, "runs", step.RunId));
        var line = $"\"attempt_started\",\"task\":\"{step.Name}\",\"attempt\":{step.Attempt},";
        return disk.FileExists(path) && disk.Synced(path).IndexOf(Encoding.UTF8.GetBytes(line)) >= 0;
    }

    /// <summary>One step, over all processes.</summary>
    internal sealed class StepRecord
    {
        internal int Calls { get; set; }

        internal int Happened { get; set; }

        internal bool IsAcknowledged { get; set; }

        internal HashSet<string> Keys { get; } = [];
    }
}

/// <summary>
/// A process that may be killed at any point that it passes; from then on it reaches nothing any more.
/// </summary>
internal sealed class MortalProcess(int endedAt, Random random, Action? instead = null)
{
    internal int Passed { get; private set; }

    internal bool IsDead { get; private set; }

    internal void Pass(string where)
    {
        if (++Passed == endedAt)
        {
            End();
        }

        if (IsDead)
        {
            throw new SimulatedCrashException(where);
        }
    }

    /// <summary>A write is a point too: of the one it dies in some bytes arrive, of later ones none.</summary>
    internal int? Tear(int length)
    {
        if (IsDead)
        {
            return 0;
        }

        if (++Passed == endedAt)
        {
            End();
        }

        return IsDead ? random.Next(length) : null;
    }

    private void End()
    {
        IsDead = instead is null;
        instead?.Invoke();
    }
}
