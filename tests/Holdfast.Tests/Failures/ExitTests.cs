using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// What the end of a program means by itself: codes as the manuals of the programs list them, signals, and what kept it
/// from starting. Nothing is printed here, so nothing else can say it.
/// </summary>
public sealed class ExitTests
{
    [Theory]
    [InlineData(null, FailureClass.Timeout, 124)]
    [InlineData(null, FailureClass.Permission, 126, 77)]
    [InlineData(null, FailureClass.NotFound, 127, 66)]
    [InlineData(null, FailureClass.InvalidInput, 64, 65, 78)]
    [InlineData(null, FailureClass.Unavailable, 69, 75)]
    [InlineData(null, FailureClass.Cancelled, 129, 130, 143)]
    [InlineData(null, FailureClass.Crash, 131, 132, 133, 134, 135, 136, 137, 139, 159)]
    [InlineData(null, FailureClass.Timeout, 142)]
    [InlineData(null, FailureClass.ResourceExhausted, 152, 153)]
    [InlineData(null, FailureClass.Unknown, 1, 2, 3, 128, 138, 160, 255, -1)]
    [InlineData("curl", FailureClass.InvalidInput, 1, 2, 3, 4, 21, 33, 36, 43, 45, 47, 48, 49, 61, 62, 63, 66, 71, 73,
        75, 84)]
    [InlineData("curl", FailureClass.Connection, 5, 6, 7, 16, 18, 35, 51, 52, 55, 56, 58, 60, 77, 80, 81, 83, 91, 92,
        95, 96, 97)]
    [InlineData("curl", FailureClass.Auth, 9, 67, 94)]
    [InlineData("curl", FailureClass.Timeout, 12, 28)]
    [InlineData("curl", FailureClass.NotFound, 19, 26, 37, 68, 78, 79)]
    [InlineData("curl", FailureClass.ResourceExhausted, 23, 27, 70)]
    [InlineData("curl", FailureClass.Cancelled, 42)]
    [InlineData("curl", FailureClass.Permission, 69)]
    [InlineData("curl", FailureClass.ResourceContention, 89)]
    [InlineData("git", FailureClass.InvalidInput, 129)]
    [InlineData("git", FailureClass.Unknown, 128)]
    [InlineData("wget", FailureClass.InvalidInput, 2)]
    [InlineData("wget", FailureClass.Permission, 3)]
    [InlineData("wget", FailureClass.Connection, 4, 5)]
    [InlineData("wget", FailureClass.Auth, 6)]
    [InlineData("aria2c", FailureClass.Timeout, 2)]
    [InlineData("aria2c", FailureClass.NotFound, 3, 4)]
    [InlineData("aria2c", FailureClass.Connection, 6, 19)]
    [InlineData("aria2c", FailureClass.Cancelled, 7)]
    [InlineData("aria2c", FailureClass.ResourceExhausted, 9)]
    [InlineData("aria2c", FailureClass.ResourceContention, 11)]
    [InlineData("aria2c", FailureClass.InvalidInput, 13, 22, 23, 25, 26, 27, 28)]
    [InlineData("aria2c", FailureClass.Auth, 24)]
    [InlineData("aria2", FailureClass.Unavailable, 29)]
    [InlineData("aria2", FailureClass.DependencyConflict, 32)]
    [InlineData("rsync", FailureClass.Connection, 10, 12)]
    [InlineData("rsync", FailureClass.Timeout, 30, 35)]
    [InlineData("rsync", FailureClass.InvalidInput, 1, 4)]
    [InlineData("pg_isready", FailureClass.Unavailable, 1)]
    [InlineData("pg_isready", FailureClass.Connection, 2)]
    [InlineData("pg_isready", FailureClass.InvalidInput, 3)]
    [InlineData("gemini", FailureClass.Auth, 41)]
    [InlineData("qwen", FailureClass.InvalidInput, 42, 52)]
    [InlineData("gemini-cli", FailureClass.Incomplete, 53)]
    [InlineData("npm", FailureClass.Permission, 243)]
    [InlineData("npx", FailureClass.NotFound, 254)]
    [InlineData("node", FailureClass.ResourceExhausted, 228)]
    [InlineData("sqlite3", FailureClass.ResourceContention, 5, 6)]
    [InlineData("sqlite", FailureClass.ResourceExhausted, 13)]
    [InlineData("make", FailureClass.Unknown, 5, 13, 28, 41)]
    public void A_silent_end_means_what_the_code_says(string? tool, FailureClass expected, params int[] codes) =>
        Assert.All(codes, code =>
        {
            var failure = Ended(code, tool);
            Assert.Equal((code, expected), (code, failure.Class));
            Assert.Matches(expected == FailureClass.Unknown ? "^none$" : @"^[a-z0-9_]+\.[a-z0-9_]+$",
                failure.Evidence.Rule);
        });

