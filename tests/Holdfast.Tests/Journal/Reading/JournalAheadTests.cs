using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal.Reading;

/// <summary>A long journal is read on another thread than its events are taken in on.</summary>
public sealed class JournalAheadTests
{
    private const int Events = 20_000;
    private const int MostAhead = 5 * 1_024;

    [Fact]
    public void Each_event_is_handed_out_once_in_order_to_the_thread_that_asked_never_far_behind_the_reading()
    {
        var (read, taken) = (0, 0);
        var caller = Environment.CurrentManagedThreadId;
        var reading = new JournalReading { Events = Events };
        var told = JournalAhead.Read(
            handler =>
            {
                Assert.NotEqual(caller, Environment.CurrentManagedThreadId);
                var buffer = new byte[300_000];
                for (var seq = 1; seq <= Events; seq++)
                {
                    // One buffer for all, as the reader has it; now and then one event that fills more than a batch.
                    var bytes = seq % 7_000 == 0 ? buffer.Length : 40;
                    buffer.AsSpan(0, bytes).Fill((byte)seq);
                    Volatile.Write(ref read, seq);
                    handler(Record(seq, buffer.AsMemory(0, bytes)));
                }

                return reading;
            },
            (in JournalRecord record) =>
            {
                Assert.Equal(caller, Environment.CurrentManagedThreadId);
                Assert.Equal(++taken, record.Seq);
                Assert.Equal(taken % 7_000 == 0 ? 300_000 : 40, record.Data.Length);
                Assert.False(record.Data.Span.ContainsAnyExcept((byte)taken));
                Assert.InRange(Volatile.Read(ref read) - taken, 0, MostAhead);
            });
        Assert.Same(reading, told);
        Assert.Equal(Events, taken);
    }

    [Fact]
    public void What_the_handler_throws_ends_the_reading_and_is_thrown()
    {
        var (read, taken) = (0, 0);
        var error = Assert.Throws<InvalidDataException>(() => JournalAhead.Read(
            handler =>
            {
                for (read = 1; ; read++)
                {
                    handler(Record(read, "{}"u8.ToArray()));
                }
            },
            (in JournalRecord _) =>
            {
                if (++taken == 100)
                {
                    throw new InvalidDataException("of the handler");
                }
            }));
        Assert.Equal("of the handler", error.Message);
        Assert.Equal(100, taken);
        Assert.InRange(read, 100, MostAhead + 100);
    }

    [Fact]
    public void What_the_reading_throws_is_thrown_behind_the_events_before_it()
    {
        var taken = 0;
        var error = Assert.Throws<IOException>(() => JournalAhead.Read(
            handler =>
            {
                for (var seq = 1; seq <= 3_000; seq++)
                {
                    handler(Record(seq, "{}"u8.ToArray()));
                }

                throw new IOException("of the disk");
            },
            (in JournalRecord _) => taken++));
        Assert.Equal("of the disk", error.Message);
        Assert.Equal(3_000, taken);
    }

    [Fact]
    public void A_long_journal_reads_as_a_short_one_does_whole_and_damaged()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(4_000, seq => Math.Min(seq - 1, 3_990));
        folder.WriteJournal(Samples.Join(lines));
        Assert.True(new FileInfo(folder.Journal).Length > 256 << 10);
        var (reading, records) = Samples.Read(folder);
        Assert.Equal(JournalReader.Read(RunFolder.Storage, folder.Path), reading);
        Assert.Equal(lines.Select(DataOf), records.Select(r => Encoding.UTF8.GetString(r.Data.Span)));

        lines[3_000][20] ^= 1;
        folder.WriteJournal(Samples.Join(lines));
        var (damaged, before) = Samples.Read(folder);
        Assert.Equal(3_001, damaged.Damage?.Line);
        Assert.Equal(3_000, before.Count);
        Assert.Equal(JournalReader.Read(RunFolder.Storage, folder.Path), damaged);

        static string DataOf(byte[] line)
        {
            Assert.True(JournalLineReader.TryParse(line.AsSpan(0, line.Length - 1), out var fields));
            return Encoding.UTF8.GetString(line, fields.DataStart, fields.DataBytes);
        }
    }

    private static JournalRecord Record(long seq, ReadOnlyMemory<byte> data) => new()
    {
        Seq = seq, At = default, Type = "note", Data = data, Durable = 0,
    };
}
