using System.Buffers.Text;
using System.Text;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>One process as the table showed it.</summary>
internal readonly record struct ProcessRow(
    int Pid, int Parent, int Session, char State, long StartTicks, long CpuTicks, string Name)
{
    internal bool IsAlive => State is not ('Z' or 'X' or 'x');

    /// <inheritdoc/>
    public override string ToString() => $"{Pid} {Name}";
}

/// <summary>
/// The system's processes. Read only when an attempt is ended, may have survivors, or is watched for progress; one
/// read serves all attempts of that moment.
/// </summary>
internal static unsafe class ProcessTable
{
    internal const long TicksPerSecond = 100;
    private const int MaxEnvironmentBytes = 1 << 20;

    /// <summary>All processes that can be seen.</summary>
    internal static List<ProcessRow> Read()
    {
        var rows = new List<ProcessRow>(256);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(folder.AsSpan(6), out var pid) && TryRead(pid, out var row))
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>One process; false if there is none of that number.</summary>
    internal static bool TryRead(int pid, out ProcessRow row)
    {
        row = default;
        Span<byte> text = stackalloc byte[1024];
        var count = ReadFile($"/proc/{pid}/stat", text);
        if (count <= 0)
        {
            return false;
        }

        // The name may hold spaces and brackets itself; the last bracket ends it.
        text = text[..count];
        var open = text.IndexOf((byte)'(');
        var close = text.LastIndexOf((byte)')');
        if (open < 0 || close < open || close + 2 >= text.Length)
        {
            return false;
        }

        var name = Encoding.UTF8.GetString(text[(open + 1)..close]);
        var state = (char)text[close + 2];
        Span<long> fields = stackalloc long[20];
        var rest = text[(close + 4)..];
        for (var i = 0; i < fields.Length; i++)
        {
            _ = Utf8Parser.TryParse(rest, out fields[i], out _);
            var space = rest.IndexOf((byte)' ');
            rest = space < 0 ? default : rest[(space + 1)..];
        }

        // After the state: 0 ppid, 1 pgrp, 2 session, 10 utime, 11 stime, 12 cutime, 13 cstime, 18 starttime.
        var cpuTicks = fields[10] + fields[11] + fields[12] + fields[13];
        row = new ProcessRow(pid, (int)fields[0], (int)fields[2], state, fields[18], cpuTicks, name);
        return true;
    }

    /// <summary>Whether the environment of a process has all these entries.</summary>
    internal static bool HasEnvironment(int pid, ReadOnlySpan<byte> firstEntry, ReadOnlySpan<byte> secondEntry)
    {
        var descriptor = LinuxCalls.Open($"/proc/{pid}/environ", LinuxCalls.ReadOnly);
        if (descriptor < 0)
        {
            return false;
        }

        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(16384);
        try
        {
            var length = 0;
            while (length < MaxEnvironmentBytes)
            {
                if (length == buffer.Length)
                {
                    var larger = System.Buffers.ArrayPool<byte>.Shared.Rent(length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                nint count;
                fixed (byte* start = buffer)
                {
                    count = LinuxCalls.Read(descriptor, start + length, buffer.Length - length);
                }

                if (count <= 0)
                {
                    break;
                }

                length += (int)count;
            }

            var environment = buffer.AsSpan(0, length);
            return HasEntry(environment, firstEntry) && HasEntry(environment, secondEntry);
        }
        finally
        {
            _ = LinuxCalls.Close(descriptor);
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool HasEntry(ReadOnlySpan<byte> environment, ReadOnlySpan<byte> entry)
    {
        foreach (var part in environment.Split((byte)0))
        {
            if (environment[part].SequenceEqual(entry))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Signals a process of a table that was read before, if the number still means the same process.
    /// </summary>
    internal static bool Signal(in ProcessRow row, int signal)
    {
        var pidfd = LinuxCalls.PidfdOpen(row.Pid);
        try
        {
            // Read again with the descriptor in hand: now the number cannot change its meaning unnoticed.
            if (!TryRead(row.Pid, out var now) || now.StartTicks != row.StartTicks || !now.IsAlive)
            {
                return false;
            }

            return pidfd >= 0 ? LinuxCalls.PidfdSignal(pidfd, signal) : LinuxCalls.Kill(row.Pid, signal) == 0;
        }
        finally
        {
            if (pidfd >= 0)
            {
                _ = LinuxCalls.Close(pidfd);
            }
        }
    }

    /// <summary>Whether a process has this very file open, which proves an adopted wrapper to be ours.</summary>
    internal static bool HasOpen(int pid, in FileFacts file)
    {
        try
        {
            foreach (var link in Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd"))
            {
                if (LinuxCalls.TryStat(link, out var facts) && facts.Inode == file.Inode && facts.Device == file.Device)
                {
                    return true;
                }
            }
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }

        return false;
    }

    /// <summary>Reads the start of a small file of the process file system; -1 on any error.</summary>
    internal static int ReadFile(string path, Span<byte> buffer)
    {
        var descriptor = LinuxCalls.Open(path, LinuxCalls.ReadOnly);
        if (descriptor < 0)
        {
            return -1;
        }

        fixed (byte* start = buffer)
        {
            var count = (int)LinuxCalls.Read(descriptor, start, buffer.Length);
            _ = LinuxCalls.Close(descriptor);
            return count;
        }
    }
}
