using System.Text;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Fuzzing;

/// <summary>
/// Events that are chained as they should be and say anything: the fold takes them, or refuses by its one exception;
/// the state is the same through a snapshot, and however the stream comes in pieces.
/// </summary>
internal sealed class FoldFuzzer : Fuzzer
{
    internal override string Name => "fold";

    internal override long MostAllocatedBytes(int inputBytes) => (64L << 20) + (8_000L * inputBytes);

    internal override FuzzInput Make(Random random)
    {
        var seed = random.Next(JournalCorpus.All.Count);
        return new(new Mutator(random, JournalCorpus.Words).Change(JournalCorpus.AllBytes[seed],
            JournalCorpus.AllBytes), seed);
    }

    internal override void Check(FuzzInput input)
    {
        var spec = JournalCorpus.All[input.Corpus].Spec;
        var run = new MemoryRun(Chained(input.Bytes));
        RunState state;
        long last;
        try
        {
            (state, last) = Folded(run, spec);
        }
        catch (Exception refused) when (refused is InvalidRunEventException or JournalFormatException)
        {
            Require(refused.Message.Length > 20, "a refusal says what cannot be");
            return;
        }

        Require(state.LastSeq == last, "the state names the last event");
        CheckCounts(state);
        CheckSnapshot(spec, state);
        CheckPieces(run, spec, state);

        // Whatever it holds, a driver can decide what is next, and time can pass.
        var now = state.LastAt;
        state.Advance(now);
        _ = Decider.Decide(state, now, new(), new());
        CheckCounts(state);
    }

    private static (RunState State, long Last) Folded(MemoryRun run, RunSpec spec)
    {
        var state = new RunState(spec);
        var story = new RunStory();
        var reading = run.Read((in JournalRecord r) => story.Add(state.TakeIn(r), r.Seq));
        state.ThrowIfRefused();
        return (state, reading.End.Seq);
    }

    private static void CheckCounts(RunState state)
    {
        // A fan-out counts by its instances, and by itself where it came to none.
        var counted = state.Tasks.Where(t => t.Instances == 0).GroupBy(t => t.Status)
            .ToDictionary(g => g.Key, g => g.Count());
        foreach (var stage in Enum.GetValues<TaskStage>())
        {
            Require(counted.GetValueOrDefault(stage) == state.Count(stage), $"{stage} is counted wrongly");
        }

        Require(state.Tasks.Count(t => t.IsOpen) == state.Open.Count, "the open tasks are those that are open");
    }

    private static void CheckSnapshot(RunSpec spec, RunState state)
    {
        if (!RunSnapshot.CanWrite(state))
        {
            return;
        }

        var written = RunSnapshot.Write(state);
        RequireSame(written, RunSnapshot.Write(RunSnapshot.Read(spec, written)), "a snapshot is taken up as it was");
    }

    // The same bytes, a few at a time.
    private static void CheckPieces(MemoryRun run, RunSpec spec, RunState state)
    {
        var other = new RunState(spec);
        using var stream = new PieceStream(run.Journal);
        _ = new JournalPass("journal", (in JournalRecord r) => other.TakeIn(r), default).Run(stream);
        Require(other.LastSeq == state.LastSeq, $"in pieces {other.LastSeq} events are read, else {state.LastSeq}");
        if (RunSnapshot.CanWrite(state))
        {
            RequireSame(RunSnapshot.Write(state), RunSnapshot.Write(other), "in pieces the state is another one");
        }
    }

    /// <summary>Numbers and check values put right, so that only what the events say is in question.</summary>
    internal static byte[] Chained(byte[] bytes)
    {
        var chained = new MemoryStream();
        uint crc = 0;
        var seq = 0L;
        foreach (var line in Mutator.Split(bytes))
        {
            var text = line.AsSpan().TrimEnd((byte)'\n');
            var data = text.IndexOf(",\"at\":"u8);
            var end = text.LastIndexOf(",\"durable\":"u8);
            if (data < 0 || end < data)
            {
                continue;
            }

            seq++;
            byte[] body = [.. Encoding.ASCII.GetBytes($"{{\"seq\":{seq}"), .. text[data..end],
                .. Encoding.ASCII.GetBytes($",\"durable\":{seq - 1}")];
            crc = Crc32C.Append(crc, body);
            chained.Write(body);
            chained.Write(Encoding.ASCII.GetBytes($",\"crc\":\"{crc:x8}\"}}\n"));
        }

        return chained.ToArray();
    }

    private sealed class PieceStream(byte[] bytes) : MemoryStream(bytes)
    {
        private int _reads;

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, 1 + (++_reads * 37 % 4099)));
    }
}
