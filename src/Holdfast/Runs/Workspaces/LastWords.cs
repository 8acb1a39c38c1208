using System.Buffers;
using Holdfast.Journal;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// What a driver still says when a full disk stops it, even of a run that has ended, which stays as it ended.
/// </summary>
internal static class LastWords
{
    /// <summary>What is said; the reason is what the disk refused.</summary>
    internal static RunInterrupted Of(Exception full) => new($"the disk is full: {full.Message}");

    /// <summary>
    /// Says why the driver leaves although the disk is full: after everything else while that still finds room, else
    /// into the journal's reserve. Nothing is said where even that cannot be written.
    /// </summary>
    /// <param name="writer">The journal.</param>
    /// <param name="e">What is said.</param>
    /// <param name="at">Wall clock.</param>
    /// <param name="record">Appends it as any event, and returns when it is durable.</param>
    internal static void Say(JournalWriter writer, RunEvent e, DateTimeOffset at, Action record)
    {
        try
        {
            if (writer.Poison is null)
            {
                record();
                return;
            }
        }
        catch (JournalPoisonedException)
        {
            // The disk filled up under this very line.
        }

        SayIntoReserve(writer, e, at);
    }

    /// <summary>Says it into the reserve of a journal that found no room. Nothing is said where that fails.</summary>
    internal static void SayIntoReserve(JournalWriter writer, RunEvent e, DateTimeOffset at)
    {
        try
        {
            var data = new ArrayBufferWriter<byte>();
            EventCatalog.WriteData(e, data);
            writer.WriteLastWords(e.Type, data.WrittenSpan, at);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            // The caller tells people anyhow; the journal ends before its reserve, which is intact.
        }
    }
}
