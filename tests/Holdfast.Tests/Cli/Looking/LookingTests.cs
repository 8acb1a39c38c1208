using Holdfast.Cli;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Tests.Approvals;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>What people see of golden journals, word by word.</summary>
public sealed class LookingTests : IDisposable
{
    private const string Red = "20261120-103000-nightly-redd";
    private readonly LookKit _kit = new();

    [Theory]
    [InlineData("overview")]
    [InlineData("status", "status", "last")]
    [InlineData("why", "why", Red)]
    [InlineData("why-task", "why", Red, "ship")]
    [InlineData("why-green", "why", "20261120-09")]
    [InlineData("explain", "explain", Red, "unit")]
    [InlineData("list", "list")]
    [InlineData("list-failed", "list", "--failed")]
    [InlineData("events", "events", Red)]
    [InlineData("logs", "logs", Red, "unit")]
    [InlineData("logs-tail", "logs", Red, "unit", "--stderr", "-n", "1")]
    [InlineData("status-json", "status", Red, "--json")]
    [InlineData("why-json", "why", Red, "--json")]
    [InlineData("logs-json", "logs", Red, "unit", "--json")]
    [InlineData("list-json", "list", "--json")]
    [InlineData("journal-verify", "journal", "verify", Red)]
    [InlineData("prune", "prune", "--keep", "30m", "--dry-run")]
    public void A_red_run_is_told_as_approved(string name, params string[] args)
    {
        _kit.MakeRed();
        var (code, text, error) = _kit.Run(args);
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Approved.Matches($"looking/{name}", Stable(text));
    }

    [Fact]
    public void Secrets_never_show_in_logs_or_why()
    {
        _kit.MakeRed();
        foreach (var args in new[] { new[] { "logs", Red, "unit" }, ["why", Red], ["why", Red, "--json"],
            ["events", Red, "--output"] })
        {
            Assert.DoesNotContain("hunter2", _kit.Run(args).Out);
        }

        Assert.Contains("token ***", _kit.Run("logs", Red, "unit").Out);
    }

    [Fact]
    public void A_held_run_names_who_must_decide_what()
    {
        _kit.Make("20261120-110000-nightly-held",
        [
            .. LookKit.Good("build"), .. LookKit.Good("unit"), .. LookKit.Good("pack"),
            new AttemptStarted("command") { Task = "ship", Attempt = 1 },
            .. LookKit.Bad("ship", FailureClass.InfrastructureLost, "gone")[1..],
            new TaskHeld(FailureClass.OutcomeUnknown, "it may have happened; a person decides") { Task = "ship" },
            new RunWaiting("a person has to decide about \"ship\""),
        ]);
        _kit.Clock.Now += TimeSpan.FromMinutes(5);
        Approved.Matches("looking/held-overview", _kit.Run().Out);
        Approved.Matches("looking/held-status", _kit.Run("status").Out);
        Approved.Matches("looking/held-why", _kit.Run("why").Out);
        Assert.Equal(9, _kit.Run("status", "--exit-code").Code);
    }

    [Fact]
    public void A_run_whose_driver_died_is_undriven_and_says_resume()
    {
        _kit.Make("20261120-110000-nightly-dead",
        [
            .. LookKit.Good("build"), .. LookKit.Bad("unit", FailureClass.Timeout, "too slow"),
            LookKit.Retry("unit", 1, _kit.Clock.Now.AddHours(2)),
        ]);
        _kit.Clock.Now += TimeSpan.FromMinutes(5);
        Approved.Matches("looking/unfinished/undriven-overview", _kit.Run().Out);
        Approved.Matches("looking/unfinished/undriven-status", _kit.Run("status").Out);
        Assert.Equal(3, _kit.Run("status", "--exit-code").Code);
        Assert.Contains("holdfast resume 20261120-110000-nightly-dead", _kit.Run("why").Out);
    }

