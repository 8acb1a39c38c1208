using System.Text;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// Runs whose exit code 0 is that of something else (<c>make | tee build.log</c>, a later command of a script): the
/// program's own word that its run failed counts, and a log that it shows, or an error that it got over, does not.
/// </summary>
public sealed class FailedEndTests
{
    private const string Died =
        "Traceback (most recent call last):\n  File \"j.py\", line 3, in <module>\nKeyError: 'x'\n";

    [Theory]
    [InlineData("pytest", "FAILED test_a.py::test_a - assert 1 == 2\n1 failed, 3 passed in 0.08s\n", "test_failure")]
    [InlineData("pytest", "===== 2 failed in 0.08s =====\n", "test_failure")]
    [InlineData("python", "AssertionError: 429 != 503\n\nRan 1 test in 0.001s\n\nFAILED (failures=1)\n",
        "test_failure")]
    [InlineData("jest", "Tests:       1 failed, 1 total\nTime:        1.7 s\nRan all test suites.\n", "test_failure")]
    [InlineData("go", "--- FAIL: TestSum (0.00s)\nFAIL\nFAIL\tacme.dev/g\t0.012s\nFAIL\n", "test_failure")]
    [InlineData("make", "m.c:1:20: error: 'x' undeclared\nmake: *** [Makefile:2: m] Error 1\n", "build_failure")]
    [InlineData("make", "make[1]: *** [Makefile:2: m] Error 1\n", "unknown")]
    [InlineData("dotnet", "P.cs(1,9): error CS0029: Cannot implicitly convert [/p.csproj]\n", "build_failure")]
    [InlineData("tsc", "a.ts(1,7): error TS2322: Type 'string' is not assignable to 'number'.\n", "build_failure")]
    [InlineData("eslint", "  1:9  error  'b' is not defined  no-undef\n\n✖ 2 problems (2 errors, 0 warnings)\n",
        "build_failure")]
    [InlineData("node", "TypeError: Cannot read properties of null\n    at a.js:1:39\n\nNode.js v20.20.2\n", "crash")]
    [InlineData("java", "Exception in thread \"main\" java.lang.ClassCastException: x\n\tat A.main(A.java:1)\n",
        "crash")]
    [InlineData("ssh", "ssh: connect to host 127.0.0.1 port 22: Connection refused\n", "connection")]
    [InlineData("ansible", "fatal: [w]: UNREACHABLE! => {\"msg\": \"Connection refused\"}\n"
        + "w : ok=0 unreachable=1 failed=0\n", "connection")]
    [InlineData("java", "Error: Could not find or load main class Shop\n", "not_found")]
    [InlineData("python", "/opt/bin/python3: No module named shop\n", "not_found")]
    [InlineData("go", "stat /home/dev/shop: directory not found\n", "not_found")]
    [InlineData("go", "# x\nvet: ./m.go:2:14: x declared but not used\n", "build_failure")]
    [InlineData("git", "Please make sure you have the correct access rights\nand the repository exists.\n", "unknown")]
    [InlineData("python", "start\nTraceback (most recent call last):\n  File \"j.py\", line 3, in <module>\n"
        + "ConnectionRefusedError: [Errno 111] Connection refused\n", "connection")]
    public void What_a_program_says_of_its_own_run_counts(string tool, string printed, string expected)
    {
        Assert.Equal((expected, expected), (Of(tool, printed), Of(tool, "", printed)));
        Assert.Equal("none", Of("cat", printed));
        Assert.Equal("none", Of("bash", printed));
    }

