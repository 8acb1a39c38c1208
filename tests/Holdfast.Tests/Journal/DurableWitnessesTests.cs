using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>
/// What stands behind a bad line and says what was durable: it decides between a torn tail, which is cut, and damage.
/// </summary>
public sealed class DurableWitnessesTests
{
    /// <summary>Each says that the one before it was durable.</summary>
    private static readonly List<byte[]> Lines = Samples.Lines(9);

    /// <summary>Lines 7 to 9 came in one batch, so that nothing says they were durable.</summary>
    private static readonly List<byte[]> Batched = Samples.Lines(9, seq => Math.Min(seq - 1, 6));

    [Fact]
    public void A_line_behind_overwritten_line_ends_is_heard()
    {
        using var folder = new RunFolder();
        byte[] glued = [.. Lines[6][..^1], (byte)'x', .. Lines[7][..^1], (byte)'x', .. Lines[8]];
        Damaged(folder, [.. Lines.Take(6), glued], "line 7: not JSON; it was durable", 6, 8);
        Damaged(folder, [.. Lines.Take(6), glued[..^1]], "line 7: incomplete; it was durable", 6, 8);
        Damaged(folder, [.. Lines.Take(6), glued, "\n"u8.ToArray()], "line 7: not JSON; it was durable", 6, 8);
    }

    [Fact]
    public void A_line_behind_zeros_is_heard()
    {
        using var folder = new RunFolder();
        Damaged(
            folder, [.. Lines.Take(6), new byte[Lines[6].Length], Lines[7]], "line 7: binary; it was durable", 6, 7);
        Torn(folder, [.. Batched.Take(6), new byte[Batched[6].Length], Batched[7]], "binary", 1);
    }

    [Fact]
    public void Of_several_the_first_that_proves_it_is_named_and_the_highest_number_is_kept()
    {
        using var folder = new RunFolder();
        Damaged(
            folder, [.. Lines.Take(3), .. Lines.Skip(4)], "line 4: seq 5 follows 3, and line 5 says 4 was durable", 3,
            8);
        Damaged(
            folder, [.. Batched.Take(3), Batched[6], Batched[4]],
            "line 4: seq 7 follows 3, and line 7 says 6 was durable", 3, 6);
        var late = Samples.Lines(9, seq => seq < 9 ? Math.Min(seq - 1, 2) : 8);
        Damaged(
            folder, [.. late.Take(3), .. late.Skip(4)], "line 4: seq 5 follows 3, and line 9 says 8 was durable", 3, 8);
    }

    [Fact]
    public void A_line_that_was_changed_is_not_believed_if_the_one_before_it_proves_that()
    {
        using var folder = new RunFolder();
        var raised = Samples.Changed(Batched[8], "\"durable\":6", "\"durable\":8");

        // Line 7 cannot be read, and its check value can: it proves line 8, which proves that line 9 was changed.
        var misspelled = Samples.Changed(Batched[6], "{\"seq\"", "{\"sex\"");
        Torn(folder, [.. Batched.Take(6), misspelled, Batched[7], raised], "not in the form of format 1", 3);

        // Nothing is left of line 7, so that line 8 proves nothing, and it is better to report too much.
        Damaged(
            folder, [.. Batched.Take(6), "rubbish\n"u8.ToArray(), Batched[7], raised],
            "line 7: not JSON; it was durable", 6, 8);

        // Line 7 was changed itself; what line 8 continues is what line 7 claims.
        var other = Samples.Changed(Batched[6], "\"n\":7", "\"n\":5");
        Torn(folder, [.. Batched.Take(6), other, Batched[7], raised], "crc", 3);

        // Right behind the last intact line.
        Torn(folder, [.. Batched.Take(8), raised], "crc", 1);
    }

    [Fact]
    public void A_check_value_that_was_changed_does_not_hide_the_line_after_it()
    {
        using var folder = new RunFolder();
        Assert.True(JournalLineReader.TryReadCrc(Lines[6].AsSpan(0, Lines[6].Length - 1), out var crc));
        var changed = Samples.Changed(Lines[6], $"\"crc\":\"{crc:x8}\"", $"\"crc\":\"{crc ^ 1:x8}\"");
        Damaged(folder, [.. Lines.Take(6), changed, Lines[7]], "line 7: crc; it was durable", 6, 7);
    }

    [Fact]
    public void Pieces_of_lines_that_say_nothing_are_a_torn_tail()
    {
        using var folder = new RunFolder();
        foreach (var tail in new[] { "{\"seq\":", "{\"seq\":{\"seq\":", "x{\"seq\":\n", "{\"seq\":9}\n{\"seq\":" })
        {
            var reading = Read(folder, [.. Lines.Take(3), Encoding.ASCII.GetBytes(tail)]);
            Assert.Null(reading.Damage);
            Assert.Equal(tail.Length, reading.Torn.Bytes);
        }
    }

    private static void Damaged(RunFolder folder, IEnumerable<byte[]> lines, string said, long safe, long highest)
    {
        var damage = Read(folder, lines).Damage!;
        Assert.Equal((said, safe, highest), (damage.ToString(), damage.SafeSeq, damage.HighestDurable));
    }

    private static void Torn(RunFolder folder, IEnumerable<byte[]> lines, string reason, int count)
    {
        var reading = Read(folder, lines);
        Assert.Null(reading.Damage);
        Assert.Equal((reason, count), (reading.Torn.Reason, reading.Torn.Lines));
    }

    private static JournalReading Read(RunFolder folder, IEnumerable<byte[]> lines)
    {
        folder.WriteJournal(Samples.Join(lines));
        return Samples.Read(folder).Reading;
    }
}