    [Fact]
    public void The_exit_code_of_a_run_is_told_only_when_asked_for()
    {
        _kit.MakeRed();
        Assert.Equal(0, _kit.Run("status").Code);
        Assert.Equal(1, _kit.Run("status", "--exit-code").Code);
        Assert.Equal(1, _kit.Run("status", Red, "--exit-code", "--json").Code);
    }

    [Fact]
    public void A_run_is_found_by_prefix_last_and_folder_and_a_copy_needs_no_workspace()
    {
        var run = _kit.MakeRed();
        var copy = Path.Combine(_kit.Folder, "elsewhere", run.Id);
        Directory.CreateDirectory(copy);
        foreach (var file in new[] { "journal.ndjson", "plan.json" })
        {
            File.Copy(Path.Combine(run.Path, file), Path.Combine(copy, file));
        }

        foreach (var reference in new[] { Red, "20261120-10", "last", run.Path, copy + "/" })
        {
            Assert.Contains(Red, _kit.Run("status", reference).Out);
        }

        // The command that is named next has to work from here, so it names the folder.
        Assert.Contains($"holdfast why {copy}".Replace(_kit.Folder, "/here"), _kit.Run("status", copy).Out);
    }

    [Fact]
    public void A_lost_plan_hides_no_failure()
    {
        var run = _kit.MakeRed();
        File.Delete(run.PlanPath);
        var (code, text, _) = _kit.Run("why", Red);
        Assert.Equal(0, code);
        Assert.Contains("expected 3, got 4", text);
        Assert.Contains("2 tasks: pack, ship", text);
    }

    // SR4: a bounded list once showed the oldest.
    [Fact]
    public void SR4_A_bounded_list_shows_the_newest_and_says_what_is_left()
    {
        _kit.MakeRed();
        var text = _kit.Run("list", "--limit", "1").Out;
        Assert.Contains(Red, text);
        Assert.DoesNotContain("nightly-good", text);
        Assert.Contains("1 older not shown", text);
    }

    [Fact]
    public void Damage_ends_with_8_and_is_listed_as_damaged()
    {
        var run = _kit.MakeRed();
        var path = Path.Combine(run.Path, "journal.ndjson");
        File.WriteAllText(path, File.ReadAllText(path).Replace("expected 3", "expected 4"));
        Assert.Equal(8, _kit.Run("status", Red).Code);
        Assert.Equal(8, _kit.Run("journal", "verify", Red).Code);
        Assert.Contains("journal repair", _kit.Run("status", Red).Error);
        Assert.Matches($@"damaged\s+{Red}", _kit.Run("list").Out);
    }

    [Fact]
    public void An_interrupted_run_says_why_and_that_nobody_is_at_work()
    {
        _kit.Make("20261120-110000-nightly-stop",
        [
            .. LookKit.Good("build"), .. LookKit.Bad("unit", FailureClass.Timeout, "too slow"),
            LookKit.Retry("unit", 1, _kit.Clock.Now.AddSeconds(5)), new RunInterrupted("the disk is full"),
        ]);
        _kit.Clock.Now += TimeSpan.FromMinutes(5);
        Approved.Matches("looking/unfinished/interrupted-status", _kit.Run("status").Out);
        Approved.Matches("looking/unfinished/interrupted-overview", _kit.Run().Out);
    }

    [Fact]
    public void A_run_killed_before_it_began_is_no_damage()
    {
        var run = _kit.Make("20261120-110000-nightly-born");
        var journal = Path.Combine(run.Path, "journal.ndjson");
        File.WriteAllText(journal, File.ReadLines(journal).First() + "\n");
        Approved.Matches("looking/unfinished/unborn-overview", _kit.Run().Out);
    }

