namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Ends one attempt: TERM to the group and to members outside it, grace, KILL to the members, the wrapper last so
/// that it can still write its exit line. A state machine without a thread: whoever owns it steps it when due.
/// </summary>
internal sealed class Ending
{
    private const long LookEveryMs = 20;
    private const long WrapperMs = 1000;
    private const long GiveUpMs = 5000;
    private readonly AttemptMembers _members;
    private readonly bool _isLeaderWrapper;
    private long _killAtMs;

    /// <param name="members">Who belongs to the attempt.</param>
    /// <param name="nowMs">Monotonic.</param>
    /// <param name="grace">From TERM to KILL; zero for KILL at once.</param>
    /// <param name="isLeaderWrapper">The leader is our wrapper, to be ended last; else it is the program.</param>
    internal Ending(AttemptMembers members, long nowMs, TimeSpan grace, bool isLeaderWrapper)
    {
        _isLeaderWrapper = isLeaderWrapper;
        _members = members;
        _killAtMs = nowMs + (long)grace.TotalMilliseconds;
    }

    /// <summary>
    /// Who is left over after all that can be done; set when <see cref="Step"/> says that it is over.
    /// </summary>
    internal List<ProcessRow> Left { get; private set; } = [];

    /// <summary>KILL from now on.</summary>
    internal void Hurry(long nowMs) => _killAtMs = Math.Min(_killAtMs, nowMs);

    /// <summary>Asks all members to end.</summary>
    /// <param name="leaderIsOurs">The leader is unreaped or proven, so that its group may be signalled by
    /// number.</param>
    internal void Ask(bool leaderIsOurs)
    {
        if (leaderIsOurs)
        {
            _ = LinuxCalls.Kill(-_members.Leader, LinuxCalls.SigTerm);
        }

        var table = ProcessTable.Read();
        foreach (var row in _members.Living(table, byMarks: true))
        {
            if (!leaderIsOurs || row.Session != _members.Leader)
            {
                _ = ProcessTable.Signal(row, LinuxCalls.SigTerm);
            }
        }

        // A stopped process hears TERM only when it goes on.
        if (leaderIsOurs)
        {
            _ = LinuxCalls.Kill(-_members.Leader, LinuxCalls.SigCont);
        }
    }

    /// <summary>
    /// Looks and acts. Null when it is over: the leader gone and no member alive, or nothing more can be done. Else
    /// the time to look again.
    /// </summary>
    internal long? Step(long nowMs, bool leaderIsAlive, bool leaderIsOurs)
    {
        if (nowMs < _killAtMs)
        {
            if (leaderIsAlive)
            {
                return _killAtMs; // Its end is an event, nothing to look for before.
            }

            Left = _members.Living(ProcessTable.Read(), byMarks: true);
            return Left.Count == 0 ? null : Math.Min(_killAtMs, nowMs + LookEveryMs);
        }

        var overdueMs = nowMs - _killAtMs;
        if (leaderIsOurs && (!_isLeaderWrapper || overdueMs > 2 * WrapperMs))
        {
            _ = LinuxCalls.Kill(-_members.Leader, LinuxCalls.SigKill);
        }

        Left = _members.Living(ProcessTable.Read(), byMarks: true);
        foreach (var row in Left)
        {
            _ = ProcessTable.Signal(row, LinuxCalls.SigKill);
        }

        if (leaderIsOurs && leaderIsAlive && Left.Count == 0 && overdueMs > WrapperMs)
        {
            _ = LinuxCalls.Kill(_members.Leader, LinuxCalls.SigKill);
        }

        // A process in uninterruptible sleep cannot be ended by anybody; it is named, not waited for.
        var isOver = (!leaderIsAlive && Left.Count == 0) || overdueMs > GiveUpMs;
        return isOver ? null : nowMs + LookEveryMs;
    }
}
