using System.Text;
using Holdfast.Failures;
using Holdfast.Failures.Scan;
using Holdfast.Failures.Scan.Triggers;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Scan;

/// <summary>
/// What makes the scan quick, told without a clock: lines that can prove nothing are not read, and of lines that differ
/// only in what means nothing one is judged. Reading more would give the same results, only later.
/// </summary>
public sealed class UnreadLinesTests
{
    private static readonly ScanTables Tables = RuleBook.BuiltIn.ScanFor(null);

    [Theory]
    [InlineData("2026-11-20 09:14:07 copied part 17 of the nightly bundle")]
    [InlineData("copied 429 parts to port 503 in line 404")]
    [InlineData("took 4290 ms and 42 s, 5031 in all")]
    [InlineData("GET https://x.test/a/b/c.json 200 12ms")]
    [InlineData("zebra (stripes) and (Zebra) cross")]
    [InlineData("zebra.Stripes and more: one")]
    [InlineData("a.Zebra b")]
    [InlineData("host:80: up")]
    [InlineData("mirror, aurora, taxi and scripts")]
    [InlineData("irritation, arrow, faucet, exits in sight, optical")]
    [InlineData("Test Suites: 0 failed, 59 passed, 416 total")]
    [InlineData("Build succeeded. 6083 Warning(s) 0 Error(s) in 00:12:07.5")]
    [InlineData("it's the zebra's")]
    [InlineData("Zebra::Stripes x")]
    [InlineData("(zebra")]
    [InlineData("zebra)")]
    [InlineData("_ __ ___ 0x1f 1a2b")]
    [InlineData("")]
    public void A_line_without_any_trigger_is_passed_over(string line)
    {
        for (var shift = 0; shift < 64; shift += 7)
        {
            var text = Encoding.UTF8.GetBytes($"{new string('y', shift)}\n{line}\n{new string('z', 80)}\n");
            Assert.Equal(-1, Next(text));
        }

        Assert.False(new TriggerScan(Tables.Triggers).Holds(Encoding.UTF8.GetBytes(line)));
    }

    [Fact]
    public void A_line_too_long_to_be_decided_as_it_stands_is_reported_by_its_start()
    {
        var longest = new string('y', LineText.MaxBytes);
        Assert.Equal(-1, Next(Encoding.UTF8.GetBytes($"a\n{longest}\nb\n")));
        Assert.Equal(2, Next(Encoding.UTF8.GetBytes($"a\n{longest}y\nb\n")));
        Assert.Equal(2, Next(Encoding.UTF8.GetBytes($"a\n{longest}y")));
        Assert.Equal(-1, Next(Encoding.UTF8.GetBytes($"a\n{longest}")));
        // It comes before a trigger in a line behind it.
        Assert.Equal(2, Next(Encoding.UTF8.GetBytes($"a\n{longest}y\nconnection refused\n")));
        Assert.False(new TriggerScan(Tables.Triggers).Holds(Encoding.UTF8.GetBytes(longest + longest)));
    }

    private static int Next(byte[] text)
    {
        var scan = new TriggerScan(Tables.Triggers);
        scan.Begin();
        return scan.Next(text, 0);
    }

    [Theory]
    [InlineData("copied part 17 of zebra", "copied part 4242 of stripes")]
    [InlineData("took 12 ms", "took 345 ms")]
    [InlineData("on 10:15:07 x", "on 10:15:08 x")]
    [InlineData("2026-11-20 10:15:07 copied", "2026-11-21 13:17:09 copied")]
    [InlineData("a 7 b", "a 42 b")]
    [InlineData("at 10:15:07 x", "at 10:15:7 x")]
    [InlineData("at 10:15:07.5: x", "at 10:15:7.5: x")]
    [InlineData("took 7 417 b", "took 77 417 b")]
    [InlineData("id 0x1f", "id 0x2e7")]
    [InlineData("id 1a2b3c4d", "id 9z")]
    [InlineData("at 1Z x", "at 12345Z x")]
    [InlineData("_zebra x", "_stripes x")]
    [InlineData("Zebra x", "Stripes x")]
    [InlineData("zebra x", "stripes x")]
    [InlineData("x 10.0.0.1:80", "x 10.0.0.2:81")]
    [InlineData("user zebra_crossing", "user stripes_of_it")]
    [InlineData("a Ezebr b", "a Estri b")]
    [InlineData("zebrastripeszebra x", "stripeszebrastripes x")]
    [InlineData("a v18 b", "a w18 b")]
    [InlineData("a 2299 b", "a 1299 b")]
    [InlineData("type 'zebra'", "type 'stripes'")]
    public void Lines_that_differ_in_what_means_nothing_are_judged_once(string one, string other) =>
        Assert.True(HaveOneShape(one, other));

