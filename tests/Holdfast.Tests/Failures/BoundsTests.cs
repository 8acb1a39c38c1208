using System.Diagnostics;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>Bad and huge input: the classifier always answers, in bounded memory.</summary>
public sealed class BoundsTests(ITestOutputHelper output)
{
    [Fact]
    public void Any_bytes_are_classified_without_an_error()
    {
        var bytes = ArbMap.Default.GeneratorFor<byte[]>();
        var cases = from stdout in bytes
                    from stderr in bytes
                    from exit in Gen.Choose(-300, 300)
                    from tool in Gen.Elements("git", "codex", "opencode", "", "curl")
                    from contract in Gen.Elements(Enum.GetValues<ContractState>())
                    from endedBy in Gen.Elements(Enum.GetValues<EndedBy>())
                    from doubt in Gen.Elements(true, false)
                    select new FailureSignals
                    {
                        Outcome = new Holdfast.Failures.Outcome { ExitCode = exit, EndedBy = endedBy },
                        Stdout = stdout,
                        Stderr = stderr,
                        Tool = tool,
                        Contract = contract,
                        DoubtSuccess = doubt,
                        Now = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero),
                    };
        Prop.ForAll(cases.ToArbitrary(), each =>
        {
            var failure = FailureClassifier.Default.Classify(each);
            return failure is not null || (each.Outcome.ExitCode == 0 && each.Outcome.EndedBy == EndedBy.Itself);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_line_of_ten_megabytes_and_half_a_json_line_are_survived()
    {
        var long1 = new string('x', 10_000_000) + " HTTP 429 Too Many Requests";
        Assert.Equal(FailureClass.RateLimited, Class(long1, ""));
        Assert.Equal(FailureClass.Unknown, Class("", "{\"type\":\"error\",\"error\":{\"mess"));
        Assert.Equal(FailureClass.Unknown, Class("", new string('{', 100_000)));
        Assert.Equal(FailureClass.RateLimited, Class("\0\0HTTP 429\0 Too Many Requests\0", ""));
    }

    [Fact]
    public void Colours_and_carriage_returns_do_not_hide_an_error()
    {
        Assert.Equal(FailureClass.Auth, Class("\e[31merror\e[0m: \e[1m401\e[0m Unauthorized", ""));
        Assert.Equal(FailureClass.Connection, Class("10%\r50%\rconnect: connection refused", ""));
    }

    [Fact]
    public void A_clean_log_is_scanned_without_being_kept()
    {
        var line = "2026-11-20 09:14:07 copied part 17 of the nightly bundle to bucket archive in 12 ms\n";
        var log = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(line, 400_000)));
        Class("warm up: connection refused\n" + line, "");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
            Stderr = log,
        });
        var seconds = watch.Elapsed.TotalSeconds;
        var kept = GC.GetAllocatedBytesForCurrentThread() - before;
        output.WriteLine($"{log.Length / seconds / 1e6:0} MB/s, {kept:n0} bytes allocated");
        Assert.Equal(FailureClass.Unknown, failure?.Class);
        Assert.True(kept < 8_000_000, $"{kept:n0} bytes allocated for a log of {log.Length:n0}");
    }

    [Theory]
    [InlineData("Reading docs: users hit the 5-hour limit and get 403 forbidden")]
    [InlineData("+ throw new RateLimitError('429 Too Many Requests')")]
    public void RC7_what_an_agent_quotes_on_stdout_does_not_explain_a_hang(string quoted)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { EndedBy = EndedBy.NoProgress },
            Tool = "codex",
            Stdout = TestData.Bytes(quoted),
        });
        Assert.Equal(FailureClass.Timeout, failure?.Class);
    }

    [Fact]
    public void RC10_what_was_captured_before_a_kill_names_the_class_and_the_end_is_kept()
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { EndedBy = EndedBy.HardTimeout },
            Stderr = TestData.Bytes("error: 429 Too Many Requests\nretrying"),
        });
        Assert.Equal((FailureClass.RateLimited, EndedBy.HardTimeout), (failure!.Class, failure.EndedBy));
    }

    [Fact]
    public void RC11_a_declared_output_that_is_missing_fails_an_exit_of_0()
    {
        var signals = new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 0 },
            Contract = ContractState.OutputsMissing,
            ContractDetail = "bin/app.dll",
        };
        var failure = FailureClassifier.Default.Classify(signals);
        Assert.Equal((FailureClass.NotFound, FailureClassifier.OutputsRule), (failure!.Class, failure.Evidence.Rule));
        Assert.Equal("bin/app.dll", failure.Evidence.Text);
        var named = FailureClassifier.Default.Classify(
            signals with { Stderr = TestData.Bytes("write error: No space left on device") });
        Assert.Equal(FailureClass.ResourceExhausted, named?.Class);
    }

    [Theory]
    [InlineData(
        "{\"type\":\"error\",\"error\":{\"data\":{\"message\":\"Rate limited\","
        + "\"statusCode\":429,\"responseHeaders\":{\"retry-after\":\"17\"}}}}", "rate_limited", 17)]
    [InlineData("{\"type\":\"error\",\"error\":{\"data\":{\"message\":\"x\",\"statusCode\":503}}}", "unavailable", 0)]
    [InlineData("{\"type\":\"turn.failed\",\"error\":{\"message\":\"invalid x-api-key\"}}", "auth", 0)]
    [InlineData("{\"type\":\"result\",\"subtype\":\"error_max_turns\",\"is_error\":false}", "incomplete", 0)]
    public void An_agents_own_error_event_decides_at_exit_0(string line, string expected, int toldSeconds)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 0 },
            Tool = "opencode",
            Stdout = TestData.Bytes("{\"type\":\"step_start\"}\n" + line),
            Now = TestData.Now,
        });
        Assert.Equal(expected, failure?.Class.Word());
        Assert.Equal(toldSeconds == 0 ? null : TimeSpan.FromSeconds(toldSeconds), failure?.Told?.After);
    }

    [Fact]
    public void An_event_behind_a_gap_has_the_number_that_it_has_in_the_whole()
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 0 },
            Tool = "opencode",
            Stdout = TestData.Bytes("{\"type\":\"step_start\"}\n{\"type\":\"tex\nt\"}\n"
                + "{\"type\":\"error\",\"error\":{\"data\":{\"message\":\"x\",\"statusCode\":503}}}"),
            StdoutGap = new CaptureGap(3, 1_000),
            Now = TestData.Now,
        });
        Assert.Equal(1_004, failure?.Evidence.Line);
    }

    [Fact]
    public void Own_rules_come_before_the_built_in_ones()
    {
        var rules = new List<FailureRule>();
        Holdfast.Failures.Text.RuleText.Read(
            "plan", "plan.licence quota_exhausted 100\n: no licence left\n", false, rules);
        var failure = new FailureClassifier(rules).Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
            Stderr = TestData.Bytes("simulator: no licence left"),
        });
        Assert.Equal("plan.licence", failure?.Evidence.Rule);
    }

    [Fact]
    public void A_plain_command_that_exits_0_succeeded_whatever_it_printed() =>
        Assert.Null(FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 0 },
            Tool = "bash",
            Stderr = TestData.Bytes("ERROR: HTTP 429 Too Many Requests"),
        }));

    private static FailureClass? Class(string stderr, string stdout) =>
        FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
            Stderr = TestData.Bytes(stderr),
            Stdout = TestData.Bytes(stdout),
        })?.Class;
}
