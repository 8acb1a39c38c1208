using System.Buffers;
using System.Text;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs;

/// <summary>
/// The events as the journal holds them. The golden file is never changed or removed: every later version reads it.
/// </summary>
public sealed class EventFormatTests
{
    private static string GoldenFile => Golden("events-format-1-within.ndjson");

    private static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "data", "golden", name);

    /// <summary>The types of the samples.</summary>
    public static TheoryData<string> Types => [.. EventSamples.All.Select(e => e.Type)];

    [Fact]
    public void Every_type_of_the_catalog_has_a_sample_and_every_class_a_place_in_the_catalog()
    {
        Assert.Equal(EventCatalog.Types.Skip(1), EventSamples.All.Select(e => e.Type));
        Assert.Equal(JournalEvents.Opened, EventCatalog.Types[0]);
        var classes = typeof(RunEvent).Assembly.GetTypes()
            .Where(t => t.IsSubclassOf(typeof(RunEvent)) && t != typeof(OtherEvent));
        Assert.Equal(
            classes.Select(t => t.Name).Order(StringComparer.Ordinal),
            EventSamples.All.Select(e => e.GetType().Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_is_read_back_as_it_was_written(string type)
    {
        var written = EventSamples.All.Single(e => e.Type == type);
        Assert.Equivalent(written, Read(written, Data(written)), strict: true);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Each_field_of_a_sample_tells_it_from_an_event_without_that_field(string type)
    {
        // Otherwise a field that is written and never read would pass for one that is read.
        var written = EventSamples.All.Single(e => e.Type == type);
        using var document = System.Text.Json.JsonDocument.Parse(Data(written));
        string[] toldTwice = ["code", "category", "recoverable", "retryable", "rate_limited"];
        foreach (var left in document.RootElement.EnumerateObject().Where(f => !toldTwice.Contains(f.Name)))
        {
            var others = document.RootElement.EnumerateObject().Where(f => f.Name != left.Name)
                .Select(f => $"{System.Text.Json.JsonSerializer.Serialize(f.Name)}:{f.Value.GetRawText()}");
            var data = Encoding.UTF8.GetBytes($"{{{string.Join(',', others)}}}");
            var error = Record.Exception(() => Assert.Equivalent(written, Read(written, data), strict: true));
            Assert.True(error is not null, $"{type}.{left.Name} is written and makes no difference when it is read");
        }
    }

    [Theory]
    [InlineData("events-format-1.ndjson")]
    [InlineData("events-format-1-targets.ndjson")]
    [InlineData("events-format-1-contexts.ndjson")]
    [InlineData("events-format-1-programs.ndjson")]
    [InlineData("events-format-1-parents.ndjson")]
    [InlineData("events-format-1-lifts.ndjson")]
    [InlineData("events-format-1-within.ndjson")]
    public void Format_1_is_read_event_by_event(string golden)
    {
        var storage = new Holdfast.Testing.Simulation.SimulatedDisk();
        storage.CreateFolder("/run");
        storage.WriteAtomically(JournalFormat.PathIn("/run"), File.ReadAllBytes(Golden(golden)));
        var events = new List<RunEvent>();
        var reading = JournalReader.Read(storage, "/run", (in JournalRecord r) => events.Add(EventCatalog.Read(r)));
        Assert.Null(reading.Damage);
        var known = golden switch
        {
            "events-format-1.ndjson" => EventSamples.OfFirstVersion,
            "events-format-1-targets.ndjson" => EventSamples.BeforeContexts,
            "events-format-1-contexts.ndjson" => EventSamples.BeforePrograms,
            "events-format-1-programs.ndjson" => EventSamples.BeforeParents,
            "events-format-1-parents.ndjson" => EventSamples.BeforeLifts,
            "events-format-1-lifts.ndjson" => EventSamples.BeforeWithin,
            _ => EventSamples.All,
        };
        Assert.Equivalent(known, events.Skip(1), strict: true);
        Assert.IsType<OtherEvent>(events[0]);
    }

    [Fact]
    public void Format_1_is_written_byte_for_byte()
    {
        var storage = new Holdfast.Testing.Simulation.SimulatedDisk();
        storage.CreateFolder("/run");
        using (var writer = JournalWriter.Create(storage, "/run", "w-7", "20261120-093012-golden-0001",
            EventSamples.At))
        {
            foreach (var e in EventSamples.All)
            {
                writer.Append(e.Type, e.Task, e.Attempt, Data(e), e.At);
            }

            writer.CommitAll();
        }

        Assert.Equal(
            File.ReadAllText(GoldenFile), Encoding.UTF8.GetString(storage.ReadAll(JournalFormat.PathIn("/run"))));
    }

    [Fact]
    public void A_type_of_a_later_version_is_kept_and_ignored_also_about_an_unknown_task()
    {
        var e = Read("a_later_type", "later", 1, "{\"nested\":{\"list\":[1,{}]}}"u8.ToArray());
        Assert.Equal(("a_later_type", "later", 1), (e.Type, e.Task, e.Attempt));
        var state = new Holdfast.Runs.State.RunState(Plans.Of("a"));
        state.Apply(e, 2);
        Assert.Equal(2, state.LastSeq);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Fields_of_a_later_version_are_passed_over(string type)
    {
        var written = EventSamples.All.Single(e => e.Type == type);
        var data = Encoding.UTF8.GetString(Data(written));
        var more = "{\"later\":{\"reason\":[1,\"}\"]}," + data[1..^1] + ",\"even_later\":null}";
        Assert.Equivalent(written, Read(written, Encoding.UTF8.GetBytes(more)), strict: true);
    }

    [Theory]
    [InlineData(EndedBy.Itself, false)]
    [InlineData(EndedBy.Cancel, true)]
    public void Who_ended_an_attempt_is_written_where_it_did_not_end_itself(EndedBy by, bool isWritten)
    {
        var failure = RunBench.Failed(FailureClass.Connection, by).Failure!;
        var data = Encoding.UTF8.GetString(Data(new RuntimeErrorClassified(failure)));
        Assert.Equal(isWritten, data.Contains("\"ended_by\"", StringComparison.Ordinal));
    }

    private static byte[] Data(RunEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventCatalog.WriteData(e, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private static RunEvent Read(RunEvent like, byte[] data) => Read(like.Type, like.Task, like.Attempt, data);

    private static RunEvent Read(string type, string? task, int attempt, byte[] data)
        => EventCatalog.Read(new JournalRecord
    {
        Seq = 2, At = EventSamples.At, Type = type, Task = task, Attempt = attempt, Data = data, Durable = 0,
    });
}
