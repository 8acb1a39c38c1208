using System.Globalization;

namespace Holdfast.EndToEnd.Proof;

/// <summary>A task of a traced run, found in the trace by an argument that nothing else has.</summary>
/// <param name="Name">Its name in the journal.</param>
/// <param name="Token">Its random argument.</param>
/// <param name="Program">What its own <c>execve</c> must start, e.g. <c>/bin/true</c>.</param>
/// <param name="Needs">Tasks before it.</param>
internal sealed record TracedTask(string Name, string Token, string Program, string[] Needs);

/// <summary>
/// Holds a trace against the order that was promised: no attempt is started before its intent is on disk, no task
/// before the ends of those that it needs are, and each task costs its own <c>execve</c> once.
/// </summary>
internal static class StartOrder
{
    /// <summary>Everything that the trace shows to be out of order; empty if all is well.</summary>
    internal static List<string> Findings(string trace, IReadOnlyList<TracedTask> tasks)
    {
        var calls = StraceLog.Parse(trace);
        var syncs = calls.FindAll(c => c.Name == "fdatasync" && c.Result == 0 && IsOfJournal(c));
        var starts = new Dictionary<string, int>();
        var ends = new Dictionary<string, int>();
        foreach (var write in calls.Where(c => c.Name == "pwrite64" && c.Result > 0 && IsOfJournal(c)))
        {
            // A sync covers what was written before it began, and nothing else.
            var onDisk = syncs.Find(s => s.Entered > write.Returned)?.Returned ?? int.MaxValue;
            foreach (var entry in RunJournal.Parse(StraceLog.Quoted(write.Arguments)))
            {
                if (entry.Type == "attempt_started")
                {
                    starts.TryAdd(entry.Task!, onDisk);
                }
                else if (entry.Type == "attempt_succeeded")
                {
                    ends.TryAdd(entry.Task!, onDisk);
                }
            }
        }

        var findings = new List<string>();
        foreach (var task in tasks)
        {
            Check(task, calls.FindAll(c => c.Name == "execve" && IsOf(c, task)), starts, ends, findings);
        }

        return findings;
    }

    private static void Check(
        TracedTask task, List<TracedCall> execs, Dictionary<string, int> starts, Dictionary<string, int> ends,
        List<string> findings)
    {
        var own = execs.Count(c => c.Result == 0
            && c.Arguments.StartsWith($"\"{task.Program}\", [\"{task.Program}\"", StringComparison.Ordinal));
        if (own != 1)
        {
            findings.Add(string.Create(CultureInfo.InvariantCulture,
                $"{task.Name}: {own} execve of its program, not 1"));
        }

        if (execs.Count == 0)
        {
            return;
        }

        var first = execs.Min(c => c.Entered);
        if (starts.GetValueOrDefault(task.Name, int.MaxValue) is var intent && first < intent)
        {
            findings.Add($"{task.Name}: execve at line {first}, its intent on disk {Line(intent)}");
        }

        foreach (var need in task.Needs)
        {
            if (ends.GetValueOrDefault(need, int.MaxValue) is var end && first < end)
            {
                findings.Add($"{task.Name}: execve at line {first}, the end of {need} on disk {Line(end)}");
            }
        }
    }

    private static string Line(int line) => line == int.MaxValue ? "never" : $"at line {line}";

    private static bool IsOf(TracedCall exec, TracedTask task) =>
        exec.Arguments.Contains($"\"{task.Token}\"", StringComparison.Ordinal);

    // "-y" shows what a descriptor is of. Only the journal of the run counts, not that of anything beside it.
    private static bool IsOfJournal(TracedCall call) =>
        call.Arguments.IndexOf('>', StringComparison.Ordinal) is > 0 and var end
        && call.Arguments[..end].EndsWith("/journal.ndjson", StringComparison.Ordinal);
}
