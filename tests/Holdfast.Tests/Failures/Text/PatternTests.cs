using Holdfast.Failures;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Text;

/// <summary>What the patterns of rules match: the language in which plans and the built-in rules are written.</summary>
public sealed class PatternTests
{
    [Theory]
    [InlineData("too many requests", "HTTP: Too Many Requests now")]
    [InlineData("too many requests", "too-many requests")]
    [InlineData("too many", "so too many")]
    [InlineData("could|can not", "it can not")]
    [InlineData("=FAIL", "it is FAIL")]
    [InlineData("err_*", "err_cert_x")]
    [InlineData("*exception", "SomeException")]
    [InlineData("no _ found", "no profile found")]
    [InlineData("no ... found", "no found")]
    [InlineData("no ... found", "no a b c d e f g h found")]
    [InlineData("a ... b ... c", "a 1 b 2 c")]
    [InlineData("exit #", "exit 17")]
    [InlineData("^ usage", "usage: x")]
    [InlineData("^ usage", "2026-11-20 10:00:00 usage: x")]
    [InlineData("^ usage", "error: usage: x")]
    [InlineData("not found $", "x is not found.")]
    [InlineData("can't open", "can't open")]
    [InlineData("can't open", "can’t open")]
    [InlineData("#: expected", "a.c:7: expected x")]
    [InlineData("#: expected", "a.ts(1,7): expected x")]
    [InlineData("#: expected", "a.ts(1,7) : expected x")]
    [InlineData("#:#: expected", "a.c:12:7: expected x")]
    [InlineData("#: expected", "a.ml, 3) expected x")]
    [InlineData("#: expected", "a.c:10:33: expected x")]
    [InlineData("#: expected", "a.c:1:004:33: expected x")]
    [InlineData("#: expected", "a.c: 7: expected x")]
    [InlineData("package.json", "missing package.json", false)]
    [InlineData("go mod", "go.mod")]
    [InlineData("i o timeout", "i/o timeout")]
    [InlineData("input output error", "Input/output error")]
    [InlineData("timeouts", "timeouts: 1")]
    [InlineData("timeouts", "timeouts 0")]
    [InlineData("failed", "failed=0x")]
    [InlineData("ECONNREFUSED", "failed with code 'ECONNREFUSED'")]
    [InlineData("connection reset", "(connection) reset by x")]
    public void A_pattern_stands_in_a_line(string pattern, string line, bool isPattern = true)
    {
        if (!isPattern)
        {
            Assert.Throws<FormatException>(() => Rule(pattern));
            return;
        }

        Assert.True(Rule(pattern).Matches(line));
    }

    [Theory]
    [InlineData("too many requests", "too many request")]
    [InlineData("#: expected", "127.0.0.1:9042: expected x")]
    [InlineData("#: expected", "10:04:33.000: expected x")]
    [InlineData("#: expected", "04:33:00.000: expected x")]
    [InlineData("#: expected", "clang-14: expected x")]
    [InlineData("#: expected", "aclocal-1.16: expected x")]
    [InlineData("#: expected", "run.sh 14: expected x")]
    [InlineData("#: expected", "14: expected x")]
    [InlineData("#: expected", "a.log 10:04:33: expected x")]
    [InlineData("#: expected", "main:14: expected x")]
    [InlineData("#: expected", "a.c:7 expected x")]
    [InlineData("#: expected", "a.c:x: expected x")]
    [InlineData("too many requests", "too very many requests")]
    [InlineData("too many", "too manyx")]
    [InlineData("=FAIL", "it will fail")]
    [InlineData("=FAIL", "it is Fail")]
    [InlineData("err_*", "xerr_cert")]
    [InlineData("*exception", "exceptions")]
    [InlineData("no _ found", "no found")]
    [InlineData("no _ found", "no a b found")]
    [InlineData("no ... found", "no a b c d e f g h i found")]
    [InlineData("exit #", "exit x17")]
    [InlineData("exit #", "exit")]
    [InlineData("^ usage", "the usage: x")]
    [InlineData("not found $", "not found here")]
    [InlineData("can't open", "cant open")]
    [InlineData("#: expected", "7: expected x")]
    [InlineData("#: expected", "10:00:07: expected x.y")]
    [InlineData("#: expected", "a.c 10:00:07: expected x")]
    [InlineData("#: expected", "clang-1.4: expected x")]
    [InlineData("#: expected", "host:80: expected x")]
    [InlineData("#:#: expected", "a.c:7: expected x")]
    [InlineData("connection reset", "Connection().reset()")]
    [InlineData("connection reset", "connection.reset")]
    [InlineData("timeout", "docs/timeout/x")]
    [InlineData("timeout", "a/timeout")]
    [InlineData("timeout", "a\\timeout")]
    [InlineData("timeout", "see https://x.test/a?timeout now")]
    [InlineData("timeout", "type 'timeout' is unused")]
    [InlineData("timeouts", "timeouts: 0")]
    [InlineData("timeouts", "timeouts=0, errors=1")]
    [InlineData("timeouts", "{\"timeouts\":0}")]
    [InlineData("timeouts", "timeouts=\"0\"")]
    [InlineData("i o timeout", "x/i/o timeout")]
    public void A_pattern_does_not_stand_in_a_line(string pattern, string line) =>
        Assert.False(Rule(pattern).Matches(line));

