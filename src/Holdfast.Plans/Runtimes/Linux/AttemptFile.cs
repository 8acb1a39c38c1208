using System.Globalization;
using System.Text;
using System.Text.Unicode;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>The first lines of an attempt file: whose it is, since when, within which limits.</summary>
internal sealed record AttemptHeader
{
    internal string Run { get; init; } = string.Empty;

    internal string Task { get; init; } = string.Empty;

    internal int Attempt { get; init; }

    internal string Boot { get; init; } = string.Empty;

    /// <summary>Wall clock, microseconds since 1970 UTC.</summary>
    internal long StartedAtUs { get; init; }

    /// <summary>The monotonic clock of this boot, so that any process can go on counting.</summary>
    internal long MonotonicUs { get; init; }

    /// <summary>The clock of process start times, to tell the attempt's processes from older ones.</summary>
    internal long BoottimeUs { get; init; }

    /// <summary>Inode of this very file; another one means a copy, whose processes are not ours.</summary>
    internal ulong Inode { get; init; }

    internal long TimeoutMs { get; init; }

    /// <summary>Window of the no-progress limit; 0 for none.</summary>
    internal long NoProgressMs { get; init; }

    internal long GraceMs { get; init; }

    internal long OutputBound { get; init; }

    internal bool Adopt { get; init; }

    /// <summary>HOLDFAST_ATTEMPT_DIR as the attempt has it; empty for none.</summary>
    internal string MarkFolder { get; init; } = string.Empty;
}

/// <summary>An attempt file as it was read.</summary>
/// <param name="Header">Null where it is missing or torn.</param>
/// <param name="StartPid">From a complete start line; null if there is none.</param>
/// <param name="ExitCode">From a complete exit line; null if there is none.</param>
internal readonly record struct AttemptRecord(AttemptHeader? Header, int? StartPid, int? ExitCode)
{
    /// <summary>
    /// Whether it is the beginning of a header, or nothing: as it is left by whoever dies while writing it.
    /// </summary>
    internal bool IsTorn { get; init; }
}

/// <summary>
/// Format of the attempt file: a header of "key value" lines up to <c>---</c>, then lines that the wrapper writes in
/// place over a filler of spaces, so that telling the end needs no free block on the disk.
/// </summary>
internal static class AttemptFile
{
    internal const int FormatVersion = 1;
    private const string Keys = " run task attempt boot started_at_us monotonic_us boottime_us inode timeout_ms "
        + "no_progress_ms grace_ms output_bound adopt mark ";

    private const int BlockSize = 512;
    private const int RoomForLines = 96;
    private const int MaxSize = 1 << 20;
    private const int MaxExitCode = 255;

    // The last moment that a DateTimeOffset can be, and the longest TimeSpan.
    private const long MaxTimeUs = 253_402_300_799_999_999;
    private const long MaxLimitMs = 922_337_203_685_000;

    private static readonly string FirstLine = $"holdfast-attempt {FormatVersion}";

    /// <summary>Boot id of the running kernel; empty where there is none to read.</summary>
    internal static string CurrentBoot => DriverIdentity.OfThisProcess.BootId;

    /// <summary>
    /// Writes the whole block and leaves the offset behind the header, where the child's lines go.
    /// Returns 0, or the errno.
    /// </summary>
    internal static unsafe int Write(int descriptor, AttemptHeader header)
    {
        var task = Escape(header.Task);
        var folder = Escape(header.MarkFolder);
        var room = 640 + ((task.Length + folder.Length + header.Run.Length) * 3);
        Span<byte> block = room <= 4096 ? stackalloc byte[4096] : new byte[room + BlockSize];
        var fits = Utf8.TryWrite(
            block,
            CultureInfo.InvariantCulture,
            $"""
            holdfast-attempt {FormatVersion}
            run {Escape(header.Run)}
            task {task}
            attempt {header.Attempt}
            boot {header.Boot}
            started_at_us {header.StartedAtUs}
            monotonic_us {header.MonotonicUs}
            boottime_us {header.BoottimeUs}
            inode {header.Inode}
            timeout_ms {header.TimeoutMs}
            no_progress_ms {header.NoProgressMs}
            grace_ms {header.GraceMs}
            output_bound {header.OutputBound}
            adopt {(header.Adopt ? "yes" : "no")}
            mark {folder}
            ---

            """,
            out var length);
        var total = (length + RoomForLines + BlockSize - 1) / BlockSize * BlockSize;
        if (!fits || total > block.Length)
        {
            return 36; // ENAMETOOLONG
        }

        block[length..(total - 1)].Fill((byte)' ');
        block[total - 1] = (byte)'\n';
        fixed (byte* start = block)
        {
            if (LinuxCalls.WriteAt(descriptor, start, total, 0) != total
                || LinuxCalls.Seek(descriptor, length, 0) != length)
            {
                var errno = System.Runtime.InteropServices.Marshal.GetLastPInvokeError();
                return errno == 0 ? 28 : errno; // A short write is a full disk.
            }
        }

        return 0;
    }

