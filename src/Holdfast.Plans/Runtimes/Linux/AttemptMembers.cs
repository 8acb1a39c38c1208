using System.Text;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Who belongs to an attempt: its session, their descendants, and processes that carry the attempt's marks in their
/// environment (one that forked twice and made its own session is found by these alone).
/// </summary>
internal sealed class AttemptMembers
{
    private readonly byte[] _folderMark;
    private readonly byte[] _attemptMark;
    private readonly long _bornAfterTicks;

    /// <param name="leader">Pid of the session's leader; 0 if none is proven ours, then only marks count.</param>
    /// <param name="markFolder">HOLDFAST_ATTEMPT_DIR of the attempt; empty if it has none, then marks do not
    /// count.</param>
    /// <param name="attempt">Number of the attempt.</param>
    /// <param name="boottimeUs">When it was started; an older process is no member.</param>
    internal AttemptMembers(int leader, string markFolder, int attempt, long boottimeUs)
    {
        Leader = leader;
        _folderMark = markFolder.Length == 0 ? [] : Encoding.UTF8.GetBytes("HOLDFAST_ATTEMPT_DIR=" + markFolder);
        _attemptMark = Encoding.UTF8.GetBytes($"HOLDFAST_ATTEMPT={attempt}");
        _bornAfterTicks = (boottimeUs / (1_000_000 / ProcessTable.TicksPerSecond)) - 1;
    }

    /// <summary>Pid of the session's leader, 0 for an unproven one.</summary>
    internal int Leader { get; }

    /// <summary>Living members except the leader.</summary>
    /// <param name="table">A fresh reading.</param>
    /// <param name="byMarks">Whether to read environments too; costs a file per process born since the start.</param>
    internal List<ProcessRow> Living(List<ProcessRow> table, bool byMarks)
    {
        var members = new HashSet<int>();
        if (Leader > 0)
        {
            members.Add(Leader);
        }

        foreach (var row in table)
        {
            var isCandidate = row.StartTicks >= _bornAfterTicks && row.IsAlive;
            if (isCandidate && (IsInSession(row) || (byMarks && HasMarks(row.Pid))))
            {
                members.Add(row.Pid);
            }
        }

        AddDescendants(table, members);
        var own = System.Environment.ProcessId;
        var living = new List<ProcessRow>();
        foreach (var row in table)
        {
            if (row.Pid != Leader && row.Pid != own && row.IsAlive && members.Contains(row.Pid))
            {
                living.Add(row);
            }
        }

        return living;
    }

    /// <summary>CPU time of the leader and all members of its session and their descendants, in ticks.</summary>
    internal long CpuTicks(List<ProcessRow> table)
    {
        long ticks = 0;
        foreach (var row in Living(table, byMarks: false))
        {
            ticks += row.CpuTicks;
        }

        foreach (var row in table)
        {
            ticks += row.Pid == Leader ? row.CpuTicks : 0;
        }

        return ticks;
    }

    private bool IsInSession(in ProcessRow row) => Leader > 0 && row.Session == Leader;

    private bool HasMarks(int pid) =>
        _folderMark.Length > 0 && ProcessTable.HasEnvironment(pid, _folderMark, _attemptMark);

    private void AddDescendants(List<ProcessRow> table, HashSet<int> members)
    {
        // A table is not ordered by ancestry; each pass reaches one generation further, and ends when none was found.
        var found = members.Count > 0;
        while (found)
        {
            found = false;
            foreach (var row in table)
            {
                if (row.StartTicks >= _bornAfterTicks && members.Contains(row.Parent) && members.Add(row.Pid))
                {
                    found = true;
                }
            }
        }
    }
}
