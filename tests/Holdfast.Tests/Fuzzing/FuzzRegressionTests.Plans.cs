using System.Text;
using Holdfast.Failures;
using Holdfast.Failures.Text;
using Holdfast.Plans;
using Holdfast.Tests.Plans;
using Holdfast.Tests.Runs;

namespace Holdfast.Tests.Fuzzing;

/// <summary>Plans that keep a reader busy, or say more than one thing; and secrets where a line is cut.</summary>
public sealed partial class FuzzRegressionTests
{
    [Theory]
    [InlineData("\"retry\":{\"preset\":\"per-class\",\"connection\":{\"multiplier\":1e400}}")]
    [InlineData("\"retry\":{\"preset\":\"per-class\",\"connection\":{\"jitter\":-1}}")]
    [InlineData("\"retry\":{\"preset\":\"per-class\",\"max_attempts\":1001}")]
    [InlineData("\"timeout_ms\":-1")]
    [InlineData("\"timeout_ms\":922337203685477")]
    [InlineData("\"for_each\":{\"source\":\"items\",\"max_parallel\":0,\"values\":[\"a\"]}")]
    public void FZ10_a_number_that_no_plan_can_say_is_refused_in_plan_json(string field) =>
        Assert.Throws<FormatException>(() => PlanJson.Read(Json($"{{\"name\":\"a\",\"run\":[\"x\"],{field}}}")));

    [Theory]
    [InlineData("{\"name\":\"a\",\"run\":[\"x\"],\"script\":\"y\"}", "")]
    [InlineData("{\"name\":\"a\",\"run\":[\"x\"],\"shell\":[\"bash\"]}", "")]
    [InlineData("{\"name\":\"a\",\"run\":[\"x\"],\"effect\":{\"kind\":\"once\",\"script\":\"y\"}}", "")]
    [InlineData("{\"name\":\"a\",\"run\":[]}", "")]
    [InlineData("{\"name\":\"a\",\"run\":[\"x\"],\"approval\":{}}", "")]
    [InlineData("{\"name\":\"a\",\"approval\":{},\"merge\":[\"a\"]}", "")]
    [InlineData("{\"name\":\"a\",\"run\":[\"x\"]}", "{}")]
    [InlineData("{\"name\":\"a\",\"run\":[\"x\"]}", ",")]
    public void FZ11_what_plan_json_says_is_not_dropped_in_silence(string task, string behind)
    {
        _ = PlanJson.Read(Json("{\"name\":\"a\",\"run\":[\"x\"]}"));
        Assert.Throws<FormatException>(() => PlanJson.Read([.. Json(task), .. Encoding.UTF8.GetBytes(behind)]));
    }

    [Fact]
    public void FZ11_a_group_has_no_other_fields() => Assert.Throws<FormatException>(() => PlanJson.Read(
        Encoding.UTF8.GetBytes("{\"format\":1,\"name\":\"p\",\"file\":\"f\",\"folder\":\"/\",\"groups\":["
            + "{\"name\":\"g\",\"least\":3}],\"tasks\":[{\"name\":\"a\",\"run\":[\"x\"]}]}")));

