using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

public sealed class JournalSnapshotsTests
{
    private static readonly JsonElement Retention = Samples.Vectors("resume.json").GetProperty("retention");

    [Fact]
    public void A_snapshot_is_read_back_with_its_place()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(new JournalPosition(7, 1234, 0xDEADBEEF), "{\"a\":[1,{\"b\":\"naïve\"}]}"u8);
        Assert.Equal(["snapshot-000000000007.json"], RunFolder.Storage.List(folder.Path));
        var snapshot = store.Load(7);
        Assert.Equal(new JournalPosition(7, 1234, 0xDEADBEEF), snapshot.Position);
        Assert.Equal("{\"a\":[1,{\"b\":\"naïve\"}]}", Encoding.UTF8.GetString(snapshot.State.Span));
        using var document = JsonDocument.Parse(File.ReadAllBytes(store.PathOf(7)));
        Assert.Equal("deadbeef", document.RootElement.GetProperty("crc").GetString());
    }

    [Fact]
    public void Any_byte_changed_or_cut_makes_it_bad_and_the_one_before_is_taken()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(new JournalPosition(5, 50, 5), "{\"n\":5}"u8);
        store.Write(new JournalPosition(9, 90, 9), "{\"n\":9}"u8);
        var whole = File.ReadAllBytes(store.PathOf(9));
        for (var i = 0; i < whole.Length - 1; i++)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 1;
            File.WriteAllBytes(store.PathOf(9), changed);
            var latest = store.Latest(out var skipped, position => position == new JournalPosition(9, 90, 9)
                || position.Seq == 5);
            Assert.Equal(5, latest!.Position.Seq);
            Assert.Equal(store.PathOf(9), Assert.Single(skipped).Path);

            File.WriteAllBytes(store.PathOf(9), whole[..i]);
            Assert.Equal(5, store.Latest(out _)!.Position.Seq);
        }

        File.WriteAllBytes(store.PathOf(9), whole);
        Assert.Equal(9, store.Latest(out var none)!.Position.Seq);
        Assert.Empty(none);
    }

    [Fact]
    public void Other_files_are_not_looked_at_and_numbers_sort_as_numbers()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        Assert.Empty(store.List());
        foreach (var name in new[]
        {
            "snapshot-.json", "snapshot-12.json", "snapshot--00000000001.json", "snapshot-00000000000x.json",
            ".snapshot-000000000003.json.1-1.tmp", "snapshot-000000000003.json.damaged", "snapshot-", "x.json",
        })
        {
            File.WriteAllText(folder.In(name), "{}");
        }

        foreach (var seq in new long[] { 5, 1_000_000_000_000, 40 })
        {
            store.Write(new JournalPosition(seq, 0, 0), "{}"u8);
        }

        Assert.Equal([5, 40, 1_000_000_000_000], store.List());
        Assert.Null(new JournalSnapshots(RunFolder.Storage, folder.In("none")).Latest(out _));
    }

    [Fact]
    public void A_state_that_is_no_object_is_refused()
    {
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        Assert.Throws<ArgumentException>(() => store.Write(default, "[]"u8));
        Assert.Throws<ArgumentException>(() => store.Write(default, "{}}"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => store.Write(new JournalPosition(-1, 0, 0), "{}"u8));
    }

    public static TheoryData<int> RetentionCases() => new(Enumerable.Range(0, Retention.GetArrayLength()));

    [Theory]
    [MemberData(nameof(RetentionCases))]
    public void Retention_does_what_the_vector_says(int index)
    {
        var vector = Retention[index];
        using var folder = new RunFolder();
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        var (have, keep) = (vector.GetProperty("have").GetInt32(), vector.GetProperty("keep").GetInt32());
        for (var seq = 1; seq <= have; seq++)
        {
            store.Write(new JournalPosition(seq, 0, 0), "{}"u8);
        }

        foreach (var property in vector.EnumerateObject())
        {
            switch (property.Name)
            {
                case "have" or "keep":
                    break;
                case "deleted":
                    Assert.Equal(property.Value.GetInt32(), store.KeepLast(keep, out var failed));
                    Assert.Empty(failed);
                    Assert.Equal(Enumerable.Range(1, have).Select(n => (long)n).TakeLast(keep), store.List());
                    break;
                case "left":
                    Assert.Equal($"the newest {store.List().Count}", property.Value.GetString());
                    break;
                case "error":
                    Assert.Equal("names the value", property.Value.GetString());
                    var error = Assert.Throws<ArgumentOutOfRangeException>(() => store.KeepLast(keep, out _));
                    Assert.Contains($"{keep}", error.Message, StringComparison.Ordinal);
                    Assert.Equal(have, store.List().Count);
                    break;
                default:
                    Assert.Fail($"unknown field {property.Name}");
                    break;
            }
        }
    }

    [Fact]
    public void One_that_cannot_be_deleted_is_told_and_does_not_keep_the_others()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        var store = new JournalSnapshots(storage, folder.Path);
        for (var seq = 1; seq <= 4; seq++)
        {
            store.Write(new JournalPosition(seq, 0, 0), "{}"u8);
        }

        storage.Undeletable.Add("snapshot-000000000001.json");
        Assert.Equal(2, store.KeepLast(1, out var failed));
        Assert.Equal(store.PathOf(1), Assert.Single(failed).Path);
        Assert.Equal([1, 4], store.List());
    }

    [Fact]
    public void Snapshots_are_due_past_100_000_events_and_at_doublings()
    {
        Assert.False(JournalSnapshots.IsDue(99_999, 0));
        Assert.True(JournalSnapshots.IsDue(100_000, 0));
        Assert.False(JournalSnapshots.IsDue(199_999, 100_000));
        Assert.True(JournalSnapshots.IsDue(200_000, 100_000));
        Assert.False(JournalSnapshots.IsDue(long.MaxValue, long.MaxValue));
        long last = 0;
        var taken = 0;
        for (long seq = 1; seq <= 1_000_000; seq++)
        {
            if (JournalSnapshots.IsDue(seq, last))
            {
                (last, taken) = (seq, taken + 1);
            }
        }

        Assert.Equal((800_000, 4), (last, taken));
    }
}