    [Theory]
    [InlineData("pytest", "======= 3 passed, 1 xfailed in 0.07s =======\n")]
    [InlineData("pytest", "test_error PASSED\n1 failed_login_test passed\n")]
    [InlineData("jest", "Tests:       0 failed, 4 passed, 4 total\n")]
    [InlineData("make", "rm missing.o\nmake: [Makefile:2: all] Error 1 (ignored)\nbuilt\n")]
    [InlineData("eslint", "✖ 2 problems (0 errors, 2 warnings)\n")]
    [InlineData("dotnet", "Build succeeded.\n    0 Error(s)\n")]
    [InlineData("go", "panic: recovered\nPASS\nok  \tacme.dev/g\t0.1s\n")]
    [InlineData("gcc", "a.c:1:5: warning: unused variable\n    1 | int x; puts(\"c: error: y\");\n      |     ^\n")]
    [InlineData("sqlite3", "Error: connection refused\n")]
    [InlineData("psql", " ERROR: timeout | 3\n")]
    [InlineData("kubectl", "error: failed to connect\nError from server (NotFound): pods \"x\" not found\n")]
    [InlineData("ansible", "web1 : ok=2 changed=1 unreachable=0 failed=0\n")]
    [InlineData("ansible", "    \"msg\": \"failed=1 was expected\"\nweb1 : ok=2 changed=1 unreachable=0 failed=0\n")]
    [InlineData("python", "Traceback (most recent call last):\n  File \"j.py\", line 3, in poll\n"
        + "ConnectionResetError: [Errno 104] Connection reset by peer\nINFO reconnected\n")]
    [InlineData("python", "ERROR:root:row skipped\nTraceback (most recent call last):\n  File \"j.py\", line 3, in f\n"
        + "ValueError: invalid literal\n")]
    [InlineData("python", "Traceback (most recent call last):\n  File \"j.py\", line 3, in f\n"
        + "BrokenPipeError: [Errno 32] Broken pipe\n")]
    public void What_is_counted_at_nought_or_was_got_over_does_not(string tool, string printed) =>
        Assert.Equal("none", Of(tool, printed));

    [Theory]
    [InlineData("backup written: nightly.sql.gz\n", "pg_dump: error: connection to server failed: Connection refused\n",
        "connection")]
    [InlineData("", "curl: (7) Failed to connect to 127.0.0.1 port 1: Couldn't connect to server\n", "connection")]
    [InlineData("", "psql: error: connection to server failed: Connection refused\n\tIs the server running there?\n",
        "connection")]
    [InlineData("", "\tpsql: error: connection to server failed: Connection refused\n", "none")]
    [InlineData("using the cached copy\n", "pg_dump: error: connection to server failed: Connection refused\n", "none")]
    [InlineData("downloaded from mirror 2\n", "curl: (7) Failed to connect to 127.0.0.1 port 1\n", "none")]
    [InlineData("", "rm: cannot remove 'old.log': No such file or directory\n", "none")]
    public void A_script_is_judged_by_the_programs_whose_loss_nothing_makes_good(
        string stdout, string stderr, string expected) => Assert.Equal(expected, Of("bash", stdout, stderr));

    [Theory]
    [InlineData("bash", "none")]
    [InlineData("sh", "none")]
    [InlineData("pg_dump", "connection")]
    public void What_a_script_shows_on_standard_output_may_be_a_log(string tool, string expected)
    {
        const string Said = "pg_dump: error: connection to server failed: Connection refused\n";
        Assert.Equal((expected, "connection"), (Of(tool, Said), Of(tool, "backup written\n", Said)));
    }

    [Theory]
    [InlineData("\e[0m\n")]
    [InlineData("\\n\n")]
    [InlineData(" \e[0m\\n\n")]
    public void A_line_of_which_nothing_is_left_tells_nothing(string line) => Assert.All(
        ["bash", "curl", "python", "claude-code"], tool =>
        {
            Assert.Equal(("none", "none"), (Of(tool, line), Of(tool, "It works.\n" + line + "It works.\n")));
            Assert.Equal("none", Of(tool, "", line));
        });

    [Theory]
    [InlineData("the cache is down, served from the database\n", "none")]
    [InlineData("started without the cache\n", "none")]
    [InlineData("12 rows\n", "connection")]
    public void An_error_that_the_last_line_says_was_got_round_is_none(string stdout, string expected) =>
        Assert.Equal(expected, Of("node", stdout, "Error: connect ECONNREFUSED 127.0.0.1:6379\n"));

    [Theory]
    [InlineData("    print(d[\"x\"])\n          ~^^^^^\nKeyError: 'x'\n", "crash")]
    [InlineData("    s.connect(a)\nsocket.timeout.x.ConnectionRefusedError: refused\n", "connection")]
    [InlineData("rows read\nKeyError: 'x'\n", "none")]
    [InlineData("    12 rows\nKeyError in 3 rows: 'x'\n", "none")]
    [InlineData("    12 rows\nKeys: x\n", "none")]
    public void The_end_of_a_traceback_on_stdout_is_one(string printed, string expected)
    {
        Assert.Equal((expected, "none"), (Of("python", printed), Of("cat", printed)));
        Assert.Equal("none", Of("python", "rows: 3\n", printed));
    }