    [Theory]
    [InlineData(485)]
    [InlineData(490)]
    [InlineData(499)]
    public void FZ12_the_cut_of_a_long_line_shows_no_part_of_a_secret(int before)
    {
        const string Secret = "hunter2-S3cr3t";
        var line = "error: " + new string('x', before - 7) + Secret + " denied";
        var failure = new FailureClassifier(mask: SecretMask.For([Secret])).Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 1 }, Stderr = Encoding.UTF8.GetBytes(line), Now = EventSamples.At,
        })!;
        Assert.DoesNotContain("hun", failure.Evidence.Text, StringComparison.Ordinal);
        var told = failure.WithTold("Retry-After: " + new string('x', before - 435) + Secret, EventSamples.At,
            SecretMask.For([Secret]));
        Assert.NotNull(told.ToldUnused);
        Assert.DoesNotContain("hun", told.ToldUnused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hunter2-\0S3cr3t")]
    [InlineData("hunter2-\e[1mS3cr3t")]
    public void FZ22_a_wait_told_in_vain_shows_no_secret_with_something_unseen_within(string shown)
    {
        var failure = new Failure
        {
            Class = FailureClass.RateLimited, Disposition = Disposition.Wait, Evidence = new("r", "stderr", 1, "x"),
        };
        var told = failure.WithTold("Retry-After: x" + shown, EventSamples.At, SecretMask.For(["hunter2-S3cr3t"]));
        Assert.NotNull(told.ToldUnused);
        Assert.DoesNotContain("hun", told.ToldUnused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unclosed expressions on one line", "tasks: { a: { run: \"", "${{ ", 250_000, "\" } }")]
    [InlineData("expressions of one script", "tasks: { a: { run: \"", "${{ run.id }} ", 60_000, "\" } }")]
    [InlineData("bad expressions of one script", "tasks: { a: { run: \"", "${{ run.ids }} ", 60_000, "\" } }")]
    [InlineData("substitutions in a long word", "tasks:\n  a:\n    run: ${{ run.id }}", "aaaa$()", 100_000, "")]
    [InlineData("tasks with an expression", "tasks:\n", "  t#: { run: 'x ${{ run.id }}' }\n", 50_000, "")]
    [InlineData("uses of outputs that are not needed", "tasks:\n  b: { run: x }\n  a:\n    needs: [ b ]\n    run: |\n",
        "      x ${{ needs.c.outputs }}\n", 20_000, "")]
    [InlineData("secrets of one task", "secrets:\n", "  S#: { env: S# }\n", 60_000,
        "tasks: { a: { run: x, secrets: [@S#, ] } }")]
    [InlineData("variables", "vars:\n", "  v#: x\n", 50_000, "tasks:\n@  t#: { run: 'x ${{ vars.v# }}' }\n")]
    public void FZ13_no_plan_is_read_in_the_square_of_its_length(
        string what, string head, string piece, int times, string tail)
    {
        Assert.NotEmpty(what);
        Growth.IsLinear(times, count => Long(head, piece, count, tail), text =>
        {
            if (PlanLoader.Parse(text, "/p.yaml").Plan is { } plan)
            {
                _ = PlanHash.OfTasks(plan);
            }
        });
    }

    [Theory]
    [InlineData("\"\\uF5E0x\"", "\uF5E0x")]
    [InlineData("\uF5E0x", "\uF5E0x")]
    [InlineData("\"\\uF5E0 ${{ run.id }}\"", "\uF5E0 ${{ run.id }}")]
    public void FZ14_a_character_of_the_private_use_area_means_itself(string written, string read) =>
        Assert.Equal(read,
            PlanData.CommandOf(PlanData.Valid($"tasks:\n  t:\n    run: {written}\n").Tasks[0]).Script!.Source);

    [Fact]
    public void FZ15_aliases_of_a_long_text_are_bounded_by_its_length()
    {
        var text = "x-long: &long " + new string('x', 200_000) + "\ntasks:\n"
            + Repeated("  t#: { run: *long }\n", 1000);
        Assert.Contains("aliases stand for more than", PlanData.Error(text), StringComparison.Ordinal);
    }

    [Fact]
    public void FZ15_what_defaults_give_to_every_task_is_bounded_together()
    {
        var text = "defaults:\n  env:\n" + Repeated("    V#: x\n", 20_000) + "tasks:\n"
            + Repeated("  t#: { run: x }\n", 20_000);
        Assert.Contains("20,000 tasks", PlanData.Error(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tasks:\n  s\tn:\n")]
    [InlineData("tasks:\n  s\tn: { run: x, needs: [ \"s\\tn\" ] }\n")]
    [InlineData("tasks:\n  s\tn: { run: x }\n  b: { run: x, needs: [ sn ] }\n")]
    [InlineData("tasks:\n  s\tn: { run: x, needs: [ b ] }\n  b: { run: x, needs: [ \"s\\tn\" ] }\n")]
    [InlineData("groups:\n  s\tn: 1\ntasks:\n  a: { run: x }\n")]
    public void FZ17_a_name_that_is_none_breaks_no_line_of_a_message(string plan)
    {
        var errors = PlanLoader.Parse(Encoding.UTF8.GetBytes(plan), "p").Errors;
        Assert.True(errors.Count > 1);
        Assert.All(errors, e => Assert.DoesNotContain('\t', e.ToString()));
    }

    [Theory]
    [InlineData("base: 366d, cap: 400d", "p.yaml:5:27: \"base\": \"366d\" is longer than 365d; write 365d or less")]
    [InlineData("cap: 366d", "p.yaml:5:26: \"cap\": \"366d\" is longer than 365d; write 365d or less")]
    public void FZ16_a_delay_that_no_retry_takes_is_refused_before_the_run(string delays, string error)
    {
        var plan = $"tasks:\n  t:\n    run: x\n    retry:\n      connection: {{ {delays} }}\n";
        var result = PlanLoader.Parse(Encoding.UTF8.GetBytes(plan), "p.yaml");
        Assert.Equal(error, result.Errors[0].ToString());
        PlanJsonFuzzer.CheckRun(PlanData.Valid(plan.Replace("366d", "365d", StringComparison.Ordinal)
            .Replace("400d", "365d", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("{ }")]
    [InlineData("{ preset: per-class }")]
    [InlineData("{ preset: standard }")]
    public void FZ18_a_retry_that_changes_nothing_leaves_the_hash_of_a_plan_that_is_read_again(string retry)
    {
        var plan = PlanData.Valid($"tasks:\n  t: {{ run: x, retry: {retry} }}\n");
        Assert.Equal(PlanHash.OfPlan(plan), PlanHash.OfPlan(PlanJson.Read(PlanJson.Write(plan))));
    }

    [Theory]
    [InlineData("denied not found failed timeout refused ")]
    [InlineData("error: rate limit quota exceeded ")]
    [InlineData("permission connection killed memory ")]
    public void FZ19_lines_that_say_the_same_words_over_and_over_are_judged_in_a_moment(string words) =>
        Growth.IsLinear(
            8_000 / words.Length,
            count => Encoding.UTF8.GetBytes(Repeated(Repeated(words, count) + "\n", 250)),
            printed => Assert.NotNull(FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { ExitCode = 1 }, Stderr = printed, Now = EventSamples.At,
            })));

    [Fact]
    public void FZ21_a_text_of_many_resets_is_read_once_and_not_once_for_each() =>
        Growth.IsLinear(
            16_000,
            count => Repeated("x-ratelimit-reset: ", count),
            text => Assert.Null(ToldDelayReader.Read(text, EventSamples.At)));

    [Theory]
    [InlineData("{\"type\":\"error\",\"error\":{\"message\":\"one\\ntwo \\u001b[31mred\\u0007\"}}")]
    [InlineData("error: one\u0008two \u009b31mred")]
    public void FZ20_evidence_is_one_line_that_steers_no_terminal(string printed)
    {
        var shown = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 1 }, Stdout = Encoding.UTF8.GetBytes(printed), Now = EventSamples.At,
        })!.Evidence.Text!;
        Assert.DoesNotContain(shown, char.IsControl);
        Assert.Contains("one two", shown, StringComparison.Ordinal);
    }

    // "#" is a number that counts, and what follows "@" is repeated as well.
    private static byte[] Long(string head, string piece, int times, string tail)
    {
        var parts = tail.Split('@');
        var text = new StringBuilder(head).Append(Repeated(piece, times)).Append(parts[0]);
        if (parts.Length > 1)
        {
            var comma = parts[1].IndexOf(", ", StringComparison.Ordinal);
            var end = comma < 0 ? parts[1].Length : comma + 2;
            text.Append(Repeated(parts[1][..end], times)).Append(parts[1][end..]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Repeated(string piece, int times) => string.Concat(Enumerable.Range(0, times)
        .Select(n => piece.Replace("#", n.ToString(System.Globalization.CultureInfo.InvariantCulture),
            StringComparison.Ordinal)));

    private static byte[] Json(string task) => Encoding.UTF8.GetBytes(
        $"{{\"format\":1,\"name\":\"p\",\"file\":\"f\",\"folder\":\"/\",\"tasks\":[{task}]}}");
}
