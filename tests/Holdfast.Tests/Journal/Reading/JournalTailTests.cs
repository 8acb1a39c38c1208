using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal.Reading;

public sealed class JournalTailTests
{
    private static readonly List<byte[]> Lines = Samples.Lines(6);
    private static readonly byte[] Whole = Samples.Join(Lines);

    [Fact]
    public void Each_event_is_handed_out_once_whatever_the_pieces_it_comes_in()
    {
        foreach (var step in new[] { 1, 13, 100, 1000 })
        {
            using var folder = new RunFolder();
            var tail = new JournalTail(RunFolder.Storage, folder.Path);
            var seen = new List<long>();
            Assert.Equal(0, tail.ReadNew((in JournalRecord record) => seen.Add(record.Seq)));
            for (var length = 0; length < Whole.Length + step; length += step)
            {
                folder.WriteJournal(Whole.AsSpan(0, Math.Min(length, Whole.Length)));
                tail.ReadNew((in JournalRecord record) => seen.Add(record.Seq));
                Assert.Null(tail.Problem);
            }

            Assert.Equal(Enumerable.Range(1, Lines.Count).Select(n => (long)n), seen);
            Assert.Equal(Whole.Length, tail.Position.Offset);
            Assert.False(tail.Closed);
        }
    }

    [Fact]
    public void It_goes_on_from_a_given_place_and_forgets_a_problem_that_is_gone()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines.Take(4)));
        var first = new JournalTail(RunFolder.Storage, folder.Path);
        Assert.Equal(4, first.ReadNew((in JournalRecord _) => { }));
        var tail = new JournalTail(RunFolder.Storage, folder.Path, first.Position);
        folder.WriteJournal(Samples.Join([.. Lines.Take(4), "bad\n"u8.ToArray()]));
        Assert.Equal(0, tail.ReadNew((in JournalRecord _) => Assert.Fail("it was read before")));
        Assert.Equal("line 5: not JSON", tail.Problem);
        folder.WriteJournal(Samples.Join(Lines.Take(4)));
        Assert.Equal(0, tail.ReadNew((in JournalRecord _) => Assert.Fail("it was read before")));
        Assert.Null(tail.Problem);
        folder.WriteJournal(Whole);
        var seen = new List<long>();
        Assert.Equal(2, tail.ReadNew((in JournalRecord record) => seen.Add(record.Seq)));
        Assert.Equal([5L, 6], seen);
        File.Delete(folder.Journal);
        Assert.Equal(0, tail.ReadNew((in JournalRecord _) => Assert.Fail("nothing is there")));
        Assert.Null(tail.Problem);
    }

    [Fact]
    public void Damage_is_told_as_the_problem()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines.Where((_, i) => i != 2)));
        var tail = new JournalTail(RunFolder.Storage, folder.Path);
        Assert.Equal(2, tail.ReadNew((in JournalRecord _) => { }));
        Assert.Equal("line 3: seq 4 follows 2, and line 4 says 3 was durable", tail.Problem);
    }

    [Fact]
    public void What_a_crashed_driver_left_is_told_and_goes_away_when_the_next_one_cuts_it()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join([.. Lines, "torn\n"u8.ToArray()]));
        var tail = new JournalTail(RunFolder.Storage, folder.Path);
        var seen = new List<string>();
        Assert.Equal(6, tail.ReadNew((in JournalRecord record) => seen.Add(record.Type)));
        Assert.Equal("line 7: not JSON", tail.Problem);
        var (_, writer) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
        writer!.Close(Samples.At);
        Assert.Equal(1, tail.ReadNew((in JournalRecord record) => seen.Add(record.Type)));
        Assert.Null(tail.Problem);
        Assert.True(tail.Closed);
        Assert.Equal(0, tail.ReadNew((in JournalRecord record) => seen.Add(record.Type)));
        Assert.True(tail.Closed);
        File.AppendAllText(folder.Journal, "half a li");
        Assert.Equal(0, tail.ReadNew((in JournalRecord record) => seen.Add(record.Type)));
        Assert.True(tail.Closed);
    }

    [Fact]
    public void A_file_that_was_written_anew_is_told()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Whole);
        var tail = new JournalTail(RunFolder.Storage, folder.Path);
        tail.ReadNew((in JournalRecord _) => { });
        folder.WriteJournal(Samples.Join(Lines.Take(2)));
        Assert.Equal(0, tail.ReadNew((in JournalRecord _) => Assert.Fail("nothing new is there")));
        var left = Lines.Take(2).Sum(line => line.Length);
        Assert.Equal(
            $"{folder.Journal} is shorter than what was read of it ({left} of {Whole.Length} bytes)", tail.Problem);
        folder.WriteJournal([.. Samples.Join(Samples.Lines(6, _ => 0)), .. Encoding.ASCII.GetBytes("{\"seq\":7}\n")]);
        Assert.Equal(0, tail.ReadNew((in JournalRecord _) => Assert.Fail("it does not continue")));
        Assert.NotNull(tail.Problem);
    }
}
