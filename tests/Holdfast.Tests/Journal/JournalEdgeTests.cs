using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>What is said of a journal, a snapshot or a file that is not as it should be.</summary>
public sealed class JournalEdgeTests
{
    private static readonly string[] Missing = ["\"seq\":7,", "\"offset\":70,", "\"state\":{}"];

    [Fact]
    public void A_torn_tail_is_told_by_its_lines_and_bytes()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(3);
        folder.WriteJournal([.. Samples.Join(lines), .. "torn\n"u8, .. "half"u8]);
        var reading = Samples.Read(folder).Reading;
        Assert.Null(reading.Damage);
        Assert.Equal(new JournalTorn(2, 9, "not JSON"), reading.Torn);
    }

    [Fact]
    public void A_torn_tail_longer_than_a_line_may_be_is_one_line()
    {
        using var folder = new RunFolder();
        // So long that it comes in more than one piece.
        var tail = new byte[(2 * JournalFormat.MaxLineBytes) + 10_000];
        tail.AsSpan().Fill((byte)'x');
        folder.WriteJournal([.. Samples.Join(Samples.Lines(3)), .. tail]);
        Assert.Equal(
            new JournalTorn(1, tail.Length, "longer than 16777216 bytes"), Samples.Read(folder).Reading.Torn);
        var fault = Assert.Single(JournalRepair.Verify(RunFolder.Storage, folder.Path).Faults);
        Assert.Equal(new JournalFault(4, "longer than 16777216 bytes"), fault);
    }

    [Fact]
    public void A_first_line_that_cannot_be_read_was_durable()
    {
        using var folder = new RunFolder();
        folder.WriteJournal("garbage\n"u8);
        Assert.Equal("line 1: not JSON; it was durable", Samples.Read(folder).Reading.Damage!.ToString());
        folder.WriteJournal(Chained(("attempt_started", "{}")));
        Assert.Equal(
            "line 1: does not open a journal of format 1; it was durable",
            Samples.Read(folder).Reading.Damage!.ToString());
        folder.WriteJournal(Chained((JournalEvents.Opened, "{}")));
        Assert.Equal(
            "line 1: does not open a journal of format 1; it was durable",
            Samples.Read(folder).Reading.Damage!.ToString());
    }

    [Fact]
    public void Data_that_is_no_JSON_is_no_event_although_its_check_value_is_right()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Chained(
            (JournalEvents.Opened, "{\"format\":1,\"readable_by\":1,\"run\":\"r\"}"), ("attempt_started", "{1}")));
        var reading = Samples.Read(folder).Reading;
        Assert.Equal((1, "data is not a JSON object"), (reading.Events, reading.Torn.Reason));
    }

    [Fact]
    public void A_snapshot_that_does_not_fit_is_skipped_with_the_reason()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(new JournalPosition(5, 50, 5), "{}"u8);
        store.Write(new JournalPosition(9, 90, 9), "{}"u8);
        Assert.Equal(5, store.Latest(out var skipped, position => position.Seq < 9)!.Position.Seq);
        Assert.Equal(
            new SnapshotProblem(store.PathOf(9), "it is of another journal, or of this one before a repair"),
            Assert.Single(skipped));
        Assert.Null(store.Latest(out skipped, _ => false));
        Assert.Equal([store.PathOf(9), store.PathOf(5)], skipped.Select(each => each.Path));
    }

    [Fact]
    public void A_snapshot_that_lacks_its_place_or_its_state_is_bad()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(new JournalPosition(7, 70, 0xAB), "{}"u8);
        var whole = File.ReadAllText(store.PathOf(7));
        foreach (var missing in Missing)
        {
            Assert.Contains(missing, whole, StringComparison.Ordinal);
            // The check value may be right, so that only what is missing is wrong.
            var without = whole.Replace(missing, missing.EndsWith('}') ? "\"other\":1" : "", StringComparison.Ordinal);
            File.WriteAllText(store.PathOf(7), without);
            Assert.Null(store.Latest(out var skipped));
            Assert.Equal(store.PathOf(7), Assert.Single(skipped).Path);
        }
    }

    [Fact]
    public void Only_the_batch_that_is_under_way_can_be_committed()
    {
        using var folder = new RunFolder();
        using var writer = JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At);
        writer.Append("x", null, 0, "{}"u8, Samples.At);
        var batch = writer.TakeBatch()!;
        writer.Commit(batch);
        var error = Assert.Throws<InvalidOperationException>(() => writer.Commit(batch));
        Assert.Equal("the batch is not the one that is under way", error.Message);
        Assert.Equal(2, writer.Durable);
    }

    [Fact]
    public async Task A_failure_also_reaches_who_waits_for_the_batch_after()
    {
        using var folder = new RunFolder();
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var storage = new FaultyStorage { FailSync = 1 };
        using var committer = new JournalCommitter(JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At));
        storage.BeforeSync = () =>
        {
            entered.Release();
            release.Wait();
        };
        var first = committer.WaitAsync(committer.Append("x", null, 0, "{}"u8, Samples.At));
        await entered.WaitAsync(TestContext.Current.CancellationToken);
        var second = committer.WaitAsync(committer.Append("x", null, 0, "{}"u8, Samples.At));
        release.Release();
        await Assert.ThrowsAnyAsync<JournalPoisonedException>(() => first);
        await Assert.ThrowsAnyAsync<JournalPoisonedException>(
            () => second.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(28, true)]
    [InlineData(27, true)]
    [InlineData(5, false)]
    [InlineData(2, false)]
    [InlineData(0, false)]
    public void A_file_system_without_room_is_told_from_one_that_fails(int errno, bool full) =>
        Assert.Equal(full, Posix.IsFull(errno));

    [Fact]
    public void A_quota_that_is_used_up_is_a_full_disk() =>
        Assert.True(Posix.IsFull(OperatingSystem.IsMacOS() ? 69 : 122));

    [Fact]
    public void A_file_is_unlinked_once_and_a_folder_is_not()
    {
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("file"), "x");
        Assert.True(Posix.TryUnlink(folder.In("file")));
        Assert.False(File.Exists(folder.In("file")));
        Assert.False(Posix.TryUnlink(folder.In("file")));
        var error = Assert.Throws<PosixException>(() => Posix.TryUnlink(folder.Path));
        Assert.Contains("unlink", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Opened_files_are_closed_by_who_opened_them()
    {
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("file"), "x");
        using (var open = Posix.OpenForReading(folder.In("file")))
        {
            Assert.False(open.IsInvalid);
            Assert.True(Posix.IsStillAt(open, folder.In("file")));
        }

        var numbers = new HashSet<nint>();
        for (var i = 0; i < 200; i++)
        {
            using var again = Posix.OpenForReading(folder.In("file"));
            numbers.Add(again.DangerousGetHandle());
        }

        // A number that is given back is given out again, although other tests open files as well.
        Assert.InRange(numbers.Count, 1, 199);
    }

    private static byte[] Chained(params (string Type, string Data)[] events)
    {
        var lines = new List<byte[]>();
        uint crc = 0;
        foreach (var (type, data) in events)
        {
            var record = new JournalRecord
            {
                Seq = lines.Count + 1,
                At = Samples.At,
                Type = type,
                Durable = lines.Count,
                Data = Encoding.UTF8.GetBytes(data),
            };
            var buffer = new byte[1024];
            lines.Add(buffer[..JournalLine.Write(buffer, record, ref crc)]);
        }

        return Samples.Join(lines);
    }
}