    [Fact]
    public void What_must_not_be_near_outweighs_a_match_wherever_it_stands()
    {
        var rule = FailureRule.Make("own.x", FailureClass.Crash, 50, ["it broke", "it fell"], ["using cached", "dry"]);
        Assert.True(rule.Matches("it fell"));
        Assert.False(rule.Matches("it broke, using cached"));
        Assert.False(rule.Matches("dry: it broke"));
        Assert.True(rule.Matches("it broke, using the cached"));
    }

    [Fact]
    public void A_rule_is_read_with_all_that_its_lines_say()
    {
        var rules = new List<FailureRule>();
        RuleText.Read("plan", """
            own.one connection 80 permanent any-line stderr
            : it broke
            : it fell
            ! using cached
            @ curl wget
            > start the server
            + it broke again
            - it is unbroken

            own.two crash 1 transient stdout
            : it sank
            """, withExamples: true, rules);
        Assert.Equal(["own.one", "own.two"], rules.Select(each => each.Id));
        var (one, two) = (rules[0], rules[1]);
        Assert.Equal((FailureClass.Connection, 80, false, true, "stderr", "start the server"), (
            one.Class, one.Weight, one.Transient, one.AnyLine, one.Channel, one.Remediation));
        Assert.Equal(["it broke", "it fell"], one.Patterns);
        Assert.Equal(["using cached"], one.NotNear);
        Assert.Equal(["curl", "wget"], one.Tools);
        Assert.Equal(["it broke again"], one.Examples);
        Assert.Equal(["it is unbroken"], one.NearMisses);
        Assert.Equal((1, true, false, "stdout", null), (
            two.Weight, two.Transient, two.AnyLine, two.Channel, two.Remediation));
        Assert.Equal((1, 0, 0, 0, 0), (two.Patterns.Count, two.NotNear.Count, two.Tools.Count, two.Examples.Count,
            two.NearMisses.Count));
        rules.Clear();
        RuleText.Read("plan", "own.one crash 100\n: it sank\n+ it sank\n- it swam\n", withExamples: false, rules);
        Assert.Equal((100, 0, 0), (rules[0].Weight, rules[0].Examples.Count, rules[0].NearMisses.Count));
        Assert.Null(rules[0].Transient);
    }

