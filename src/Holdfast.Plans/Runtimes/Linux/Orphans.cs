using System.Buffers.Text;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Children that this process inherited as a subreaper. The kernel hands orphans to the main thread, whose list of
/// children is one small file: the cheap way to learn that an attempt left a daemon with a session of its own. What
/// <see cref="SpawnThreads"/> start is in the lists of theirs.
/// </summary>
internal sealed class Orphans : IDisposable
{
    private const int MaxListBytes = 65536;
    private readonly HashSet<ProcessName> _accepted = [];
    private readonly byte[] _list = new byte[MaxListBytes];
    private readonly int _ownSession = LinuxCalls.GetSession(0);
    private readonly int _children;

    internal Orphans()
    {
        var own = Environment.ProcessId;
        _children = LinuxCalls.Open($"/proc/{own}/task/{own}/children", LinuxCalls.ReadOnly);
    }

    /// <summary>
    /// Whether there are orphans that no earlier attempt was said to have left. Reaps dead ones on the way, but only
    /// those of foreign sessions: a child in our own session is somebody else's of this process.
    /// </summary>
    internal unsafe bool HasUnknown(Func<int, bool> isLeader)
    {
        if (_children < 0)
        {
            return true; // The kernel keeps no such list: look at everybody.
        }

        nint count;
        fixed (byte* start = _list)
        {
            count = LinuxCalls.ReadAt(_children, start, _list.Length, 0);
        }

        var rest = _list.AsSpan(0, (int)Math.Max(0, count));
        var unknown = false;
        while (Utf8Parser.TryParse(rest, out int pid, out var consumed))
        {
            rest = rest[Math.Min(consumed + 1, rest.Length)..];
            unknown |= !isLeader(pid) && IsUnknown(pid);
        }

        return unknown;
    }

    /// <summary>Survivors that were listed, and stay.</summary>
    internal void Accept(List<ProcessRow> strays)
    {
        foreach (var stray in strays)
        {
            _accepted.Add(new ProcessName(stray.Pid, stray.StartTicks));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_children >= 0)
        {
            _ = LinuxCalls.Close(_children);
        }
    }

    private unsafe bool IsUnknown(int pid)
    {
        // A guard lives as long as its driver: told by number, it costs no look at each end.
        if (Guard.IsGuard(pid))
        {
            return false;
        }

        if (!ProcessTable.TryRead(pid, out var row) || row.Session == _ownSession)
        {
            return false;
        }

        if (row.IsAlive)
        {
            return !_accepted.Contains(new ProcessName(pid, row.StartTicks));
        }

        int status;
        _ = LinuxCalls.WaitPid(pid, &status, LinuxCalls.NoHang);
        _accepted.Remove(new ProcessName(pid, row.StartTicks));
        return false;
    }

    /// <summary>Tells a process from a later one of the same number.</summary>
    private sealed record ProcessName(int Pid, long StartTicks);
}