    /// <summary>Reads an open attempt file from its start.</summary>
    internal static unsafe AttemptRecord Read(int descriptor)
    {
        var bytes = new byte[4096];
        var length = 0;
        while (true)
        {
            nint count;
            fixed (byte* start = bytes)
            {
                count = LinuxCalls.ReadAt(descriptor, start + length, bytes.Length - length, length);
            }

            if (count <= 0)
            {
                return Parse(bytes.AsSpan(0, length));
            }

            length += (int)count;
            if (length == bytes.Length && length < MaxSize)
            {
                Array.Resize(ref bytes, length * 2);
            }
        }
    }

    /// <summary>Reads a file by path; false if there is none.</summary>
    internal static bool TryRead(string path, out AttemptRecord record)
    {
        var descriptor = LinuxCalls.Open(path, LinuxCalls.ReadOnly);
        record = descriptor < 0 ? default : Read(descriptor);
        if (descriptor >= 0)
        {
            _ = LinuxCalls.Close(descriptor);
        }

        return descriptor >= 0;
    }

    /// <summary>Makes sense of the bytes of an attempt file. Only lines with their newline count.</summary>
    internal static AttemptRecord Parse(ReadOnlySpan<byte> bytes)
    {
        var header = new AttemptHeader();
        var inHeader = true;
        int? start = null;
        int? exit = null;
        var isFirst = true;
        var isTorn = true;
        while (bytes.IndexOf((byte)'\n') is var end && end >= 0)
        {
            var line = Encoding.UTF8.GetString(bytes[..end]);
            bytes = bytes[(end + 1)..];
            if (isFirst && line != FirstLine)
            {
                return default;
            }

            if (line == "---")
            {
                inHeader = false;
                continue;
            }

            var space = line.IndexOf(' ');
            isTorn &= isFirst || (space > 0 && Keys.Contains($" {line[..space]} ", StringComparison.Ordinal)
                && !line.AsSpan().ContainsAnyInRange('\0', '\x1f'));
            isFirst = false;
            if (space <= 0)
            {
                continue;
            }

            var (key, value) = (line[..space], line[(space + 1)..]);
            if (inHeader)
            {
                header = With(header, key, value);
            }
            else if (key == "start" && Whole(value, int.MaxValue) is { } pid and > 0)
            {
                start = (int)pid;
            }
            else if (key == "exit" && Whole(value, MaxExitCode) is { } code)
            {
                exit = (int)code;
            }
        }

        // What a dying writer left has no end; of its first line it may have only a part.
        isTorn &= inHeader
            && (!isFirst || FirstLine.StartsWith(Encoding.UTF8.GetString(bytes), StringComparison.Ordinal));
        return new AttemptRecord(inHeader ? null : header, start, exit) { IsTorn = isTorn };
    }

    private static AttemptHeader With(AttemptHeader header, string key, string value) => key switch
    {
        "run" => header with { Run = Uri.UnescapeDataString(value) },
        "task" => header with { Task = Uri.UnescapeDataString(value) },
        "mark" => header with { MarkFolder = Uri.UnescapeDataString(value) },
        "boot" => header with { Boot = value },
        "attempt" => header with { Attempt = (int)(Whole(value, int.MaxValue) ?? 0) },
        "started_at_us" => header with { StartedAtUs = Whole(value, MaxTimeUs) ?? 0 },
        "monotonic_us" => header with { MonotonicUs = Whole(value, MaxTimeUs) ?? 0 },
        "boottime_us" => header with { BoottimeUs = Whole(value, MaxTimeUs) ?? 0 },
        "inode" => header with { Inode = Inode(value) },
        "timeout_ms" => header with { TimeoutMs = Millis(value) },
        "no_progress_ms" => header with { NoProgressMs = Millis(value) },
        "grace_ms" => header with { GraceMs = Millis(value) },
        "output_bound" => header with { OutputBound = Whole(value, long.MaxValue) ?? 0 },
        "adopt" => header with { Adopt = value == "yes" },
        _ => header,
    };

    // Digits alone: the library's own reading also takes NUL characters behind a number, which is what a power cut
    // leaves of a longer one.
    private static long? Whole(string value, long most) =>
        !value.AsSpan().ContainsAnyExceptInRange('0', '9')
        && long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : null;

    // A limit is a time span here and microseconds elsewhere: what does not fit is as long as can be said.
    private static long Millis(string value) => Math.Min(Whole(value, long.MaxValue) ?? 0, MaxLimitMs);

    private static ulong Inode(string value) =>
        ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Escapes what would end or blur a line: control characters, and the escape sign itself.</summary>
    internal static string Escape(string text)
    {
        var clean = true;
        foreach (var c in text)
        {
            clean &= c is >= ' ' and not ('%' or '\u007f');
        }

        if (clean)
        {
            return text;
        }

        var escaped = new StringBuilder(text.Length + 16);
        foreach (var c in text)
        {
            _ = c is < ' ' or '%' or '\u007f'
                ? escaped.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture))
                : escaped.Append(c);
        }

        return escaped.ToString();
    }
}
