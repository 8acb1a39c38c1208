using System.Text;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Simulation;
using Holdfast.Tests.Runs;

namespace Holdfast.Tests.Fuzzing;

/// <summary>A sound journal, and the plan it belongs to.</summary>
internal sealed record SoundJournal(byte[] Bytes, RunSpec Spec)
{
    /// <summary>What was written, as it is read.</summary>
    internal IReadOnlyList<byte[]> Events { get; } = new MemoryRun(Bytes).Events().Events;
}

/// <summary>Journals of the simulator, which begin as runs do, and one with names that have to be escaped.</summary>
internal static class JournalCorpus
{
    private const int Wanted = 8;
    private const int SeedsTried = 60;

    private static readonly string[] Names =
    [
        "a\"b", "back\\slash", "tab\there", "line\nend", "naïve 😀", "$(touch x)", "{\"seq\":3", "item[a,\"b\"]",
            "\u007f",
    ];

    internal static IReadOnlyList<SoundJournal> All { get; } = [.. Simulated(), Escaped()];

    internal static IReadOnlyList<byte[]> AllBytes { get; } = [.. All.Select(journal => journal.Bytes)];

    /// <summary>Words of the format: types, fields and values as they stand in the corpus.</summary>
    internal static IReadOnlyList<string> Words { get; } =
    [
        .. EventCatalog.Types.Select(type => $"\"type\":\"{type}\""), .. EventCatalog.Types,
        .. EventSamples.All.SelectMany(Fields), "{\"seq\":", ",\"at\":\"", ",\"task\":\"", ",\"attempt\":",
            ",\"data\":{",
        "},\"durable\":", ",\"crc\":\"00000000\"}\n", "\"durable\":999", "{}", "[]", "null", "true", "\"\"", "\\\"",
        "\\u0000", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00.000000Z",
        "\"format\":1,\"readable_by\":1", "\"format\":9",
        .. EventSamples.All.Select(Data),
    ];

    private static IEnumerable<string> Fields(RunEvent e)
    {
        using var document = JsonDocument.Parse(Data(e));
        return [.. document.RootElement.EnumerateObject().Select(field => field.ToString())];
    }

    private static string Data(RunEvent e)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        EventCatalog.WriteData(e, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static IEnumerable<SoundJournal> Simulated()
    {
        var found = 0;
        for (var seed = 1; seed <= SeedsTried && found < Wanted; seed++)
        {
            var lines = Mutator.Split(Simulator.Run(seed).Journal);
            var spec = new SimulatedPlan(new Random(seed), "simulated").Spec;

            // Beginnings of different length: small inputs are made, and made smaller, faster.
            lines = [.. lines.Take(10 << (found % 4))];
            var bytes = Samples(lines);
            if (Folds(bytes, spec))
            {
                found++;
                yield return new SoundJournal(bytes, spec);
            }
        }
    }

    private static SoundJournal Escaped()
    {
        var lines = new List<byte[]>();
        uint crc = 0;
        for (var seq = 1L; seq <= 28; seq++)
        {
            var task = seq == 1 ? null : Names[(seq - 2) / 3 % Names.Length];
            var (type, data) = seq == 1 ? (JournalEvents.Opened, "{\"format\":1,\"readable_by\":1,\"run\":\"r\"}")
                : (seq % 3) switch
                {
                    2 => ("attempt_started", "{\"runtime\":\"command\"}"),
                    0 => ("attempt_succeeded", "{\"exit_code\":0,\"ended_by\":\"itself\"}"),
                    _ => ("something_later", "{\"n\":[1,{\"a\":\"\\u0041\"}]}"),
                };
            lines.Add(Line(seq, type, task, type.StartsWith("attempt", StringComparison.Ordinal) ? 1 : 0, data,
                seq < 20 ? seq - 1 : 18, ref crc));
        }

        return new(Samples(lines), Runs.Plans.Of([.. Names.Select(name => new TaskSpec(name))]));
    }

    private static byte[] Line(long seq, string type, string? task, int attempt, string data, long durable,
        ref uint crc)
    {
        var line = new byte[1024];
        return line[..JournalLine.Write(line, seq, EventSamples.At.AddSeconds(seq), type, task, attempt,
            Encoding.UTF8.GetBytes(data), durable, ref crc)];
    }

    private static byte[] Samples(List<byte[]> lines) => [.. lines.SelectMany(line => line)];

    private static bool Folds(byte[] bytes, RunSpec spec)
    {
        try
        {
            var disk = new MemoryRun(bytes);
            var state = new RunState(spec);
            var reading = disk.Read((in JournalRecord r) => state.TakeIn(EventCatalog.Read(r), r.Seq));
            state.ThrowIfRefused();
            return reading.Damage is null && reading.Torn.Bytes == 0;
        }
        catch (InvalidRunEventException)
        {
            // A run whose plan was edited is no run of this plan.
            return false;
        }
    }
}
