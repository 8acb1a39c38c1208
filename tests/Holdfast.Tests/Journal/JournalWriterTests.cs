using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

public sealed class JournalWriterTests
{
    [Fact]
    public void What_is_committed_is_read_back_and_driven_on()
    {
        using var folder = new RunFolder();
        using (var writer = JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At))
        {
            writer.Append("attempt_started", "bu\"ild\n", 1, "{\"a\":1}"u8, Samples.At);
            writer.Append("attempt_started", "b", 2, "{}"u8, Samples.At);
            Assert.Equal(1, writer.Durable);
            var batch = writer.TakeBatch()!;
            Assert.Null(writer.TakeBatch());
            writer.Commit(batch);
            Assert.Equal(3, writer.Durable);
        }

        var (reading, next) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
        using (next)
        {
            Assert.Equal(3, reading.Events);
            Assert.Equal(4, next!.Append("x", null, 0, "{}"u8, Samples.At));
            next.Close(Samples.At);
        }

        var (again, records) = Samples.Read(folder);
        Assert.Null(again.Damage);
        Assert.True(again.Closed);
        Assert.Equal(5, records.Count);
        Assert.Equal("bu\"ild\n", records[1].Task);
        Assert.Equal(4, again.HighestDurable);
    }

    [Fact]
    public void The_committer_makes_durable_what_is_waited_for()
    {
        using var folder = new RunFolder();
        var told = new List<long>();
        using (var committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At), told.Add))
        {
            var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
            committer.Wait(seq);
            Assert.Equal(2, committer.Durable);
            committer.Append("x", null, 0, "{}"u8, Samples.At);
        }

        Assert.Equal(3, Samples.Read(folder).Records.Count);
        Assert.Equal([2, 3], told);
    }
}
