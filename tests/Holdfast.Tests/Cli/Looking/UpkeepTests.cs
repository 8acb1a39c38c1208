using System.Text;
using Holdfast.Cli;
using Holdfast.Cli.Looking;
using Holdfast.Cli.Upkeep;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Cli.Looking;

public sealed class UpkeepTests : IDisposable
{
    private readonly LookKit _kit = new();

    public static TheoryData<string> Examples => [.. InitPlans.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Examples))]
    public void Init_writes_a_good_plan_once_and_never_overwrites(string name)
    {
        var plan = InitPlans.All.Single(p => p.Name == name);
        Assert.Equal(0, _kit.Run("init", "--example", name).Code);
        var path = Path.Combine(_kit.Folder, plan.File);
        var loaded = PlanLoader.Load(path);
        Assert.Empty(loaded.Lines());
        File.AppendAllText(path, "# mine\n");
        var (code, _, error) = _kit.Run("init", "--example", name);
        Assert.Equal(11, code);
        Assert.Contains(plan.File, error);
        Assert.EndsWith("# mine\n", File.ReadAllText(path));
    }

    [Fact]
    public void Prune_takes_what_ended_long_ago_and_never_what_is_unfinished_driven_or_damaged()
    {
        var unfinished = _kit.Make("unfinished", LookKit.Good("build"));
        var red = _kit.MakeRed();
        var driven = _kit.Make("driven", LookKit.Closed(RunStatus.Failed, 1, "x"));
        var damaged = _kit.Make("damaged", LookKit.Closed(RunStatus.Failed, 1, "x"));
        var journal = Path.Combine(damaged.Path, "journal.ndjson");
        File.WriteAllText(journal, File.ReadAllText(journal)[..^5]);
        _kit.Clock.Now += TimeSpan.FromDays(31);
        var fresh = _kit.Make("fresh", LookKit.Closed(RunStatus.Succeeded, 0, "x"));
        using var held = Journal.RunFolder.Storage.TryLock(driven.LockPath, "{}"u8);

        Assert.Contains("would delete 2 runs", _kit.Run("prune", "--dry-run").Out);
        Assert.True(Directory.Exists(red.Path));
        Assert.Contains("deleted 2 runs", _kit.Run("prune").Out);
        Assert.False(Directory.Exists(red.Path));
        foreach (var kept in new[] { unfinished, driven, damaged, fresh })
        {
            Assert.True(Directory.Exists(kept.Path), kept.Id);
        }
    }

    [Fact]
    public void Doctor_finds_this_machine_well_and_names_what_is_left_behind()
    {
        _kit.Make("left", LookKit.Good("build"));
        _kit.Clock.Now = new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var (code, text, _) = _kit.Run("doctor");
        Assert.Equal(0, code);
        foreach (var check in new[] { "durable sync", "locks", "disk space", "file system", "shell", "processes",
            "adoption", "clock" })
        {
            Assert.Contains(check, text);
        }

        Assert.Contains("nobody drives left", text);
        Assert.Empty(Directory.GetDirectories(_kit.Workspace.Path, ".doctor*"));
    }

    [Fact]
    public void Doctor_says_that_a_clock_behind_the_journals_is_wrong()
    {
        _kit.Make("run", LookKit.Good("build"));
        _kit.Clock.Now = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Matches(@"warn\s+clock", _kit.Run("doctor").Out);
    }

    [Fact]
    public void Simulate_is_clean_on_real_seeds() => Assert.Equal(0, _kit.Run("simulate", "--seeds", "20").Code);

    [Fact]
    public void Simulate_is_clean_on_real_programs_and_says_how_much_it_played()
    {
        var (code, text, _) = _kit.Run("simulate", "--programs", "--seeds", "3", "--first-seed", "501");
        Assert.Equal(0, code);
        Assert.Matches(
            "3 seeds from 501, each run twice: [0-9]{3,} calls of steps, [0-9]{4,} events, [0-9]{2,} crashes\n"
                + "no promise was broken", text);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2147483647")]
    public void Simulate_refuses_a_seed_that_no_program_has(string first)
    {
        var (code, _, error) = _kit.Run("simulate", "--programs", "--first-seed", first, "--seeds", "2");
        Assert.Equal(2, code);
        Assert.Contains($"--first-seed is {first}; seeds of programs go from 1 to 2147483647", error);
    }

    [Theory]
    [InlineData("9223372036854775807", "2", "--first-seed is 9223372036854775807 and --seeds 2; the last seed is")]
    [InlineData("9223372036854775808", "1", "it must be a whole number of at most 9223372036854775807")]
    public void Simulate_refuses_seeds_beyond_the_last(string first, string seeds, string said)
    {
        var (code, _, error) = _kit.Run("simulate", "--first-seed", first, "--seeds", seeds);
        Assert.Equal(2, code);
        Assert.Contains(said, error);
    }

    [Theory]
    [InlineData(false, 3)]
    [InlineData(true, 1)]
    public void Simulate_that_is_interrupted_tells_what_it_came_to(bool breaks, int exitCode)
    {
        using var text = new StringWriter();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var code = SimulateCommand.Run(Context(text), 1_000_000, 1, programs: false, seed =>
        {
            stop.Cancel();
            return new PlayedSeed(1, 1, 0, [], breaks && seed == 1 ? "once ran twice" : null);
        }, stop.Token);
        Assert.Equal(exitCode, code);
        Assert.Equal(breaks, text.ToString().Contains("seed 1: once ran twice", StringComparison.Ordinal));
        Assert.Matches("^[1-9] seeds from 1,", text.ToString());
        Assert.Matches("it was interrupted: 99999[0-9] seeds were not run", text.ToString());
    }

    [Theory]
    [InlineData(false, "holdfast simulate --first-seed 42 --seeds 1")]
    [InlineData(true, "holdfast simulate --programs --first-seed 42 --seeds 1")]
    public void Simulate_names_the_seed_that_broke_and_how_to_replay_it(bool programs, string replay)
    {
        using var text = new StringWriter();
        var calls = 0;
        var code = SimulateCommand.Run(Context(text), 10, 40, programs, seed => new PlayedSeed(
            1, 1, 0, seed == 47 ? [(byte)Interlocked.Increment(ref calls)] : [], seed == 42
                ? "once ran twice" : null), TestContext.Current.CancellationToken);
        Assert.Equal(1, code);
        Assert.Contains("seed 42: once ran twice", text.ToString());
        Assert.Contains("seed 47: two runs of the seed gave different journals", text.ToString());
        Assert.Contains(replay, text.ToString());
    }

    [Fact]
    public void Classify_tells_class_rule_line_and_told_delay()
    {
        var file = Path.Combine(_kit.Folder, "err.txt");
        File.WriteAllText(file, "starting\nHTTP 429 Too Many Requests: try again in 20s\n");
        var (code, text, _) = _kit.Run("classify", "--stderr", file, "--exit-code", "1");
        Assert.Equal(0, code);
        Assert.Contains("rate_limited", text);
        Assert.Contains("stderr, line 2", text);
        Assert.Contains("20s (told by the other side)", text);
    }

    [Fact]
    public void Verify_and_repair_call_a_torn_end_by_the_same_words()
    {
        var run = _kit.Make("20261120-110000-nightly-torn");
        File.AppendAllText(Path.Combine(run.Path, "journal.ndjson"), "x");
        var verified = _kit.Run("journal", "verify", "last").Out;
        var repaired = _kit.Run("journal", "repair", "last").Out;
        Assert.Equal(verified.Split('\n')[0], repaired.Split('\n')[0]);
        Assert.StartsWith("sound ", verified);
        const string Torn = "the end is torn: 1 line, 1 byte (incomplete); nobody was told of it";
        Assert.Contains(Torn, verified);
        Assert.Contains(Torn, repaired);
        Assert.DoesNotContain("line 4", verified);
    }

    [Fact]
    public void Init_into_a_folder_that_cannot_be_written_is_a_usage_error_with_a_cure()
    {
        // Also the superuser, whom no mode stops, cannot write into a folder that is not there.
        Directory.Delete(_kit.Folder, recursive: true);
        var (code, _, error) = _kit.Run("init");
        Assert.Equal(2, code);
        Assert.Contains("plan.yaml cannot be written into", error);
        Assert.Contains("go to a folder that this user may write to", error);
        Directory.CreateDirectory(_kit.Folder);
    }

    [Fact]
    public void Repair_of_a_driven_run_is_refused()
    {
        var run = _kit.MakeRed();
        using var held = Journal.RunFolder.Storage.TryLock(run.LockPath, "{}"u8);
        Assert.Equal(11, _kit.Run("journal", "repair", run.Id).Code);
    }

    [Fact]
    public void A_damaged_journal_is_repaired_and_the_damaged_one_kept()
    {
        var run = _kit.MakeRed();
        var path = Path.Combine(run.Path, "journal.ndjson");
        File.WriteAllText(path, File.ReadAllText(path).Replace("expected 3", "expected 4"));
        var (code, text, _) = _kit.Run("journal", "repair", run.Id);
        Assert.Equal(0, code);
        Assert.Contains("journal.damaged-", text);
        Assert.Equal(0, _kit.Run("journal", "verify", run.Id).Code);
        Assert.Contains("nothing was changed", _kit.Run("journal", "repair", run.Id).Out);
    }

    [Theory]
    [InlineData("lost")]
    [InlineData("edited")]
    [InlineData("newer")]
    public void A_run_that_cannot_be_read_is_not_taken_for_done(string how)
    {
        var run = _kit.Make("r", LookKit.Good("build"));
        _kit.Print(run, "build", 1, "built\n", "");
        var path = Path.Combine(run.Path, "journal.ndjson");
        var whole = File.ReadAllText(path);
        File.WriteAllText(path, how switch
        {
            "lost" => "",
            "edited" => whole.Replace("\"type\":\"run_started\"", "\"type\":run_started"),
            _ => whole.Replace("\"format\":1,\"readable_by\":1", "\"format\":9,\"readable_by\":9"),
        });
        Assert.Equal(8, _kit.Run("resume").Code);
        var (code, text, _) = _kit.Run("resume", "--all", "--json");
        Assert.Equal(8, code);
        Assert.Contains("\"run\":\"r\",\"status\":\"damaged\",\"exit_code\":8", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_no_repair_can_help_is_proposed_none()
    {
        var run = _kit.Make("r", LookKit.Good("build"));
        _kit.Print(run, "build", 1, "built\n", "");
        File.WriteAllText(Path.Combine(run.Path, "journal.ndjson"), "");
        var (code, text, _) = _kit.Run("journal", "verify", "r");
        Assert.Equal(8, code);
        Assert.DoesNotContain("journal repair", text, StringComparison.Ordinal);
        Assert.Contains("delete the run's folder and run the plan anew", text, StringComparison.Ordinal);
    }

    public void Dispose() => _kit.Dispose();

    private CommandContext Context(TextWriter text) => new()
    {
        Out = text,
        Error = TextWriter.Null,
        Environment = _ => null,
        CurrentFolder = _kit.Folder,
        Time = _kit.Clock,
    };
}