    [Theory]
    [InlineData(FailureClass.Cancelled, 1, 2, 15)]
    [InlineData(FailureClass.Crash, 3, 4, 5, 6, 7, 8, 9, 11, 31)]
    [InlineData(FailureClass.Timeout, 14)]
    [InlineData(FailureClass.ResourceExhausted, 24, 25)]
    [InlineData(FailureClass.Unknown, 10, 12)]
    public void A_silent_end_by_a_signal_means_what_the_signal_says(FailureClass expected, params int[] signals) =>
        Assert.All(signals, signal =>
        {
            var failure = FailureClassifier.Default.Classify(
                new FailureSignals { Outcome = new Outcome { Signal = signal } });
            Assert.Equal((signal, expected), (signal, failure?.Class));
        });

    [Theory]
    [InlineData("curl", 6, "net.dns", true)]
    [InlineData("curl", 7, "net.refused", true)]
    [InlineData("curl", 35, "net.tls_handshake", false)]
    [InlineData("curl", 56, "net.reset", true)]
    [InlineData("curl", 60, "net.tls_verify", false)]
    [InlineData("curl", 28, "curl.28", true)]
    [InlineData("curl", 3, "curl.3", false)]
    [InlineData("wget", 4, "wget.4", true)]
    [InlineData("wget", 5, "wget.5", false)]
    [InlineData("rsync", 30, "rsync.30", true)]
    [InlineData("aria2c", 19, "aria2.19", true)]
    [InlineData("gemini", 42, "gemini.42", false)]
    [InlineData("npm", 243, "npm.eacces", false)]
    [InlineData("sqlite3", 5, "sqlite.busy", true)]
    [InlineData(null, 127, "exit.127", false)]
    [InlineData(null, 124, "exit.124", true)]
    [InlineData(null, 143, "signal.15", null)]
    [InlineData(null, 139, "signal.11", false)]
    [InlineData(null, 9, "none", null)]
    public void Rule_and_evidence_name_the_code_and_whether_it_passes(
        string? tool, int code, string rule, bool? passes)
    {
        var failure = Ended(code, tool);
        Assert.Equal((rule, passes), (failure.Evidence.Rule, failure.Transient));
        // Who ended it with 124 is known; else the code itself is all there is to show.
        Assert.Equal(code == 124 ? null : $"exit code {code}, nothing printed", failure.Evidence.Text);
        Assert.Equal(("exit", null), (failure.Evidence.Channel, failure.Evidence.Line));
    }

