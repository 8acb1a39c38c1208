using Holdfast.Journal;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>
/// Hands out the events of a run, and goes on with those to come until the run ends, nobody drives it any more, or
/// nobody reads what is printed.
/// </summary>
internal sealed class RunFollower(CommandContext context, RunFolder folder)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    // Asking for the lock is dearer than looking for new lines, and its answer changes rarely.
    private const int LooksPerQuestion = 20;

    /// <summary>How many events were handed out.</summary>
    internal long Events { get; private set; }

    /// <summary>Whether the journal's last word is that the run is closed.</summary>
    internal bool Closed { get; private set; }

    /// <summary>Whether following ended because nobody drives the run.</summary>
    internal bool LeftUndriven { get; private set; }

    /// <summary>Why the journal cannot be read on; null while it can.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Reads what is there, and follows if that is asked for.</summary>
    /// <param name="follow">Whether to go on.</param>
    /// <param name="onRecord">Gets each event once.</param>
    /// <param name="idle">Called after each look.</param>
    internal void Run(bool follow, JournalRecordHandler onRecord, Action? idle = null)
    {
        if (!follow)
        {
            var reading = JournalReader.Read(context.Storage, folder.Path, onRecord);
            idle?.Invoke();
            (Events, Closed, Problem) = (reading.Events, reading.Closed, reading.Damage?.ToString());
            return;
        }

        var tail = new JournalTail(context.Storage, folder.Path);
        using var pause = new ManualResetEventSlim();
        for (var look = 0; ; look++)
        {
            var isDriven = look % LooksPerQuestion != 0 || RunLock.Holder(context.Storage, folder) is not null;
            var came = tail.ReadNew(onRecord);
            Events += came;
            Closed = tail.Closed;
            context.Out.Flush();
            idle?.Invoke();
            if (Closed || IsPipeClosed())
            {
                return;
            }

            if (!isDriven && came == 0)
            {
                LeftUndriven = true;
                Problem = tail.Problem;
                return;
            }

            // Real time, whatever clock decides about the run: this waits for another process.
            pause.Wait(came > 0 ? TimeSpan.Zero : Pace);
        }
    }

    /// <summary>Whether the reader of our standard output is gone; the runtime does not say so when it
    /// writes.</summary>
    internal static unsafe bool IsPipeClosed()
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        const int ErrorOrHangUp = 0x8 | 0x10;
        long poll = 1; // struct pollfd { int fd = 1; short events = 0; short revents; }
        return LinuxCalls.Poll(&poll, 1, 0) > 0 && ((poll >> 48) & ErrorOrHangUp) != 0;
    }
}