    [Fact]
    public void A_rule_is_for_its_programs_and_its_channel_only()
    {
        var rules = new List<FailureRule>();
        RuleText.Read("plan", "own.one quota_exhausted 90 stderr\n: it sank\n@ boat Ship\n", false, rules);
        var classifier = new FailureClassifier(rules);
        Assert.Equal("own.one", Judged("boat", "it sank", ""));
        Assert.Equal("own.one", Judged("ship", "it sank", ""));
        Assert.Equal("none", Judged("car", "it sank", ""));
        Assert.Equal("none", Judged(null, "it sank", ""));
        Assert.Equal("none", Judged("boat", "", "it sank"));

        string? Judged(string? tool, string stderr, string stdout) => classifier.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 1 },
            Tool = tool,
            Stderr = TestData.Bytes(stderr),
            Stdout = TestData.Bytes(stdout),
        })?.Evidence.Rule;
    }

    [Theory]
    [InlineData("id connection 0\n: x", "plan:1:")]
    [InlineData("id connection 101\n: x", "plan:1:")]
    [InlineData("id connection 1\n: x\n\nid crash 50\n: a ... b ... c ... d", "plan:5:")]
    [InlineData("id connection 1\n: x\n: # #", "plan:3:")]
    public void A_broken_rule_is_named_by_its_line(string text, string place) =>
        Assert.StartsWith(place, Assert.Throws<FormatException>(() => RuleText.Read("plan", text, true, [])).Message);

    [Theory]
    [InlineData("error: x", "Error")]
    [InlineData("ERROR x", "Error")]
    [InlineData("[error] x", "Error")]
    [InlineData("(error) x", "Error")]
    [InlineData("fatal: x", "Error")]
    [InlineData("critical: x", "Error")]
    [InlineData("panic: x", "Error")]
    [InlineData("severe: x", "Error")]
    [InlineData("failure: x", "Error")]
    [InlineData("err: x", "Error")]
    [InlineData("fail: x", "Error")]
    [InlineData("abort: x", "Error")]
    [InlineData("crit: x", "Error")]
    [InlineData("thread 'main' panicked: x", "Error")]
    [InlineData("npm error x", "Error")]
    [InlineData("pnpm error x", "Error")]
    [InlineData("yarn error x", "Error")]
    [InlineData("2026-11-20 10:00:00 ERROR x", "Error")]
    [InlineData("ERROR - x", "Error")]
    [InlineData("error - x", "Error")]
    [InlineData("ERROR-x", "Error")]
    [InlineData("E: x", "Error")]
    [InlineData("E1120 10:00:00 x", "Error")]
    [InlineData("F1120 10:00:00 x", "Error")]
    [InlineData("SomeError: x", "Error")]
    [InlineData("a.b.SomeException: x", "Error")]
    [InlineData("jinja2.exceptions.TemplateNotFound: x", "Error")]
    [InlineData("--- FAIL: TestX", "Error")]
    [InlineData("warn: x", "Warning")]
    [InlineData("WARNING x", "Warning")]
    [InlineData("DeprecationWarning: x", "Warning")]
    [InlineData("W: x", "Warning")]
    [InlineData("W1120 10:00:00 x", "Warning")]
    [InlineData("info: x", "Note")]
    [InlineData("DEBUG x", "Note")]
    [InlineData("[trace] x", "Note")]
    [InlineData("notice: x", "Note")]
    [InlineData("note: x", "Note")]
    [InlineData("hint: x", "Note")]
    [InlineData("tip: x", "Note")]
    [InlineData("verbose: x", "Note")]
    [InlineData("N: x", "Note")]
    [InlineData("I1120 10:00:00 x", "Note")]
    [InlineData("+ make all", "Note")]
    [InlineData("++ make all", "Note")]
    [InlineData("   at A.B()", "Note")]
    [InlineData("  File \"/w/x.py\", line 2", "Note")]
    [InlineData("#0 main() at a.c:2", "Note")]
    [InlineData("[C]: in ?", "Note")]
    [InlineData("a.lua:3: in main chunk", "Note")]
    [InlineData("from a.rb:2:in 'x'", "Note")]
    [InlineData("a.rb:2:in `x'", "Note")]
    [InlineData("/w/a.go:5 +0x1", "Note")]
    [InlineData("  --retry  try again after an error", "Note")]
    [InlineData("  -r, --retry  try again", "Note")]
    [InlineData("  error: undefined,", "Note")]
    [InlineData("  error: null", "Note")]
    [InlineData("  error: false", "Note")]
    [InlineData("  error: {}", "Note")]
    [InlineData("\terror: []", "Note")]
    [InlineData("  12 | error: x", "Quoted")]
    [InlineData("| error: x", "Quoted")]
    [InlineData("> 12 error: x", "Quoted")]
    [InlineData("+++ b/x", "Quoted")]
    [InlineData("--- a/x", "Quoted")]
    [InlineData("copying an error: x", "Error")]
    [InlineData("error-report x", "None")]
    [InlineData("an error in words", "None")]
    [InlineData("the info is here", "None")]
    [InlineData("at the end", "None")]
    [InlineData("X: x", "None")]
    [InlineData("+x", "None")]
    [InlineData("a/error: x", "None")]
    [InlineData("http://error: x", "None")]
    [InlineData("error: undefined", "Error")]
    [InlineData("--retry tries again", "None")]
    [InlineData("", "None")]
    [InlineData("a b c d e f g h i j k error: x", "Error")]
    [InlineData("a b c d e f g h i j k l error: x", "None")]
    public void How_a_line_opens_says_how_much_its_words_prove(string text, string mark)
    {
        var line = new TokenLine();
        line.Set(text);
        Assert.Equal(mark, line.Mark.ToString());
    }

    private static FailureRule Rule(string pattern) =>
        FailureRule.Make("own.rule", FailureClass.Crash, 50, [pattern], []);
}