    [Theory]
    [InlineData(127, "bash: line 1: DEPLOY_TARGET: unbound variable", "shell.variable")]
    [InlineData(127, "bash: line 1: API_TOKEN: must be set", "shell.variable")]
    [InlineData(2, "job.sh: 3: API_TOKEN: parameter not set", "shell.variable")]
    [InlineData(1, "job.sh: line 30: X2: parameter null or not set", "shell.variable")]
    [InlineData(3, "job.sh: line 30: X2: parameter null or not set", "data.text")]
    [InlineData(127, "bash: line 1: MAKE: command not found", "exit.127")]
    [InlineData(127, "sh: 1: MAKE: not found", "exit.127")]
    [InlineData(127, "bash: line 1: make: must be set", "exit.127")]
    [InlineData(127, "bash: line one: MAKE: must be set", "exit.127")]
    [InlineData(127, "bash: line 1: 2X: must be set", "exit.127")]
    [InlineData(127, "bash: line 1: X: must be set", "exit.127")]
    public void A_shell_that_misses_a_variable_was_called_wrongly(int code, string said, string rule)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = code }, Tool = "bash", Stderr = TestData.Bytes("begin\n" + said + "\n"),
        });
        var expected = rule == "exit.127" ? FailureClass.NotFound : FailureClass.InvalidInput;
        Assert.Equal((rule, expected), (failure?.Evidence.Rule, failure?.Class));
    }

    [Fact]
    public void A_signal_is_shown_where_nothing_was_printed_and_the_last_line_where_something_was()
    {
        var silent = FailureClassifier.Default.Classify(new FailureSignals { Outcome = new Outcome { Signal = 11 } });
        Assert.Equal("signal 11, nothing printed", silent?.Evidence.Text);
        var loud = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { Signal = 11 }, Stdout = TestData.Bytes("copying one\ncopying two\n"),
        });
        Assert.Equal("copying two", loud?.Evidence.Text);
        var gone = FailureClassifier.Default.Classify(new FailureSignals { Outcome = new Outcome() });
        Assert.Equal((FailureClass.Unknown, null), (gone?.Class, gone?.Evidence.Text));
    }

    [Theory]
    // A code that says it all: no text changes it.
    [InlineData("curl", 28, "curl: (28) certificate verify failed", FailureClass.Timeout)]
    [InlineData(null, 127, "HTTP 429 Too Many Requests", FailureClass.NotFound)]
    // A strong one yields to an exact error only, a weak one to any plain statement.
    [InlineData("curl", 6, "HTTP 429 Too Many Requests", FailureClass.RateLimited)]
    [InlineData(null, 134, "fatal error: out of memory", FailureClass.ResourceExhausted)]
    [InlineData(null, 78, "error: connection refused", FailureClass.Connection)]
    public void Words_outweigh_a_code_only_where_it_says_less(
        string? tool, int code, string stderr, FailureClass expected) =>
        Assert.Equal(expected, Ended(code, tool, stderr).Class);

    [Theory]
    [InlineData(143, "slurmstepd: error: *** JOB 7 CANCELLED AT 2026-11-20T10:00:00 DUE TO TIME LIMIT ***",
        FailureClass.Timeout)]
    [InlineData(143, "The runner has received a shutdown signal.",
        FailureClass.InfrastructureLost)]
    [InlineData(143, "copying", FailureClass.Cancelled)]
    [InlineData(129, "usage: x [-h]\nx: error: unrecognized arguments: --y", FailureClass.InvalidInput)]
    public void Who_sent_the_signal_may_be_told(int code, string stderr, FailureClass expected) =>
        Assert.Equal(expected, Ended(code, null, stderr).Class);

    [Theory]
    [InlineData(137, "Memory cgroup out of memory: Killed process 4711 (java)", FailureClass.ResourceExhausted)]
    [InlineData(137, "timeout: sending signal KILL to command 'make'", FailureClass.Timeout)]
    [InlineData(137, "copying", FailureClass.Crash)]
    [InlineData(137, "HTTP 429 Too Many Requests", FailureClass.RateLimited)]
    [InlineData(124, "copying", FailureClass.Timeout)]
    [InlineData(124, "Memory cgroup out of memory: Killed process 4711 (java)", FailureClass.Timeout)]
    public void A_kill_from_outside_is_explained_by_what_was_printed(int code, string stderr, FailureClass expected) =>
        Assert.Equal(expected, Ended(code, null, stderr).Class);

    [Theory]
    [InlineData("ENOENT: no such program: x", FailureClass.NotFound, "start.ENOENT")]
    [InlineData("ENOTDIR", FailureClass.NotFound, "start.ENOTDIR")]
    [InlineData("EACCES: x", FailureClass.Permission, "start.EACCES")]
    [InlineData("EPERM", FailureClass.Permission, "start.EPERM")]
    [InlineData("EROFS", FailureClass.Permission, "start.EROFS")]
    [InlineData("ENOEXEC", FailureClass.InvalidInput, "start.ENOEXEC")]
    [InlineData("EINVAL", FailureClass.InvalidInput, "start.EINVAL")]
    [InlineData("E2BIG: arguments are too long", FailureClass.InvalidInput, "start.E2BIG")]
    [InlineData("ENAMETOOLONG", FailureClass.InvalidInput, "start.ENAMETOOLONG")]
    [InlineData("ELOOP", FailureClass.InvalidInput, "start.ELOOP")]
    [InlineData("EISDIR", FailureClass.InvalidInput, "start.EISDIR")]
    [InlineData("ELIBBAD", FailureClass.InvalidInput, "start.ELIBBAD")]
    [InlineData("EAGAIN", FailureClass.ResourceContention, "start.EAGAIN")]
    [InlineData("ETXTBSY", FailureClass.ResourceContention, "start.ETXTBSY")]
    [InlineData("EBUSY", FailureClass.ResourceContention, "start.EBUSY")]
    [InlineData("ENOMEM", FailureClass.ResourceExhausted, "start.ENOMEM")]
    [InlineData("EMFILE", FailureClass.ResourceExhausted, "start.EMFILE")]
    [InlineData("ENFILE", FailureClass.ResourceExhausted, "start.ENFILE")]
    [InlineData("ENOSPC", FailureClass.ResourceExhausted, "start.ENOSPC")]
    [InlineData("EIO", FailureClass.InfrastructureLost, "start.EIO")]
    [InlineData("EWHATEVER", FailureClass.Unknown, "start.EWHATEVER")]
    [InlineData("something else", FailureClass.Unknown, "start.failed")]
    [InlineData(null, FailureClass.Unknown, "start.failed")]
    public void What_kept_it_from_starting_is_named_by_the_errno(string? error, FailureClass expected, string rule)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { EndedBy = EndedBy.StartFailed, StartError = error },
        });
        Assert.Equal((expected, rule, "runtime", error, EndedBy.StartFailed), (failure!.Class, failure.Evidence.Rule,
            failure.Evidence.Channel, failure.Evidence.Text, failure.EndedBy));
    }

    [Theory]
    [InlineData(EndedBy.Cancel, FailureClass.Cancelled, "runtime.cancel")]
    [InlineData(EndedBy.Interrupt, FailureClass.Cancelled, "runtime.interrupt")]
    [InlineData(EndedBy.OutputBound, FailureClass.ResourceExhausted, "runtime.output_bound")]
    [InlineData(EndedBy.UsageLimit, FailureClass.Incomplete, "agent.cut_off")]
    [InlineData(EndedBy.Lost, FailureClass.InfrastructureLost, "runtime.lost")]
    [InlineData(EndedBy.HardTimeout, FailureClass.Timeout, "runtime.hard_timeout")]
    [InlineData(EndedBy.NoProgress, FailureClass.Timeout, "runtime.no_progress")]
    public void What_the_driver_did_itself_needs_no_words(EndedBy by, FailureClass expected, string rule)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { EndedBy = by, ExitCode = 1 },
            Stderr = TestData.Bytes("error: tests failed\n"),
        });
        Assert.Equal((expected, rule, "runtime", by), (
            failure!.Class, failure.Evidence.Rule, failure.Evidence.Channel, failure.EndedBy));
    }

    private static Failure Ended(int code, string? tool, string? stderr = null) =>
        FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = code }, Tool = tool, Stderr = TestData.Bytes(stderr),
        })!;
}
