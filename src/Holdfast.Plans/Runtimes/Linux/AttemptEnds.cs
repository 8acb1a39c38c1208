using System.Text;
using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Turns what the kernel and the attempt file say into an outcome, and keeps who ended an attempt beside it.
/// </summary>
internal static class AttemptEnds
{
    private const int MaxStrays = 20;
    private const int ShellSignalBase = 128;

    /// <summary>Whether an exit code of a shell means a signal: 128 + one that ends a process.</summary>
    internal static int? ShellSignal(int code) => (code - ShellSignalBase) switch
    {
        // Ignored or stopping by default: CHLD, CONT, STOP, TSTP, TTIN, TTOU, URG, WINCH.
        17 or 18 or 19 or 20 or 21 or 22 or 23 or 28 => null,
        var n and >= 1 and <= 31 => n,
        var n and >= 34 and <= 64 => n,
        _ => null,
    };

    /// <summary>The outcome of an exit code that went through a shell.</summary>
    internal static Outcome WithShellCode(this Outcome outcome, int code) =>
        ShellSignal(code) is { } signal ? outcome with { Signal = signal } : outcome with { ExitCode = code };

    /// <summary>The outcome of a wait status.</summary>
    internal static Outcome WithWaitStatus(this Outcome outcome, int status) => (status & 0x7f) == 0
        ? outcome with { ExitCode = (status >> 8) & 0xff }
        : outcome with { Signal = status & 0x7f };

    /// <summary>"pid name" of survivors, at most 20.</summary>
    internal static string[] Tell(List<ProcessRow> strays)
    {
        var told = new string[Math.Min(strays.Count, MaxStrays)];
        for (var i = 0; i < told.Length; i++)
        {
            told[i] = strays[i].ToString();
        }

        return told;
    }

    /// <summary>
    /// Writes who ends the attempt; the first word stays. A disk that takes no file must not save the attempt.
    /// </summary>
    internal static unsafe void Note(string path, EndedBy reason, string by, long atUs)
    {
        var file = LinuxCalls.Open(path, LinuxCalls.WriteOnly | LinuxCalls.Create | LinuxCalls.Exclusive, 0x180);
        if (file < 0)
        {
            return;
        }

        var line = Encoding.ASCII.GetBytes($"ended_by {Word(reason)} by {by} at_us {atUs}\n");
        fixed (byte* start = line)
        {
            _ = LinuxCalls.Write(file, start, line.Length);
        }

        _ = LinuxCalls.Close(file);
    }

    /// <summary>Who ended an attempt, by the note beside it; the program itself if there is none.</summary>
    internal static EndedBy Noted(string path)
    {
        Span<byte> text = stackalloc byte[128];
        var count = ProcessTable.ReadFile(path, text);
        if (count <= 0 || !text[..count].StartsWith("ended_by "u8) || text[count - 1] != '\n')
        {
            return EndedBy.Itself;
        }

        var word = text["ended_by ".Length..count];
        word = word[..word.IndexOfAny((byte)' ', (byte)'\n')];
        foreach (var reason in Enum.GetValues<EndedBy>())
        {
            if (word.SequenceEqual(Encoding.ASCII.GetBytes(Word(reason))))
            {
                return reason;
            }
        }

        return EndedBy.Itself;
    }

    private static string Word(EndedBy reason) => reason switch
    {
        EndedBy.Itself => "itself",
        EndedBy.HardTimeout => "hard_timeout",
        EndedBy.NoProgress => "no_progress",
        EndedBy.RunDeadline => "run_deadline",
        EndedBy.OutputBound => "output_bound",
        EndedBy.UsageLimit => "usage_limit",
        EndedBy.Cancel => "cancel",
        EndedBy.Interrupt => "interrupt",
        EndedBy.StartFailed => "start_failed",
        EndedBy.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "not a known end"),
    };
}
