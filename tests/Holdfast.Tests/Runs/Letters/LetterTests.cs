using System.Text;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;
using Holdfast.Testing.Simulation;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs.Letters;

/// <summary>The file of dead letters, and when a letter may be replayed.</summary>
public sealed class LetterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);

    private readonly SimulatedDisk _disk = new();

    public LetterTests() => _disk.CreateFolder("/w");

    internal static Letter Failed(
        string task = "a", int attempts = 1, DateTimeOffset? at = null,
        FailureClass kind = FailureClass.Connection) => new()
    {
        Id = Letter.IdOf("run-1", task, attempts, at ?? Now),
        Run = "run-1",
        Task = task,
        Attempts = attempts,
        FailedAt = at ?? Now,
        Class = kind,
        Disposition = Disposition.Fail,
        Transient = FailureDefaults.Transient(kind),
        Message = "connection refused",
        Evidence = new Evidence("net.refused", "stderr", 7, "connect: refused ***", "look"),
        Context = new ErrorContext
        {
            Runtime = "api", Operation = "GET http://host:1/a", Causes = ["near", "root"], Stack = ["at A.B()"],
            Metadata = new Dictionary<string, string> { ["x-request-id"] = "r-7" },
        },
        Definition = "d1",
        Plan = "p1",
        Created = at ?? Now,
        Correlation = "run-1",
    };

    private static Letter[] One(Letter? letter) => letter is null ? [] : [letter];

    private Letter Single() => Assert.Single(new WorkspaceLetters(_disk, "/w").Look());

    private void Step(Func<LetterBook, Letter?> decide)
    {
        using var letters = new WorkspaceLetters(_disk, "/w");
        letters.Step(book => One(decide(book)), Now);
    }

    [Fact]
    public void A_letter_comes_back_from_the_file_as_it_was_written()
    {
        Step(book => book.Fail(Failed()));
        Step(book => LetterBook.Begin(book.NewestOf("run-1", "a")!, "me", forced: true, Now));
        var letter = Single();
        Assert.Equivalent(LetterBook.Begin(Failed(), "me", forced: true, Now), letter, strict: true);
    }

    [Fact]
    public void A_letter_whose_context_is_of_another_kind_is_passed_over_like_any_line_that_is_none()
    {
        Step(book => book.Fail(Failed()));
        using var file = new StreamReader(_disk.OpenRead("/w/letters.ndjson"));
        var first = file.ReadToEnd().Split("\n")[1];
        _disk.WriteAtomically(
            "/w/letters.ndjson", Encoding.UTF8.GetBytes(first.Replace("[\"near\",\"root\"]", "7") + "\n" + first
                .Replace("run-1", "run-2").Replace("dl-", "dl-f") + "\n"));
        Assert.Equal("run-2", Single().Run);
    }

    [Fact]
    public void One_end_noted_twice_is_one_letter_and_a_failed_replay_adds_to_it()
    {
        Step(book => book.Fail(Failed()));
        Step(book => book.Fail(Failed()));
        Step(book => LetterBook.Begin(book.NewestOf("run-1", "a")!, "me", forced: false, Now.AddMinutes(1)));
        var again = Failed(attempts: 2, at: Now.AddMinutes(2), kind: FailureClass.Timeout);
        Step(book => book.Fail(again));
        Step(book => book.Fail(again));
        var letter = Single();
        Assert.Equal((LetterStatus.Open, 1, FailureClass.Connection), (letter.Status, letter.Attempts, letter.Class));
        var replay = Assert.Single(letter.Replays);
        Assert.Equal(("me", (bool?)false, 2, (FailureClass?)FailureClass.Timeout),
            (replay.By, replay.Succeeded, replay.Attempts, replay.Class));
    }

    [Fact]
    public void Only_a_success_marks_a_letter_replayed_whoever_ordered_it()
    {
        // DL1: a letter was marked replayed although its replay had failed.
        Step(book => book.Fail(Failed()));
        Step(book => LetterBook.Begin(book.NewestOf("run-1", "a")!, "me", forced: false, Now));
        Assert.Equal(LetterStatus.Open, Single().Status);
        Step(book => book.Succeed("run-1", "a", 2, Now.AddMinutes(1)));
        Step(book => book.Succeed("run-1", "a", 2, Now.AddMinutes(1)));
        Assert.Equal((LetterStatus.Replayed, 1), (Single().Status, Single().ReplayCount));

        // What failed before the success is known; what fails after it is a letter of its own.
        Step(book => book.Fail(Failed()));
        Step(book => book.Fail(Failed(attempts: 3, at: Now.AddMinutes(2))));
        Assert.Equal(2, new WorkspaceLetters(_disk, "/w").Look().Count);
    }

    [Fact]
    public void A_discarded_letter_is_not_written_again_by_a_later_takeover()
    {
        Step(book => book.Fail(Failed(attempts: 0)));
        Step(book => LetterBook.Discard(book.NewestOf("run-1", "a")!, "me", "known", Now.AddMinutes(1)));
        Step(book => book.Fail(Failed(attempts: 0)));
        Assert.Equal((LetterStatus.Discarded, "known"), (Single().Status, Single().Reason));
        Step(book => book.Fail(Failed(attempts: 0, at: Now.AddHours(1))));
        Assert.Equal(2, new WorkspaceLetters(_disk, "/w").Look().Count);
    }

    [Theory]
    [InlineData(FailureClass.Connection, TaskStage.Failed, 0, false, ReplayRefusal.None, ExitCodes.Done)]
    [InlineData(FailureClass.Connection, TaskStage.Held, 0, false, ReplayRefusal.NotNow, ExitCodes.Conflict)]
    [InlineData(FailureClass.Connection, TaskStage.Running, 0, false, ReplayRefusal.NotNow, ExitCodes.Conflict)]
    [InlineData(FailureClass.TestFailure, TaskStage.Failed, 0, false, ReplayRefusal.Class, ExitCodes.Conflict)]
    [InlineData(FailureClass.OutcomeUnknown, TaskStage.Failed, 0, false, ReplayRefusal.Class, ExitCodes.Conflict)]
    [InlineData(FailureClass.TestFailure, TaskStage.Failed, 0, true, ReplayRefusal.None, ExitCodes.Done)]
    [InlineData(FailureClass.TestFailure, TaskStage.Held, 60, true, ReplayRefusal.NotNow, ExitCodes.Conflict)]
    [InlineData(FailureClass.Timeout, TaskStage.Failed, 60, true, ReplayRefusal.Breaker, ExitCodes.Waiting)]
    public void The_policy_goes_in_its_order(
        FailureClass kind, TaskStage stage, int blockedSeconds, bool forced, ReplayRefusal refusal, int code)
    {
        var blocked = blockedSeconds > 0 ? Now.AddSeconds(blockedSeconds) : (DateTimeOffset?)null;
        var verdict = ReplayPolicy.Judge(
            new LetterBook(), Failed(kind: kind), new ReplayQuestion(stage, blocked, forced), Now);
        Assert.Equal((refusal, code), (verdict.Refusal, verdict.ExitCode));
        Assert.Equal(refusal == ReplayRefusal.Breaker ? blocked : null, verdict.Until);
        if (refusal == ReplayRefusal.Class)
        {
            Assert.Contains(kind.Word(), verdict.Message, StringComparison.Ordinal);
            Assert.Contains("--force", verdict.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_closed_letter_is_refused_even_by_force()
    {
        var closed = LetterBook.Discard(Failed(), "me", "known", Now);
        var verdict = ReplayPolicy.Judge(
            new LetterBook(), closed, new ReplayQuestion(TaskStage.Failed, null, Forced: true), Now);
        Assert.Equal((ReplayRefusal.Closed, ExitCodes.Conflict), (verdict.Refusal, verdict.ExitCode));
    }

    [Fact]
    public void One_letter_has_a_cooldown_and_all_of_them_a_budget()
    {
        var asked = new ReplayQuestion(TaskStage.Failed, null, Forced: false);
        var book = new LetterBook();
        for (var i = 0; i < ReplayPolicy.Budget; i++)
        {
            var letter = Failed($"t{i}");
            Assert.True(ReplayPolicy.Judge(book, letter, asked, Now.AddSeconds(i)).IsAllowed);
            book.Take(LetterBook.Begin(letter, "me", forced: false, Now.AddSeconds(i)));
        }

        var first = book.NewestOf("run-1", "t0")!;
        var cooling = ReplayPolicy.Judge(book, first, asked, Now.AddSeconds(29));
        Assert.Equal((ReplayRefusal.Cooldown, Now.AddSeconds(30)), (cooling.Refusal, cooling.Until!.Value));
        var spent = ReplayPolicy.Judge(book, first, asked, Now.AddSeconds(30));
        Assert.Equal((ReplayRefusal.Budget, Now.AddSeconds(300)), (spent.Refusal, spent.Until!.Value));
        Assert.True(ReplayPolicy.Judge(book, first, asked, Now.AddSeconds(300)).IsAllowed);
    }

    [Fact]
    public void Writing_the_file_anew_drops_old_closed_letters_and_never_an_open_one()
    {
        using var letters = new WorkspaceLetters(_disk, "/w", compactAbove: 20_000);
        using var other = new WorkspaceLetters(_disk, "/w", compactAbove: 20_000);
        letters.Step(book => One(book.Fail(Failed("old"))), Now);
        for (var i = 0; i < 300; i++)
        {
            var (task, at) = ($"t{i}", Now.AddDays(i));
            other.Step(book => One(book.Fail(Failed(task, at: at))), at);
            other.Step(
                book => [LetterBook.Discard(book.NewestOf("run-1", task)!, "me", "seen", at)], at);
        }

        Assert.Contains(letters.Look(), l => l is { Task: "old", Status: LetterStatus.Open });
        Assert.DoesNotContain(letters.Look(), l => l.Task == "t0");
        Assert.Contains(letters.Look(), l => l.Task == "t299");
        Assert.InRange(_disk.Length("/w/letters.ndjson"), 1, 400_000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Two_writers_and_crashes_at_any_write_lose_and_double_no_letter(int block)
    {
        for (var seed = block * 1_000; seed < (block * 1_000) + 150; seed++)
        {
            Interleave(new Random(seed), seed);
        }
    }

    private static void Interleave(Random random, int seed)
    {
        var disk = new SimulatedDisk();
        disk.CreateFolder("/w");
        var writers = new[] { Open(disk), Open(disk) };
        var acknowledged = new HashSet<string>();
        for (var step = 0; step < 60; step++)
        {
            var who = random.Next(2);
            var task = $"t{random.Next(6)}";
            var failed = Failed(task, attempts: 1 + (step / 6), at: Now.AddSeconds(step / 6));
            var before = random.Next(3);
            var crash = random.Next(5) == 0;
            disk.CrashPoint = crash ? _ => Die(ref before) : null;
            disk.Tear = crash ? bytes => random.Next(2) == 0 ? random.Next(bytes) : null : null;
            try
            {
                writers[who].Step(book => One(book.Fail(failed)), Now);
                acknowledged.Add(task);
            }
            catch (Exception error) when (error is IOException or SimulatedCrashException)
            {
                // The process is dead: nobody was told of its letter, which a takeover notes again.
                disk.KillProcess();
                if (random.Next(3) == 0)
                {
                    (disk.CrashPoint, disk.Tear) = (null, null);
                    disk.CutPower(random);
                    writers = [Open(disk), Open(disk)];
                }

                writers[who] = Open(disk);
            }
        }

        (disk.CrashPoint, disk.Tear) = (null, null);
        var found = Open(disk).Look();
        Assert.True(
            found.Select(l => l.Task).Distinct().Count() == found.Count, $"seed {seed}: a letter is there twice");
        Assert.True(acknowledged.IsSubsetOf(found.Select(l => l.Task)), $"seed {seed}: a letter is lost");
        Assert.All(found, l => Assert.Equal(l.ReplayCount, l.Replays.Select(r => r.Attempts).Distinct().Count()));
    }

    private static void Die(ref int before)
    {
        if (before-- <= 0)
        {
            throw new IOException("killed");
        }
    }

    private static WorkspaceLetters Open(IStorage disk) => new(disk, "/w");
}
