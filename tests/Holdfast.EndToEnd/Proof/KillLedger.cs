using System.Globalization;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Proof;

/// <summary>Holds a run against what its commands really did, and only then its journal against the same.</summary>
internal sealed class KillLedger(Holding at, string run, KillPlan plan)
{
    private readonly List<JournalEntry> _journal = RunJournal.Of(at, run);

    internal void Check()
    {
        foreach (var task in plan.Tasks)
        {
            if (plan.Blocked.Contains(task.Task))
            {
                Assert.False(File.Exists(Path.Combine(at.Folder, "count", task.Counter)), $"{task.Task} was blocked");
                continue;
            }

            CheckEffects(task);
            CheckEnds(task);
        }

        Assert.Equal(
            plan.Tasks.Count - plan.Blocked.Count, Directory.GetFiles(Path.Combine(at.Folder, "count")).Length);
        Assert.Equal(plan.Failing, Names("task_failed"));
        Assert.Equal(plan.Blocked, Names("task_blocked"));
        Assert.Empty(Names("task_held"));
        Assert.Equal("journal_closed", _journal[^1].Type);
        Assert.Single(_journal, e => e.Type == "journal_closed");
    }

    /// <summary>
    /// Start and end of every try, in order, by one process each: a second start of what is finished or still lives
    /// would be one line more, or two starts in a row; a lost one a line less.
    /// </summary>
    private void CheckEffects(KilledTask task)
    {
        var lines = at.Lines($"count/{task.Counter}");
        var told = $"{task.Task} did:\n{string.Join('\n', lines)}\nand the journal says:\n{Story(task)}";
        Assert.True(lines.Length == 2 * task.Ends.Length, told);
        var keys = new HashSet<string>();
        for (var i = 0; i < task.Ends.Length; i++)
        {
            var start = lines[2 * i].Split(' ');
            var end = lines[(2 * i) + 1].Split(' ');
            var attempt = (i + 1).ToString(CultureInfo.InvariantCulture);
            Assert.True(start[0] == "start" && start[1] == attempt, told);
            Assert.True(end[0] == "end" && end[1] == attempt && end[2] == start[2] && end[3] == task.Ends[i], told);
            keys.Add(start[3]);
        }

        Assert.True(!task.IsKeyed || keys.Count == 1, told);
    }

    /// <summary>One end for each try in the journal, with the exit code or the signal that it really had.</summary>
    private void CheckEnds(KilledTask task)
    {
        var ends = _journal.Where(e => e.IsEnd && e.Task == task.Task).ToList();
        var told = $"{task.Task} must end with {string.Join(' ', task.Ends)}; the journal says:\n{Story(task)}";
        Assert.True(ends.Count == task.Ends.Length, told);
        for (var i = 0; i < ends.Count; i++)
        {
            var real = task.Ends[i];
            Assert.True(ends[i].Attempt == i + 1, told);
            Assert.True(ends[i].Type == (real == "0" ? "attempt_succeeded" : "attempt_failed"), told);
            Assert.True(
                SignalOf(real) is { } signal
                    ? ends[i].Number("signal") == signal
                    : ends[i].Number("exit_code") == long.Parse(real, CultureInfo.InvariantCulture),
                told);
        }
    }

    private string Story(KilledTask task) => string.Join('\n', _journal
        .Where(e => e.Task == task.Task || e.Type == "driver_started")
        .Select(e => $"{e.Type} {e.Attempt} {e.Data.GetRawText()}"));

    private string[] Names(string type) =>
        [.. _journal.Where(e => e.Type == type).Select(e => e.Task!).Order(StringComparer.Ordinal)];

    private static int? SignalOf(string end) => end switch
    {
        "ABRT" => 6,
        "KILL" => 9,
        "SEGV" => 11,
        _ => null,
    };
}
