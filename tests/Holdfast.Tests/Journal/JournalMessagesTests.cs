using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>What is said to people when a journal cannot be used.</summary>
public sealed class JournalMessagesTests
{
    [Fact]
    public void Damage_says_where_it_is_what_is_safe_and_the_cure()
    {
        const string Cure = ", and nothing was changed; `holdfast journal verify` shows all, `holdfast journal repair` "
            + "keeps every intact line";
        var error = new JournalDamagedException("j", new JournalDamage(3, "crc; it was durable", 2, 5));
        Assert.Equal($"j: damaged at line 3: crc; it was durable; the events up to 2 are safe{Cure}", error.Message);
        Assert.Equal(("j", 3), (error.Path, error.Damage.Line));
        Assert.Equal(
            $"j: damaged at line 1: crc; no event before it is safe{Cure}",
            new JournalDamagedException("j", new JournalDamage(1, "crc", 0, 5)).Message);
        Assert.Equal(
            "j: the journal is lost although the run has output; nothing can be repaired; restore it from a copy, or "
                + "delete the run's folder and run the plan anew",
            new JournalDamagedException("j", new JournalDamage(0, "journal lost", 0, 0)).Message);
    }

    [Fact]
    public void A_newer_format_says_which_version_is_needed()
    {
        var error = new JournalFormatException("j", format: 9, readableBy: 7);
        Assert.Equal(
            "j: format 9 needs a Holdfast that reads format 7; this one reads up to 1", error.Message);
        Assert.Equal((9, 7), (error.Format, error.ReadableBy));
    }

    [Fact]
    public void A_journal_in_the_folder_of_another_run_is_named()
    {
        var reading = new JournalReading { Opening = new JournalOpening(1, 1, "w", "mine") };
        ForeignJournalException.ThrowIfForeign(reading, "folder", "mine");
        ForeignJournalException.ThrowIfForeign(new JournalReading(), "folder", "other");
        ForeignJournalException.ThrowIfForeign(
            new JournalReading { Opening = new JournalOpening(1, 1, "w", null) }, "folder", "other");
        var error = Assert.Throws<ForeignJournalException>(
            () => ForeignJournalException.ThrowIfForeign(reading, "folder", "other"));
        Assert.Equal(
            $"{JournalFormat.PathIn("folder")}: it is the journal of run mine, and lies in the folder of run other; "
                + "nothing was started. Put the right one back, or give the folder its run's name",
            error.Message);
        Assert.Equal("mine", error.Named);
    }

    [Fact]
    public void A_journal_that_cannot_be_written_says_why_to_each_who_asks()
    {
        var cause = new IOException("the disk is gone");
        var error = new JournalPoisonedException("j", cause);
        Assert.Equal("j: cannot be written any more: the disk is gone", error.Message);
        AssertAgain(error, cause);
        var full = new JournalFullException("j", cause);
        Assert.Equal("j: no space left on its file system; free some and resume the run", full.Message);
        AssertAgain(full, cause);
        Assert.Equal(
            "j: 70 bytes wait for the disk and at most 64 may", new JournalBacklogException("j", 70, 64).Message);
        Assert.Equal(
            "j: holds no intact event, so nothing can be repaired; restore it from a copy, or delete the run's folder "
                + "and run the plan anew",
            new JournalLostException("j").Message);
    }

    private static void AssertAgain(JournalPoisonedException error, Exception cause)
    {
        var again = error.Again();
        Assert.NotSame(error, again);
        Assert.IsType(error.GetType(), again);
        Assert.Equal((error.Message, cause, error.Path), (again.Message, again.InnerException, again.Path));
    }
}