    [Theory]
    [InlineData(" -7 b", " -42 b")]
    [InlineData("status 7 404 x", "status 42 404 x")]
    [InlineData("status 7 404 x", "status 7 7 404 x")]
    [InlineData("x 7 404 forbidden", "x 42 404 forbidden")]
    [InlineData("at a.c:15:07: x", "at a.c:15:7: x")]
    [InlineData("x 10:15:07: x", "x 1:15:07: x")]
    [InlineData("at 10:15:07) x", "at 10:15:7) x")]
    [InlineData("error 1 2299", "error 1 1299")]
    [InlineData("node js v18", "node js w18")]
    [InlineData("error 2299", "error 1299")]
    [InlineData("zebra x", "Zebra x")]
    [InlineData("zebra x", "_zebra x")]
    [InlineData("zebra x", "1ebra x")]
    [InlineData("id 0x1f", "id 1x1f")]
    [InlineData("at 1Z x", "at 1Y x")]
    [InlineData("zebra crossing", "zebra  crossing")]
    [InlineData("zebra crossing", "zebra-crossing")]
    [InlineData("status 429", "status 430")]
    [InlineData("connection refused", "connection zebra")]
    [InlineData("E1120 x", "E1121 x")]
    [InlineData("code: ZebraStripes", "code: StripesZebra")]
    [InlineData("zebra", "zebra stripes")]
    [InlineData("a b", "a c")]
    [InlineData("zebra's x", "zebro's x")]
    [InlineData("Àzebra x", "Àzebro x")]
    [InlineData("zebraÀ x", "zebroÀ x")]
    [InlineData("À'zebra x", "À'zebro x")]
    public void Lines_that_differ_in_what_may_mean_something_are_judged_each(string one, string other) =>
        Assert.False(HaveOneShape(one, other));

    [Fact]
    public void A_line_that_is_too_long_is_never_remembered()
    {
        var longest = new string('y', LineShapes.LongestLine);
        Assert.True(HaveOneShape(longest, longest));
        Assert.False(HaveOneShape(longest + "y", longest + "y"));
        Assert.False(HaveOneShape("", ""));
    }

    [Fact]
    public void A_control_byte_is_a_part_of_the_shape()
    {
        // Those that hide text or end a line never stand in one.
        foreach (var each in Enumerable.Range(1, ' ' - 2).Select(each => (char)each)
            .Where(each => !"\n\r\e".Contains(each) && !"\n\r\e".Contains((char)(each + 1))))
        {
            Assert.True(HaveOneShape($"a {each} zebra", $"a {each} stripes"));
            Assert.False(HaveOneShape($"a {each} zebra", $"a {(char)(each + 1)} zebra"));
            Assert.False(HaveOneShape($"a {each} zebra", "a zebra zebra"));
        }
    }

    [Fact]
    public void Many_shapes_are_remembered_and_what_a_line_proved_is_what_is_given_back()
    {
        var shapes = new LineShapes(Tables.Vocabulary);
        var kept = new List<(byte[] Line, Finding[] Findings)>();
        for (var i = 1; i <= 170; i++)
        {
            var line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("zebra,", i)));
            Assert.Null(shapes.Find(line));
            kept.Add((line, []));
            shapes.Keep(kept[^1].Findings);
        }

        var found = kept.Count(each => each.Findings == shapes.Find(each.Line));
        Assert.True(found >= 168, $"{found} of {kept.Count} are remembered");
    }

    private static bool HaveOneShape(string one, string other)
    {
        var shapes = new LineShapes(Tables.Vocabulary);
        Assert.Null(shapes.Find(Encoding.UTF8.GetBytes(one)));
        Finding[] findings = [];
        shapes.Keep(findings);
        return findings == shapes.Find(Encoding.UTF8.GetBytes(other));
    }
}
