using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>What ended an attempt, where more than one thing was said of it.</summary>
public sealed class AttemptTests
{
    [Theory]
    [InlineData("Do you want to continue? [y/N]")]
    [InlineData("Do you want to continue? [Y/n]")]
    [InlineData("Overwrite it? (y/n)")]
    [InlineData("Are you sure (yes/no)?")]
    [InlineData("Are you sure you want to continue connecting (yes/no/[fingerprint])?")]
    [InlineData("could not open /dev/tty")]
    [InlineData("Press any key to go on")]
    [InlineData("press enter to go on")]
    [InlineData("Password: ")]
    [InlineData("Enter passphrase for key 'id':")]
    [InlineData("Username for 'https://x.test':")]
    [InlineData("copying one:", false)]
    [InlineData("the password is set", false)]
    public void A_question_to_a_person_is_why_nothing_came_any_more(string last, bool asks = true)
    {
        foreach (var (stderr, stdout) in new[] { (last, "copying\n"), ("", "copying\n" + last) })
        {
            var failure = FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { EndedBy = EndedBy.NoProgress },
                Stderr = TestData.Bytes(stderr),
                Stdout = TestData.Bytes(stdout),
            })!;
            Assert.Equal(FailureClass.Timeout, failure.Class);
            Assert.Equal(asks
                ? ("runtime.waits_for_input", last.Trim(), "answer by stdin, or tell the program not to ask", false)
                : ("runtime.no_progress", null, FailureDefaults.Remediation(FailureClass.Timeout), (bool?)true), (
                failure.Evidence.Rule, failure.Evidence.Text, failure.Evidence.Remediation, failure.Transient));
        }
    }

    [Fact]
    public void A_question_is_no_longer_than_a_question()
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { EndedBy = EndedBy.NoProgress },
            Stderr = TestData.Bytes(new string('x', 300) + "? [y/N]"),
        });
        Assert.Equal("runtime.no_progress", failure?.Evidence.Rule);
    }

    [Theory]
    [InlineData("error: HTTP 429 Too Many Requests", FailureClass.RateLimited)]
    [InlineData("error: connection refused", FailureClass.Connection)]
    [InlineData("error: HTTP 503 Service Unavailable", FailureClass.Unavailable)]
    [InlineData("Incorrect API key provided", FailureClass.Auth)]
    [InlineData("insufficient_quota", FailureClass.QuotaExhausted)]
    [InlineData("a.c:1:2: error: expected ';'", FailureClass.Timeout)]
    [InlineData("could not connect", FailureClass.Timeout)]
    public void Only_a_cause_outside_the_work_explains_that_it_hung(string stderr, FailureClass expected)
    {
        foreach (var by in new[] { EndedBy.NoProgress, EndedBy.HardTimeout })
        {
            var failure = FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { EndedBy = by }, Stderr = TestData.Bytes(stderr + "\nwaiting\n"),
            })!;
            Assert.Equal((expected, by), (failure.Class, failure.EndedBy));
        }
    }

    [Theory]
    [InlineData("", FailureClass.Incomplete, "contract.checkpoints")]
    [InlineData("error: HTTP 429 Too Many Requests", FailureClass.RateLimited, null)]
    [InlineData("Incorrect API key provided\nerror: HTTP 429 Too Many Requests", FailureClass.Auth, null)]
    [InlineData("write error: No space left on device", FailureClass.ResourceExhausted, null)]
    [InlineData("error: operation timed out", FailureClass.Timeout, null)]
    [InlineData("a.c:1:2: error: expected ';'", FailureClass.Incomplete, "contract.checkpoints")]
    public void Missing_checkpoints_are_explained_by_what_kept_the_work_from_them(
        string stderr, FailureClass expected, string? rule)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 0 },
            Stderr = TestData.Bytes(stderr),
            Contract = ContractState.CheckpointsMissing,
            ContractDetail = "step two",
        })!;
        Assert.Equal((expected, rule ?? failure.Evidence.Rule), (failure.Class, failure.Evidence.Rule));
        Assert.Equal(rule is null, failure.Evidence.Channel == "stderr");
        Assert.Equal(rule is null, failure.Evidence.Text != "step two");
    }

    [Theory]
    [InlineData("<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n", FailureClass.MergeConflict)]
    [InlineData("a\n=======\nb\n>>>>>>> theirs\n", FailureClass.Unknown)]
    [InlineData("<<<<<<< ours\na\nb\n>>>>>>> theirs\n", FailureClass.Unknown)]
    [InlineData("<<<<<<< ours\na\n=======\nb\n", FailureClass.Unknown)]
    public void Markers_of_an_overlap_in_the_output_are_a_merge_conflict(string stdout, FailureClass expected) =>
        Assert.Equal(expected, Failed("", stdout).Class);

    [Fact]
    public void Help_that_was_printed_means_that_the_call_was_wrong_whatever_the_help_speaks_of()
    {
        var failure = Failed("Usage: x [--retry] FILE\n  the server was not found, or cannot be opened\n");
        Assert.Equal(FailureClass.InvalidInput, failure.Class);
    }

    [Theory]
    [InlineData("Unhandled exception. System.Net.Sockets.SocketException (111): Connection refused\n   at A.B()\n",
        FailureClass.Connection)]
    [InlineData("Traceback (most recent call last):\n  File \"/w/x.py\", line 2, in <module>\nZebra: stripes\n",
        FailureClass.Crash)]
    [InlineData("W: Temporary failure resolving 'deb.test'\nE: Unable to locate package curl\n",
        FailureClass.Connection)]
    [InlineData("E: Unable to locate package curl\n", FailureClass.NotFound)]
    public void The_beginning_of_a_chain_says_more_than_its_end(string stderr, FailureClass expected) =>
        Assert.Equal(expected, Failed(stderr).Class);

    [Theory]
    [InlineData("error: HTTP 429 Too Many Requests\n", "a.c:1:2: error: expected ';'\n", FailureClass.RateLimited)]
    [InlineData("working\n", "a.c:1:2: error: expected ';'\n", FailureClass.BuildFailure)]
    public void Standard_output_weighs_less_than_the_error_channel(
        string stderr, string stdout, FailureClass expected) => Assert.Equal(expected, Failed(stderr, stdout).Class);

    [Fact]
    public void A_wait_is_looked_for_near_the_evidence_only_and_only_where_waiting_helps()
    {
        var near = string.Concat(Enumerable.Repeat("copying\n", 11));
        var far = string.Concat(Enumerable.Repeat("copying\n", 12));
        Assert.Equal(7, Failed($"HTTP 429 Too Many Requests\n{near}retry-after: 7\n").Told?.After?.TotalSeconds);
        Assert.Equal(7, Failed($"retry-after: 7\n{near}HTTP 429 Too Many Requests\n").Told?.After?.TotalSeconds);
        Assert.Null(Failed($"HTTP 429 Too Many Requests\n{far}retry-after: 7\n").Told);
        Assert.Null(Failed($"retry-after: 7\n{far}HTTP 429 Too Many Requests\n").Told);
        Assert.Equal(7, Failed("HTTP 503 Service Unavailable\nretry-after: 7\n").Told?.After?.TotalSeconds);
        Assert.Null(Failed("HTTP 404 Not Found\nretry-after: 7\n").Told);
        Assert.Equal(3, Failed(
            "retry-after: 7\nHTTP 429 Too Many Requests, try again in 3s\n").Told?.After?.TotalSeconds);
    }

    [Theory]
    [InlineData("Suggested retry after 22s.", FailureClass.RateLimited, "limit.minute_quota")]
    [InlineData("Suggested retry after 2m.", FailureClass.RateLimited, "limit.minute_quota")]
    [InlineData("Suggested retry after 121s.", FailureClass.QuotaExhausted, "quota.credits")]
    [InlineData("Ask for more.", FailureClass.QuotaExhausted, "quota.credits")]
    public void A_quota_that_is_back_within_minutes_is_a_rate(string told, FailureClass expected, string rule)
    {
        var failure = Failed($"You exceeded your current quota, please check your plan and billing.\n{told}\n");
        Assert.Equal((expected, rule), (failure.Class, failure.Evidence.Rule));
    }

    [Fact]
    public void The_status_that_curl_was_asked_to_print_decides_what_its_22_means()
    {
        Assert.Equal(FailureClass.RateLimited, Curl("429", 22).Class);
        Assert.Equal(FailureClass.NotFound, Curl("a page\n404\n", 22).Class);
        Assert.NotEqual(FailureClass.RateLimited, Curl("429", 1).Class);
        Assert.Equal(FailureClass.Unknown, Curl("4290", 22).Class);
        Assert.Equal(FailureClass.Unknown, Curl("302", 22).Class);

        static Failure Curl(string stdout, int exit) => FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = exit }, Tool = "curl", Stdout = TestData.Bytes(stdout),
        })!;
    }

    [Fact]
    public void Where_nothing_is_known_the_last_words_are_shown_with_little_confidence()
    {
        var failure = Failed("copying\nzebra\n\n");
        Assert.Equal((FailureClass.Unknown, "none", "exit", "zebra", null, 0.3), (failure.Class,
            failure.Evidence.Rule, failure.Evidence.Channel, failure.Evidence.Text, failure.Evidence.Line,
            failure.Confidence));
        Assert.True(Failed("error: HTTP 429 Too Many Requests\n").Confidence is > 0.5 and <= 0.99);
    }

    [Fact]
    public void An_open_breaker_comes_before_everything_else()
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 1 },
            Stderr = TestData.Bytes("error: HTTP 429 Too Many Requests\n"),
            Exception = new TimeoutException(),
            BreakerOpen = true,
        })!;
        Assert.Equal((FailureClass.CircuitOpen, "breaker.open", "runtime", Disposition.Wait), (
            failure.Class, failure.Evidence.Rule, failure.Evidence.Channel, failure.Disposition));
    }

    [Fact]
    public void An_exception_is_judged_unless_the_driver_ended_the_step_itself()
    {
        var signals = new FailureSignals { Outcome = new Outcome { ExitCode = 0 }, Exception = new FormatException() };
        Assert.Equal("exception.argument", FailureClassifier.Default.Classify(signals)?.Evidence.Rule);
        var ended = signals with { Outcome = new Outcome { EndedBy = EndedBy.Cancel } };
        Assert.Equal("runtime.cancel", FailureClassifier.Default.Classify(ended)?.Evidence.Rule);
    }

    [Theory]
    [InlineData(FailureClass.Connection, true, Disposition.Retry)]
    [InlineData(FailureClass.Connection, false, Disposition.Fail)]
    [InlineData(FailureClass.RateLimited, null, Disposition.Wait)]
    [InlineData(FailureClass.QuotaExhausted, null, Disposition.Park)]
    [InlineData(FailureClass.Incomplete, null, Disposition.Hold)]
    [InlineData(FailureClass.Cancelled, null, Disposition.Stop)]
    [InlineData(FailureClass.NotFound, null, Disposition.Fail)]
    [InlineData(FailureClass.Unknown, null, Disposition.Retry)]
    public void What_will_not_pass_by_itself_is_not_tried_again(
        FailureClass kind, bool? passes, Disposition expected)
    {
        var failure = FailureClassifier.Make(kind, "some.rule", "stderr", 0, "x", 1.5, passes, null);
        Assert.Equal((expected, null, 1.0), (failure.Disposition, failure.Evidence.Line, failure.Confidence));
        Assert.Equal(FailureDefaults.Remediation(kind), failure.Evidence.Remediation);
        // An agent that a limit cut off goes on in the same session.
        var cut = FailureClassifier.Make(
            FailureClass.Incomplete, FailureClassifier.CutOffRule, "stdout", 7, "x", 0, null, "go on");
        Assert.Equal((Disposition.Retry, 7, 0.05, "go on"), (
            cut.Disposition, cut.Evidence.Line, cut.Confidence, cut.Evidence.Remediation));
    }

    private static Failure Failed(string stderr, string stdout = "") =>
        FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 1 },
            Stderr = TestData.Bytes(stderr),
            Stdout = TestData.Bytes(stdout),
            Now = TestData.Now,
        })!;
}
