using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Simulation;
using Holdfast.Tests.Runs;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Journals that something changed: a prefix of what was written, or damage, and never anything else; a repair gives a
/// sound journal that folds and loses nothing before the damage; a tail says what a reader says.
/// </summary>
internal sealed class JournalFuzzer : Fuzzer
{
    internal override string Name => "journal";

    internal override long MostAllocatedBytes(int inputBytes) => (64L << 20) + (4_000L * inputBytes);

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(JournalCorpus.All.Count);
        return new(new Mutator(random, JournalCorpus.Words).Change(JournalCorpus.AllBytes[seed],
            JournalCorpus.AllBytes), seed);
    }

    internal override void Check(FuzzInput input)
    {
        var original = JournalCorpus.All[input.Corpus];
        var run = new MemoryRun(input.Bytes);
        JournalReading reading;
        List<byte[]> events;
        try
        {
            (reading, events) = run.Events();
        }
        catch (JournalFormatException newer)
        {
            Require(newer.ReadableBy > JournalFormat.Version, "refused as newer, and it is not");
            return;
        }

        CheckPrefix(original, events, reading);
        CheckTail(input.Bytes, reading, events.Count);
        if (reading.Damage is null)
        {
            CheckDriven(original, input.Bytes, reading, events);
        }

        CheckRepair(original, run, input.Bytes, reading, events);
    }

    private static void CheckPrefix(SoundJournal original, List<byte[]> events, JournalReading reading)
    {
        var written = original.Events;
        Require(events.Count <= written.Count, $"{events.Count} events are read, and {written.Count} were written");
        for (var i = 0; i < events.Count; i++)
        {
            RequireSame(written[i], events[i], $"event {i + 1} is none that was written");
        }

        Require(reading.NeverStarted || reading.Damage is not null || events.Count > 0,
            "a journal without a first line");
        Require(reading.Damage is not null || reading.HighestDurable <= events.Count,
            $"{reading.HighestDurable} were durable, {events.Count} are read, and there is no damage");
        Require(reading.Damage is null || reading.Torn.Bytes == 0, "damage is no torn tail");
    }

    // Whole lines only, in one look or in two: never more than a reader hands out, and the same.
    private static void CheckTail(byte[] bytes, JournalReading reading, int events)
    {
        var run = new MemoryRun(bytes[..(bytes.Length / 2)]);
        var tail = new JournalTail(run.Disk, MemoryRun.Folder);
        var seen = tail.ReadNew((in JournalRecord _) => { });
        run.Disk.WriteAtomically(JournalFormat.PathIn(MemoryRun.Folder), bytes);
        seen += tail.ReadNew((in JournalRecord _) => { });
        var whole = events - (reading.Unterminated ? 1 : 0);
        Require(seen == whole, $"a tail in two looks sees {seen} events, a reader {whole} whole ones");
    }

    // A driver cuts what is torn, goes on, and what it then finds is what it believed.
    private static void CheckDriven(SoundJournal original, byte[] bytes, JournalReading reading, List<byte[]> events)
    {
        var run = new MemoryRun(bytes);
        var (_, writer) = JournalWriter.Continue(run.Disk, MemoryRun.Folder);
        if (writer is null)
        {
            Require(reading.NeverStarted, "a started run is not created anew");
            return;
        }

        using (writer)
        {
            writer.Append("run_paused", null, 0, "{\"by\":\"fuzz\"}"u8, EventSamples.At);
            writer.CommitAll();
        }

        var (after, again) = run.Events();
        Require(after.Damage is null && after.Torn.Bytes == 0, $"after a driver went on: {after.Damage} {after.Torn}");
        Require(again.Count == events.Count + 1, "a driver kept what it read");
        _ = original;
    }

    private static void CheckRepair(SoundJournal original, MemoryRun run, byte[] bytes, JournalReading reading,
        List<byte[]> events)
    {
        var found = JournalRepair.Verify(run.Disk, MemoryRun.Folder);
        Require(found.IsSound == reading.Damage is null, "verify and reader agree");
        JournalRepairResult? result;
        try
        {
            result = JournalRepair.Repair(run.Disk, MemoryRun.Folder, EventSamples.At);
        }
        catch (JournalLostException)
        {
            Require(found.Kept == 0 && events.Count == 0, "a journal with intact events is not lost");
            RequireSame(bytes, run.Journal, "a journal that cannot be repaired stays");
            return;
        }

        if (result is null)
        {
            Require(reading.Damage is null, "damage is repaired");
            RequireSame(bytes, run.Journal, "a sound journal stays as it is");
            return;
        }

        RequireSame(bytes, run.Disk.ReadAll(result.Copy), "the copy is the damaged journal");
        CheckRepaired(original, run, events);
    }

    private static void CheckRepaired(SoundJournal original, MemoryRun run, List<byte[]> events)
    {
        var (after, kept) = run.Events();
        Require(after.Damage is null && after.Torn.Bytes == 0, $"repaired, and still: {after.Damage} {after.Torn}");
        Require(kept.Count > events.Count, "a repair keeps all before the damage, and adds its own");
        for (var i = 0; i < events.Count; i++)
        {
            // Only what it says was durable may be told anew.
            RequireSame(Said(events[i]), Said(kept[i]), $"event {i + 1} before the damage is changed by the repair");
        }

        var folder = new RunFolder(MemoryRun.Folder);
        RunState Fold() => RunSnapshots.Fold(
            run.Disk, folder, original.Spec,
            (onRecord, from) => JournalReader.Read(run.Disk, MemoryRun.Folder, onRecord, from));
        if (after.Opening?.Run is { } named && named != folder.Id)
        {
            Assert.Throws<ForeignJournalException>(Fold);
            return;
        }

        var state = Fold();
        Require(state.LastSeq == after.End.Seq, "the fold has seen every event");
        Require(state.Open.Count == 0 || state.WasRepaired, "unfinished tasks are in doubt after a repair");
    }

    private static ReadOnlySpan<byte> Said(byte[] line) => line.AsSpan(0, line.AsSpan().LastIndexOf(",\"durable\":"u8));
}