    [Fact]
    public void A_traceback_on_stderr_yields_to_work_that_was_told_done()
    {
        Assert.Equal(("crash", "none", "none", "none"), (
            Of("app", "row 1\n", Died), Of("app", "row 1\nimported 2 rows\n", Died), Of("app", Died),
            Of("app", "row 1\n", Died.Replace("<module>", "poll", StringComparison.Ordinal))));
        Assert.Equal("none", Of("app", "row 1\n", Died[..Died.IndexOf("KeyError", StringComparison.Ordinal)]));
    }

    [Theory]
    [InlineData("psql", "psql:a.sql:3: NOTICE: relation exists\n", "psql:a.sql:3: ERROR: relation is missing\n")]
    [InlineData("ansible", "a : ok=1 failed=0 b : failed=0\n", "a : ok=1 failed=0 b : failed=1\n")]
    public void A_phrase_may_have_a_gap_or_stand_behind_one_that_counts_nothing(string tool, string good, string bad) =>
        Assert.Equal((true, false), (Of(tool, good) == "none", Of(tool, bad) == "none"));

    [Theory]
    [InlineData("done finished completed imported exported processed written wrote saved ok ready listening started")]
    [InlineData("passed synced succeeded success")]
    [InlineData("skipped skipping using continuing ignored ignoring fallback cached anyway instead tolerated optional")]
    [InlineData("default defaults served serving without disabled degraded")]
    public void Each_word_for_what_was_done_after_all_is_known(string words) => Assert.All(words.Split(' '), word =>
        Assert.Equal(("crash", "none"), (Of("app", "row 1\n", Died), Of("app", $"row 1 {word} it\n", Died))));

    [Theory]
    [InlineData("curl: (7) Failed to connect to 127.0.0.1 port 1", "connection")]
    [InlineData("ssh: connect to host 127.0.0.1 port 22: Connection refused", "connection")]
    [InlineData("ssh: Could not resolve hostname a.example: Name or service not known", "connection")]
    [InlineData("wget: unable to resolve host address 'a.example'", "connection")]
    [InlineData("psql: error: connection to server failed: Connection refused", "connection")]
    public void Each_word_of_a_silent_client_for_an_unreached_side_is_known(string said, string expected) =>
        Assert.Equal(expected, Of("bash", "", said));

    [Theory]
    [InlineData("ruby", "a.rb:4:in `<main>': undefined method `x' for 1 (NoMethodError)\n", "crash")]
    [InlineData("cargo", "thread 'main' panicked at src/main.rs:1:1:\nnote: run with `RUST_BACKTRACE=1` to see more\n",
        "crash")]
    public void What_may_be_printed_of_a_caught_error_counts_on_standard_output_only(
        string tool, string printed, string expected) =>
        Assert.Equal((expected, "none"), (Of(tool, printed), Of(tool, "rows: 3\n", printed)));

    [Theory]
    [InlineData("exit: 124", "connect ECONNREFUSED 127.0.0.1:1", "connection")]
    [InlineData("agent exit: 124", "", "timeout")]
    [InlineData("rc 127", "sh: 1: deploy: not found", "not_found")]
    [InlineData("Exit code 1", "Error: connect ECONNREFUSED 127.0.0.1:1 (using the mirror)", "connection")]
    [InlineData("exit: 1", "it did not go well", "none")]
    [InlineData("exit: 0", "Error: connect ECONNREFUSED 127.0.0.1:1 (using the mirror)", "none")]
    [InlineData("exit: 300", "Error: connect ECONNREFUSED 127.0.0.1:1 (using the mirror)", "none")]
    [InlineData("HTTP status 124", "Error: connect ECONNREFUSED 127.0.0.1:1 (using the mirror)", "none")]
    [InlineData("all of the five exited with 1", "connect ECONNREFUSED 127.0.0.1:1", "none")]
    public void A_code_that_a_script_printed_last_is_that_of_the_program_inside(
        string printed, string stderr, string expected) =>
        Assert.Equal(expected, Of("bash", "started\n" + printed + "\n", stderr + "\n"));

    [Theory]
    [InlineData("503\n", "unavailable")]
    [InlineData("status=503", "unavailable")]
    [InlineData("200\n", "none")]
    [InlineData("rows 503", "none")]
    [InlineData("412 of 503", "none")]
    [InlineData("", "none")]
    public void A_status_that_curl_printed_alone_is_the_answers(string stdout, string expected) =>
        Assert.Equal(expected, Of("curl", stdout));

    private static string Of(string tool, string stdout, string stderr = "") =>
        FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 0 }, Tool = tool, DoubtSuccess = true,
            Stdout = Encoding.UTF8.GetBytes(stdout), Stderr = Encoding.UTF8.GetBytes(stderr),
        })?.Class.Word() ?? "none";
}
