using System.Text;
using System.Text.Json;
using Holdfast.Cli;
using Holdfast.Cli.Looking;
using Holdfast.Failures;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>Outcomes in batches, scored against labels, and from files of any length.</summary>
public sealed class ClassifyTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-test-");
    private readonly StringWriter _out = new();
    private readonly StringWriter _error = new();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_batch_answers_each_line_in_order()
    {
        var code = Batch("""
            {"id":"a","exit_code":1,"stderr":"HTTP 429 Too Many Requests: try again in 20s"}
            {"id":7,"exit_code":0,"stdout":"fine"}

            {"id":"c","exit_code":0,"contract":"met","stderr":"error: HTTP 429"}
            {"id":"d","exit_code":0,"contract":"missing"}
            {"exit_code":1}
            """);
        Assert.Equal(0, code);
        var lines = _out.ToString().TrimEnd().Split('\n');
        Assert.StartsWith(
            "{\"id\":\"a\",\"class\":\"rate_limited\",\"transient\":true,\"disposition\":\"wait\"", lines[0]);
        Assert.Contains("\"channel\":\"stderr\",\"line\":1,\"delay_ms\":20000,\"confidence\":", lines[0]);
        const string None = "\"class\":\"none\",\"transient\":false,\"disposition\":null,\"rule\":null,"
            + "\"channel\":null,\"line\":null,\"confidence\":";
        Assert.Equal("{\"id\":7," + None + "0.9}", lines[1]);
        Assert.Equal("{\"id\":\"c\"," + None + "1}", lines[2]);
        Assert.StartsWith("{\"id\":\"d\",\"class\":\"incomplete\"", lines[3]);
        Assert.StartsWith("{\"class\":\"unknown\"", lines[4]);
        Assert.Contains("\"line\":null", lines[4]);
        Assert.DoesNotContain("delay_ms", lines[4]);
        Assert.Equal("", _error.ToString());
    }

    [Theory]
    [InlineData("[1]", "line 2 of the batch is a list; an object is expected")]
    [InlineData("nonsense", "line 2 of the batch is no JSON: not understood at byte 2")]
    [InlineData("{\"id\":\"x\",\"stderr\":\"half", "line 2 of the batch is half a line, or no JSON")]
    [InlineData("{\"id\":\"x\0\"}", "line 2 of the batch has a NUL at byte 9; write it as \\u0000")]
    [InlineData("{\"exit_code\":\"1\"}", "line 2 of the batch has a text as \"exit_code\"; a whole number is expected")]
    [InlineData("{\"exit_code\":1.5}", "has the number 1.5 as \"exit_code\"; a whole number is expected")]
    [InlineData("{\"exit_code\":99999999999}", "has the number 99999999999 as \"exit_code\"")]
    [InlineData("{\"timed_out\":\"yes\"}", "has a text as \"timed_out\"; true or false is expected")]
    [InlineData("{\"stderr\":[\"a\"]}", "has a list as \"stderr\"; a text is expected")]
    [InlineData("{\"contract\":\"perhaps\"}", "has a \"contract\" of \"perhaps\"; it must be \"met\" or \"missing\"")]
    public void A_bad_line_is_told_by_its_number_and_the_rest_goes_on(string line, string told)
    {
        var code = Batch("{\"id\":1,\"exit_code\":0}\n" + line + "\n{\"id\":3,\"exit_code\":127}\n");
        Assert.Equal(2, code);
        Assert.Contains(told, _error.ToString());
        var lines = _out.ToString().TrimEnd().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"id\":3,\"class\":\"not_found\"", lines[1]);
    }

    /// <summary>As those tell it who run programs: Python's subprocess, Node's spawn, clients of HTTP.</summary>
    [Theory]
    [InlineData("{\"exit_code\":-11}", "crash", "signal.11")]
    [InlineData("{\"exit_code\":-15}", "cancelled", "signal.15")]
    [InlineData("{\"exit_code\":-1}", "unknown", "none")]
    [InlineData("{\"exit_code\":-99}", "unknown", "none")]
    [InlineData("{\"exit_code\":0,\"signal\":11}", "crash", "signal.11")]
    [InlineData("{\"exit_code\":null,\"signal\":11}", "crash", "signal.11")]
    [InlineData("{\"exit_code\":3,\"signal\":0}", "unknown", "none")]
    [InlineData("{\"exit_code\":0,\"signal\":0}", "none", null)]
    [InlineData("{\"http_status\":200}", "none", null)]
    [InlineData("{\"http_status\":301,\"stdout\":\"moved\"}", "none", null)]
    [InlineData("{\"http_status\":200,\"timed_out\":true}", "timeout", "runtime.hard_timeout")]
    [InlineData("{\"http_status\":200,\"exit_code\":1}", "unknown", "none")]
    [InlineData("{\"http_status\":418}", "invalid_input", "http.418")]
    public void An_end_is_read_as_those_write_it_who_run_programs(string line, string kind, string? rule)
    {
        Assert.Equal(0, Batch(line));
        using var told = JsonDocument.Parse(_out.ToString());
        Assert.Equal((kind, rule),
            (told.RootElement.GetProperty("class").GetString(), told.RootElement.GetProperty("rule").GetString()));
    }

    /// <summary>Python writes bytes that are no UTF-8 as halves of surrogate pairs (surrogateescape).</summary>
    [Theory]
    [InlineData(@"caf\udce9: HTTP 429 Too Many Requests")]
    [InlineData(@"\udce9\udcff HTTP 429 \\udce9 Too Many Requests \ud800")]
    [InlineData(@"\ud83d\ude00 HTTP 429 Too Many Requests \ud83d \""\ud83dx\t")]
    public void A_text_with_half_a_surrogate_pair_is_read_all_the_same(string text)
    {
        Assert.Equal(0, Batch($$"""{"id":1,"exit_code":1,"stderr":"{{text}}"}"""));
        Assert.Contains("\"class\":\"rate_limited\"", _out.ToString());
        Assert.Equal("", _error.ToString());
    }

    [Fact]
    public void An_unknown_key_is_told_and_the_line_is_judged_all_the_same()
    {
        const string Line = "{\"id\":1,\"exitcode\":1,\"exit_code\":127,\"x-mine\":2,\"note\":\"n\"}";
        Assert.Equal(0, Batch(Line + "\n{\"exitcode\":2}"));
        Assert.Equal("holdfast: line 1 of the batch has a key \"exitcode\"; did you mean \"exit_code\"?\n",
            _error.ToString());
        Assert.Contains("not_found", _out.ToString());
    }

    [Fact]
    public void A_line_of_ten_megabytes_is_judged_and_one_over_the_bound_is_passed_over()
    {
        Assert.Equal(0, Batch("{\"id\":1,\"exit_code\":1,\"stderr\":\"" + new string('x', 10_000_000)
            + " HTTP 429 Too Many Requests\"}\n"));
        Assert.Contains("rate_limited", _out.ToString());
        var huge = new byte[RecordLines.MaxBytes + 4_000_000];
        huge.AsSpan().Fill((byte)'x');
        "\n{\"id\":2,\"exit_code\":127}"u8.CopyTo(huge.AsSpan(huge.Length - 25));
        Assert.Equal(2, ClassifyBatch.Run(Context(), new MemoryStream(huge)));
        Assert.Contains("line 1 of the batch has over 64 MiB", _error.ToString());
        Assert.Contains("\"id\":2,\"class\":\"not_found\"", _out.ToString());
    }

    [Fact]
    public void A_byte_order_mark_and_bytes_that_are_no_text_are_read_over()
    {
        byte[] input = [0xEF, 0xBB, 0xBF, .. "{\"id\":1,\"exit_code\":1,\"stderr\":\"\xFF connection refused\"}"u8];
        input[input.AsSpan().IndexOf("\xFF"u8)] = 0xC3;
        Assert.Equal(0, ClassifyBatch.Run(Context(), new MemoryStream(input)));
        Assert.Contains("\"class\":\"connection\"", _out.ToString());
    }

    [Theory]
    [InlineData("missing.txt", "missing.txt is no file; name one that exists, or \"-\" for standard input")]
    [InlineData("sub", "sub is a folder; name a file in it, or \"-\" for standard input")]
    public void What_is_no_file_is_told_by_what_it_is(string name, string told)
    {
        _folder.CreateSubdirectory("sub");
        Assert.Equal(told, Assert.Throws<CliFailure>(() => ClassifyInput.OpenFile(Context(), name)).Message);
    }

    [Fact]
    public void Many_bad_lines_are_told_up_to_a_bound()
    {
        Assert.Equal(2, Batch(string.Concat(Enumerable.Repeat("[]\n", 100))));
        Assert.Equal(21, _error.ToString().Count(static c => c == '\n'));
        Assert.Contains("80 further lines of the batch cannot be read either", _error.ToString());
    }

    [Fact]
    public void A_score_counts_each_class_and_names_what_is_wrong()
    {
        var (code, text) = Score(Labelled, null);
        Assert.Equal(0, code);
        Assert.Contains("""
              class         labelled  called  precision  recall  F1
              auth          1         0       0.000      0.000   0.000
              connection    1         1       1.000      1.000   1.000
              none          1         1       1.000      1.000   1.000
              not_found     1         2       0.500      1.000   0.667
              rate_limited  1         1       1.000      1.000   1.000
            """.ReplaceLineEndings("\n"), text);
        Assert.Contains("macro-F1                    0.7333", text);
        Assert.Contains("right                       4 of 5 (1 by a class that is right too)", text);
        Assert.Contains("transient right             66.67 % (2 of 3)", text);
        Assert.Contains("successes called failures   0", text);
        Assert.Matches("""(?m)^  2 +auth +not_found +exit\.127$""", text);
        Assert.Matches("""(?m)^  line 5 +rate_limited +rate_limited +\S+ +transient only$""", text);
        Assert.Matches("""(?m)^   1 auth +\. +\. +1 +\.$""", text);
    }

    [Fact]
    public void A_score_below_the_least_ends_with_6_and_programs_get_all_of_it()
    {
        Assert.Equal(6, Score(Labelled, 0.9).Code);
        Assert.Equal(0, Score(Labelled, 0.7).Code);
        var (code, text) = Score(Labelled, 0.9, json: true);
        Assert.Equal(6, code);
        using var document = JsonDocument.Parse(text);
        var data = document.RootElement.GetProperty("data");
        Assert.Equal(5, data.GetProperty("count").GetInt32());
        Assert.Equal(0.733333, data.GetProperty("macro_f1").GetDouble());
        Assert.Equal(1, data.GetProperty("confusion").GetProperty("auth").GetProperty("not_found").GetInt32());
        Assert.Equal("2", data.GetProperty("wrong")[0].GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("{\"id\":1,\"exit_code\":1}", "line 1 of labelled.jsonl has no \"class\"")]
    [InlineData("{\"id\":1,\"exit_code\":1,\"class\":\"bad_luck\"}", "is labelled \"bad_luck\", which is no class")]
    public void Lines_without_a_usable_label_are_told(string line, string told)
    {
        Assert.Equal(2, Score(line, null).Code);
        Assert.Contains(told, _error.ToString());
    }

    [Fact]
    public void An_empty_file_cannot_be_scored() =>
        Assert.Contains("has no labelled lines", Assert.Throws<CliFailure>(() => Score("", null)).Message);

    private const string Labelled = """
        {"id":1,"exit_code":127,"class":"not_found","transient":false}
        {"id":2,"exit_code":127,"class":"auth","transient":null}
        {"id":3,"exit_code":1,"stderr":"Permission denied (publickey).","class":"connection","alt":["auth"],"transient":false}
        {"id":4,"exit_code":0,"class":"none","transient":null}
        {"exit_code":1,"stderr":"HTTP 429 Too Many Requests","class":"rate_limited","transient":false}
        """;

    [Fact]
    public void Rules_of_a_file_come_before_the_built_in_ones_and_their_faults_are_told()
    {
        using var kit = new LookKit();
        var rules = Path.Combine(kit.Folder, "rules.yaml");
        var output = Path.Combine(kit.Folder, "err.txt");
        File.WriteAllText(output, "HTTP 429 Too Many Requests\nno licence left\n");
        File.WriteAllText(rules, "- { id: licence.none, class: quota_exhausted, match: no licence left, "
            + "examples: [ no licence left ], near-misses: [ licence left ] }\n");
        var (code, text, error) = kit.Run("classify", "--rules", rules, "--stderr", output);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("licence.none", text);
        File.WriteAllText(rules, "- { id: licence.none, class: quota, match: no.*left }\n");
        (code, _, error) = kit.Run("classify", "--rules", rules, "--stderr", output);
        Assert.Equal(2, code);
        Assert.Contains("rules.yaml:1:30: \"class\" cannot be \"quota\"", error);
        Assert.Contains("rules.yaml:1:44: \"match\": \"no.*left\" looks like a regular expression", error);
    }

    [Fact]
    public void A_log_of_any_length_is_classified_whole_with_the_right_line_and_its_told_wait()
    {
        using var kit = new LookKit();
        var path = Path.Combine(kit.Folder, "err.txt");
        using (var log = new StreamWriter(path))
        {
            for (var i = 1; i <= 120_000; i++)
            {
                log.Write(i switch
                {
                    60_000 => "error: HTTP 429 Too Many Requests\n",
                    60_003 => "retry-after: 17\n",
                    _ => "copied one more part of the bundle\n",
                });
            }
        }

        var (code, text, _) = kit.Run("classify", "--stderr", path);
        Assert.Equal(0, code);
        Assert.Contains("stderr, line 60000", text);
        Assert.Contains("17s (told by the other side)", text);
    }

    [Theory]
    [InlineData(60_000)]
    [InlineData(119_990)]
    public void What_is_piped_in_is_read_whole_and_its_lines_keep_their_numbers(int line)
    {
        var log = new StringBuilder();
        for (var i = 1; i <= 120_000; i++)
        {
            log.Append(i == line ? "error: HTTP 429 Too Many Requests, retry after 17s\n"
                : "copied one more part of the bundle\n");
        }

        using (var input = ClassifyInput.OfStream(
            Context(), new MemoryStream(Encoding.UTF8.GetBytes(log.ToString())), _folder.FullName))
        {
            Assert.True(input.Ends.Length < log.Length / 2, $"{input.Ends.Length} bytes in memory");
            var failure = FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { ExitCode = 1 },
                Stderr = input.Ends,
                StderrGap = input.Gap,
                WholeStderr = input.Whole,
            });
            Assert.Equal(FailureClass.RateLimited, failure?.Class);
            Assert.Equal(line, failure?.Evidence.Line);
            Assert.Single(_folder.GetFiles());
        }

        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void What_is_piped_in_and_is_short_stays_in_memory()
    {
        using var input = ClassifyInput.OfStream(Context(), new MemoryStream("a\nb"u8.ToArray()), _folder.FullName);
        Assert.Equal("a\nb", Encoding.UTF8.GetString(input.Ends));
        Assert.Null(input.Whole);
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void What_is_piped_in_and_cannot_be_put_aside_says_what_helps()
    {
        var nowhere = Path.Combine(_folder.FullName, "gone");
        var error = Assert.Throws<CliFailure>(() =>
            ClassifyInput.OfStream(Context(), new MemoryStream(new byte[3 << 20]), nowhere));
        Assert.Contains(nowhere, error.Message);
        Assert.Contains("TMPDIR", error.Message);
    }

    private (int Code, string Out) Score(string lines, double? least, bool json = false)
    {
        _out.GetStringBuilder().Clear();
        var code = ClassifyScore.Run(Context(json), "labelled.jsonl",
            new MemoryStream(Encoding.UTF8.GetBytes(lines)), least, FailureClassifier.Default);
        return (code, _out.ToString());
    }

    private int Batch(string lines) => ClassifyBatch.Run(Context(), new MemoryStream(Encoding.UTF8.GetBytes(lines)));

    private CommandContext Context(bool json = false) => new()
    {
        Out = _out,
        Error = _error,
        Environment = static _ => null,
        CurrentFolder = _folder.FullName,
        Json = json,
    };
}
