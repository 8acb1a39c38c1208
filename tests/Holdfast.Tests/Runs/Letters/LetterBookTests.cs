using System.Text;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Letters;

namespace Holdfast.Tests.Runs.Letters;

/// <summary>What single events make of letters, and what a line of the file says of one.</summary>
public sealed class LetterBookTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private static Letter Failed(int attempts = 1, int minutes = 0, string task = "a") =>
        LetterTests.Failed(task, attempts, Now.AddMinutes(minutes));

    private static LetterBook Book(params Letter[] letters)
    {
        var book = new LetterBook();
        foreach (var letter in letters)
        {
            book.Take(letter);
        }

        return book;
    }

    [Fact]
    public void The_newest_letter_of_a_task_is_the_one_that_failed_last_whichever_was_written_last()
    {
        var (first, second) = (Failed(1), Failed(2, minutes: 5));
        Assert.Equal(second.Id, Book(first, second).NewestOf("run-1", "a")!.Id);
        Assert.Equal(second.Id, Book(second, first).NewestOf("run-1", "a")!.Id);
        Assert.Null(Book(first).NewestOf("run-1", "b"));
        Assert.Null(Book(first).NewestOf("run-2", "a"));
        Assert.Equal(
            [second.Id, first.Id], Book(second, first, second with { Reason = "again" }).All.Select(l => l.Id));
        Assert.Equal(2, Book(second, first, second).Count);
        Assert.Equal("again", Book(first, first with { Reason = "again" }).Find(first.Id)!.Reason);
        Assert.Null(Book(first).Find("dl-none"));
    }

    [Fact]
    public void A_failure_that_nobody_ordered_through_the_letter_is_a_retry_of_its_lineage()
    {
        var letter = Book(Failed(1)).Fail(Failed(2, minutes: 1) with
        {
            Class = FailureClass.Timeout, Message = "too slow",
        })!;
        Assert.Equal((LetterStatus.Open, 1, 1), (letter.Status, letter.Attempts, letter.ReplayCount));
        Assert.Equal(
            new LetterReplay(Now.AddMinutes(1), "retry")
            {
                EndedAt = Now.AddMinutes(1), Succeeded = false, Attempts = 2, Class = FailureClass.Timeout,
                Message = "too slow",
            },
            Assert.Single(letter.Replays));
    }

    [Fact]
    public void A_success_closes_the_letter_in_the_name_of_whoever_ordered_the_replay()
    {
        var ordered = LetterBook.Begin(Failed(1), "me", forced: false, Now.AddMinutes(1));
        var closed = Book(ordered).Succeed("run-1", "a", 2, Now.AddMinutes(2))!;
        Assert.Equal(
            (LetterStatus.Replayed, "me", (DateTimeOffset?)Now.AddMinutes(2), 1),
            (closed.Status, closed.ClosedBy, closed.ClosedAt, closed.ReplayCount));
        Assert.Equal(
            new LetterReplay(Now.AddMinutes(1), "me")
            {
                Ordered = true, EndedAt = Now.AddMinutes(2), Succeeded = true, Attempts = 2,
            },
            Assert.Single(closed.Replays));
        var alone = Book(Failed(1)).Succeed("run-1", "a", 2, Now.AddMinutes(2))!;
        Assert.Equal(("retry", 1), (alone.ClosedBy, alone.ReplayCount));
        Assert.Equal(Now.AddMinutes(2), Assert.Single(alone.Replays).At);
        Assert.Null(Book(Failed(1)).Succeed("run-1", "b", 2, Now));
        Assert.Null(Book(closed).Succeed("run-1", "a", 3, Now.AddMinutes(3)));
    }

    [Fact]
    public void An_end_is_known_by_its_attempts_and_where_those_are_the_same_by_its_time()
    {
        var known = Book(Failed(3, minutes: 10));
        Assert.Null(known.Fail(Failed(2, minutes: 20)));
        Assert.Null(known.Fail(Failed(3, minutes: 10)));
        Assert.Null(known.Fail(Failed(3, minutes: 9)));
        Assert.NotNull(known.Fail(Failed(3, minutes: 11)));
        Assert.NotNull(known.Fail(Failed(4, minutes: 1)));
        var discarded = Book(LetterBook.Discard(Failed(3, minutes: 10), "me", "seen", Now.AddMinutes(15)));
        Assert.Null(discarded.Fail(Failed(3, minutes: 15)));
        Assert.Equal(LetterStatus.Open, discarded.Fail(Failed(3, minutes: 16))!.Status);
        var replayed = Book(known.Succeed("run-1", "a", 4, Now.AddMinutes(12))!);
        Assert.Null(replayed.Fail(Failed(4, minutes: 12)));
        Assert.NotNull(replayed.Fail(Failed(4, minutes: 13)));
    }

    [Fact]
    public void A_replay_that_could_not_begin_leaves_the_last_end_of_the_task_as_it_was()
    {
        var ordered = LetterBook.Begin(Failed(2), "me", forced: true, Now.AddMinutes(1));
        Assert.Equal(2, ordered.UnderWay!.Attempts);
        var off = LetterBook.CallOff(ordered, "nobody drives it", Now.AddMinutes(2));
        Assert.Equal((1, null), (off.ReplayCount, off.UnderWay));
        Assert.Equal(
            new LetterReplay(Now.AddMinutes(1), "me")
            {
                Forced = true, Ordered = true, EndedAt = Now, Succeeded = false, Attempts = 2,
                Message = "nobody drives it",
            },
            Assert.Single(off.Replays));
        Assert.Equal(Now, off.LastEndAt);

        // The clock was set back since: nothing ends after it was called off.
        Assert.Equal(
            Now.AddMinutes(-5), LetterBook.CallOff(ordered, "x", Now.AddMinutes(-5)).Replays[0].EndedAt);
        Assert.Same(off, LetterBook.CallOff(off, "again", Now.AddMinutes(3)));
    }

    [Fact]
    public void Only_the_newest_tries_are_kept_and_all_are_counted()
    {
        var letter = Failed(1);
        for (var i = 1; i <= Letter.MaxReplaysKept + 5; i++)
        {
            letter = Book(letter).Fail(Failed(1 + i, minutes: i))!;
        }

        Assert.Equal(Letter.MaxReplaysKept + 5, letter.ReplayCount);
        Assert.Equal(Letter.MaxReplaysKept, letter.Replays.Count);
        Assert.Equal((7, 106), (letter.Replays[0].Attempts, letter.Replays[^1].Attempts));
        Assert.Equal((106, Now.AddMinutes(105)), (letter.LastAttempts, letter.LastEndAt));
    }

    [Fact]
    public void Whoever_writes_it_one_end_has_one_id_and_another_end_another()
    {
        var id = Letter.IdOf("run-1", "a", 1, Now);
        Assert.Matches("^dl-[0-9a-f]{12}$", id);
        Assert.Equal(id, Letter.IdOf("run-1", "a", 1, Now.ToOffset(TimeSpan.FromHours(2))));
        string[] others =
        [
            Letter.IdOf("run-2", "a", 1, Now), Letter.IdOf("run-1", "b", 1, Now), Letter.IdOf("run-1", "a", 2, Now),
            Letter.IdOf("run-1", "a", 1, Now.AddMilliseconds(1)), Letter.IdOf("run-1a", "", 1, Now),
        ];
        Assert.DoesNotContain(id, others);
        Assert.Equal(others.Length, others.Distinct().Count());
    }

    [Fact]
    public void Every_field_of_a_letter_is_in_its_line()
    {
        var letter = LetterBook.Discard(
            Book(LetterBook.Begin(Failed(1), "you", forced: true, Now.AddMinutes(1))).Fail(Failed(2, minutes: 2))!,
            "me", "seen", Now.AddMinutes(3)) with { Transient = null };
        var line = Encoding.UTF8.GetString(LetterLine.ToBytes(letter));
        Assert.EndsWith("}\n", line, StringComparison.Ordinal);
        Assert.Equivalent(letter, LetterLine.Read(Encoding.UTF8.GetBytes(line)), strict: true);
        var root = JsonDocument.Parse(line).RootElement;
        Assert.Equal(
            [
                "id", "run", "task", "attempts", "failed_at", "class", "disposition", "message", "evidence", "context",
                "definition_sha256", "plan_sha256", "created", "correlation_id", "status", "closed_at", "closed_by",
                "reason", "replay_count", "replays",
            ],
            root.EnumerateObject().Select(p => p.Name));
        Assert.Equal("2026-11-27T12:03:00.000Z", root.GetProperty("closed_at").GetString());
        Assert.Equal(
            ["at", "by", "forced", "ordered", "ended_at", "succeeded", "attempts", "class", "message"],
            root.GetProperty("replays")[0].EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ["rule", "channel", "line", "text", "remediation"],
            root.GetProperty("evidence").EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"id":""}""", true)]
    [InlineData("""{"id":7}""", true)]
    [InlineData("""{"class":"later"}""", true)]
    [InlineData("""{"status":"later"}""", true)]
    [InlineData("""{"run":null}""", true)]
    [InlineData("""{"task":null}""", true)]
    [InlineData("""{"failed_at":null}""", true)]
    [InlineData("""{"failed_at":"soon"}""", true)]
    [InlineData("""{"attempts":"two"}""", true)]
    [InlineData("""{"replays":7}""", true)]
    public void A_line_that_is_no_letter_is_passed_over(string line, bool isChange = false) =>
        Assert.Null(LetterLine.Read(Encoding.UTF8.GetBytes(isChange ? Changed(line) : line)));

    [Theory]
    [InlineData("""{"disposition":"later"}""")]
    [InlineData("""{"attempts":-3}""")]
    [InlineData("""{"later":{"a":[1]}}""")]
    public void A_letter_of_another_version_is_read_as_far_as_it_is_understood(string change)
    {
        var letter = LetterLine.Read(Encoding.UTF8.GetBytes(Changed(change)))!;
        Assert.Equal("run-1", letter.Run);
        Assert.Equal(Disposition.Fail, letter.Disposition);
        Assert.InRange(letter.Attempts, 0, 1);
    }

    [Fact]
    public void What_a_line_leaves_out_is_nothing()
    {
        const string Line = """{"id":"dl-1","run":"r","task":"t","class":"timeout","status":"open","failed_at":""";
        var letter = LetterLine.Read(Encoding.UTF8.GetBytes(Line + "\"2026-11-27T12:00:00Z\"}"))!;
        Assert.Equivalent(
            new Letter
            {
                Id = "dl-1", Run = "r", Task = "t", Class = FailureClass.Timeout, FailedAt = Now,
                Disposition = Disposition.Fail,
            },
            letter, strict: true);
    }

    // The line of a letter with some of its fields replaced; null takes one away.
    private static string Changed(string change)
    {
        var fields = JsonDocument.Parse(LetterLine.ToBytes(Failed())).RootElement.EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.GetRawText());
        foreach (var field in JsonDocument.Parse(change).RootElement.EnumerateObject())
        {
            fields[field.Name] = field.Value.GetRawText();
        }

        return $"{{{string.Join(',', fields.Where(f => f.Value != "null").Select(f => $"\"{f.Key}\":{f.Value}"))}}}";
    }
}
