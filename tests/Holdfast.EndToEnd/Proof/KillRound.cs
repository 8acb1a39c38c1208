using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Proof;

/// <summary>What one round did.</summary>
internal sealed record KillStory(KillPoint Point, string Victim, int Kills, int Adopted, int OutlivedTwo);

/// <summary>
/// One run of the plan: its drivers are killed at random moments and at a named point, and the last one ends it.
/// </summary>
internal sealed class KillRound(KillPoint point, int seed)
{
    private const string Run = "k";
    private readonly Random _random = new(seed);
    private readonly KillPlan _plan = new();
    private int _kills;

    internal KillStory Play()
    {
        using var at = new Holding();
        _plan.WriteTo(at);
        var victim = KillPlan.Victims[_random.Next(KillPlan.Victims.Length)];
        var held = new List<Command>();
        KillAnywhere(at);
        KillWhileItDrives(at);
        at.Write("open", "");
        if (point == KillPoint.Random)
        {
            KillAnywhere(at);
        }
        else if (new NamedKill(at, Run, victim, "trace").At(point, NextCommand(at)) is { } tracer)
        {
            held.Add(tracer);
            _kills++;
        }
        else
        {
            _kills++;
        }

        // Whether the next driver finds the attempt still held, or gone on, is the seed's choice.
        if (_random.Next(2) == 0)
        {
            LetGo(held);
        }

        KillWhileItDrives(at);
        LetGo(held);
        at.Write("go", "");
        at.Run(NextCommand(at)).Is(1);
        new KillLedger(at, Run, _plan).Check();
        at.Run("journal", "verify", Run).Is(0);
        at.Run("resume", Run).Is(1);
        at.Until(() => AttemptProcess.Of(at.Folder).Count == 0, "every process of the run to be gone");
        var journal = RunJournal.Of(at, Run);
        return new KillStory(point, victim, _kills, journal.Count(e => e.Type == "attempt_adopted"),
            _plan.Tasks.Count(t => DriversOf(journal, t.Task) >= 3));
    }

    /// <summary>How many drivers the first attempt of a task had: all but the last one were killed.</summary>
    private static int DriversOf(List<JournalEntry> journal, string task)
    {
        var start = journal.FindIndex(e => e.Type == "attempt_started" && e.Task == task);
        var end = journal.FindIndex(e => e.IsEnd && e.Task == task);
        return start < 0 ? 0 : 1 + journal[start..end].Count(e => e.Type == "driver_started");
    }

    private static void LetGo(List<Command> held)
    {
        foreach (var tracer in held)
        {
            // The kernel lets go of what a dead tracer held.
            tracer.Signal(Command.Kill);
            tracer.End();
        }

        held.Clear();
    }

    /// <summary>From within the start of .NET to the middle of the run: no moment is special.</summary>
    private void KillAnywhere(Holding at)
    {
        var until = TimeSpan.FromMilliseconds(_random.Next(50, 1_500));
        var since = TimeProvider.System.GetTimestamp();
        Kill(at, at.Start(NextCommand(at)), () => TimeProvider.System.GetElapsedTime(since) >= until);
    }

    /// <summary>At some line that it writes, so that it was a driver at all.</summary>
    private void KillWhileItDrives(Holding at)
    {
        var lines = RunJournal.Of(at, Run).Count + _random.Next(1, 12);
        var atMost = TimeSpan.FromSeconds(4);
        var driver = at.Start(NextCommand(at));
        at.Until(() => driver.HasExited || AttemptProcess.IsDriven(at, Run, driver.Pid), "the driver to drive");
        var since = TimeProvider.System.GetTimestamp();
        Kill(at, driver, () => RunJournal.Of(at, Run).Count >= lines
            || TimeProvider.System.GetElapsedTime(since) >= atMost);
    }

    private void Kill(Holding at, Command driver, Func<bool> isTime)
    {
        at.Until(isTime, "the moment of the kill");
        Assert.False(driver.HasExited, $"a driver left before the run could end: {driver.Told()}");
        driver.Signal(Command.Kill);
        driver.End().Is(137);
        _kills++;
    }

    // Both ways to go on; a run that was killed before it was made can only be run.
    private string[] NextCommand(Holding at) =>
        RunJournal.Of(at, Run).Exists(e => e.Type == "run_started") && _random.Next(2) == 0
            ? ["resume", Run]
            : ["run", "plan.yaml", "--id", Run];
}