    [Fact]
    public void Commands_are_proposed_by_the_name_that_the_user_called()
    {
        _kit.MakeRed();
        var called = CalledAs.Of("./holdfast", "", _ => true);
        foreach (var args in new[] { Array.Empty<string>(), ["status"], ["why"], ["list", "--json"], ["status", "x"],
            ["statsu"], ["--help"], ["why", "--help"], ["status", "--json"], ["logs", "last", "pack", "--json"] })
        {
            var (_, text, error) = _kit.RunAs(called, false, args);
            var lines = $"{text}\n{error}".Split('\n');
            Assert.Contains("./holdfast ", $"{text}{error}", StringComparison.Ordinal);
            Assert.DoesNotContain(lines, line => System.Text.RegularExpressions.Regex.IsMatch(
                line, "(next: |^ {6}|`|\"next\":\\[\"|Usage: |&& )holdfast "));
        }
    }

    [Fact]
    public void Logs_on_a_terminal_keep_colours_only_and_raw_and_pipes_keep_all()
    {
        var run = _kit.Make("20261120-110000-nightly-osc", LookKit.Good("build"));
        _kit.Print(run, "build", 1, "\u001b[31mred\u001b]0;t\u0007\n", "");
        Assert.Equal("==> stdout <==\n\u001b[31mred^[]0;t^G\n\u001b[0m",
            _kit.RunAs(CalledAs.Holdfast, true, "logs", "last", "build").Out);
        var raw = "==> stdout <==\n\u001b[31mred\u001b]0;t\u0007\n";
        Assert.Equal(raw, _kit.RunAs(CalledAs.Holdfast, true, "logs", "last", "build", "--raw").Out);
        Assert.Equal(raw, _kit.Run("logs", "last", "build").Out);
    }

    [Fact]
    public void Nothing_that_a_program_printed_moves_the_cursor()
    {
        _kit.Make("20261120-110000-nightly-evil",
        [
            .. LookKit.Bad("build", FailureClass.Unknown, "\u001b[2J\u0007 gone\r\nnext"),
            new TaskFailed(FailureClass.Unknown, "x") { Task = "build" },
            .. LookKit.Closed(RunStatus.Failed, 1, "\u001b]0;title\u0007"),
        ]);
        foreach (var args in new[] { Array.Empty<string>(), ["status"], ["why"], ["list"], ["events", "last"],
            ["explain", "last", "build"] })
        {
            Assert.DoesNotContain('\u001b', _kit.Run(args).Out);
        }
    }

    // The next attempts are recorded ahead of free places: whoever looks is not told that they run.
    [Fact]
    public void What_waits_for_a_place_is_not_said_to_run()
    {
        _kit.Make("fan",
        [
            .. LookKit.Good("build"),
            new TaskExpanded(0, [new("a", "a"), new("b", "b"), new("c", "c")], More: false) { Task = "each" },
            .. "cab".Select(item => new AttemptStarted("command") { Task = $"each[{item}]", Attempt = 1 }),
        ]);
        var lines = _kit.Run("status", "last").Out.Split('\n');
        Assert.Equal(2, lines.Count(l => l.Contains("attempt 1, for ", StringComparison.Ordinal)));
        Assert.EndsWith(
            "attempt 1, as soon as a place is free",
            Assert.Single(lines, l => l.Contains("each[b]", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("\"task\":\"each[b]\",\"status\":\"running\",\"attempts\":1,\"waits_for_place\":true",
            _kit.Run("status", "last", "--json").Out, StringComparison.Ordinal);
        Assert.Equal(
            ["started    build", "started    each[c]", "started    each[a]"],
            _kit.Run("watch", "last").Out.Split('\n').Where(l => l.Contains("started ")).Select(l => l[10..]));
    }

    public void Dispose() => _kit.Dispose();

    // The length of the temporary folder's name is this machine's own, and so is what it pads to.
    private static string Stable(string text) => System.Text.RegularExpressions.Regex.Replace(
        System.Text.RegularExpressions.Regex.Replace(text, @"\d+(\.\d+)? KiB", "N KiB"), "/here {2,}", "/here  ");
}
