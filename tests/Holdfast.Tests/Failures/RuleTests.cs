using Holdfast.Failures;
using Holdfast.Failures.Scan;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures;

/// <summary>Runs the examples and near misses of every built-in rule.</summary>
public sealed class RuleTests
{
    private static readonly List<FailureRule> Rules = BuiltInRules.Load(withExamples: true);

    public static TheoryData<string> Ids => [.. Rules.Select(each => each.Id)];

    public static TheoryData<string> StrongIds =>
        [.. Rules.Where(each => each.Weight >= LineJudge.LeastFarUp).Select(each => each.Id)];

    private static FailureRule Rule(string id) => Rules.Single(each => each.Id == id);

    [Fact]
    public void Ids_are_unique() => Assert.Equal(Rules.Count, Rules.Select(each => each.Id).Distinct().Count());

    [Theory]
    [MemberData(nameof(Ids))]
    public void Examples_match_and_near_misses_do_not(string id)
    {
        var rule = Rule(id);
        Assert.True(rule.Examples.Count >= 2, $"{id} has {rule.Examples.Count} examples; two are the least");
        Assert.True(rule.NearMisses.Count >= 1, $"{id} has no near miss");
        Assert.All(rule.Examples, each => Assert.True(rule.Matches(each), $"{id} must match: {each}"));
        Assert.All(rule.NearMisses, each => Assert.False(rule.Matches(each), $"{id} must not match: {each}"));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_example_alone_on_stderr_yields_the_class_of_its_rule(string id)
    {
        var rule = Rule(id);
        foreach (var example in rule.Examples)
        {
            if (rule.Tools.Contains("agent-report"))
            {
                continue;
            }

            var failure = FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { ExitCode = 1 },
                Tool = rule.Tools.Count == 0 ? null : rule.Tools[0],
                Stderr = TestData.Bytes(example),
                Now = TestData.Now,
            });
            Assert.True(
                failure?.Class == rule.Class,
                $"{example}\n  rule {id} ({rule.Class}) lost to {failure?.Evidence.Rule} ({failure?.Class})");
        }
    }

    /// <summary>The fast scan drops lines without a trigger, so no example of a strong rule may be without.</summary>
    [Theory]
    [MemberData(nameof(StrongIds))]
    public void An_example_far_up_in_a_long_log_is_still_found(string id)
    {
        var noise = string.Concat(Enumerable.Repeat("2026-11-20 copying part 17 to bucket\n", 400));
        var book = new RuleBook([Rule(id)]);
        foreach (var example in Rule(id).Examples)
        {
            var text = System.Text.Encoding.UTF8.GetBytes(noise + example + "\n" + noise);
            long lines = 0;
            var at = TriggerScan.Next(book.Scan.Value.Triggers, text, 0, ref lines);
            Assert.Equal(400, lines);
            var start = text.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
            lines = 0;
            var behind = start + System.Text.Encoding.UTF8.GetByteCount(example) + 1;
            Assert.Equal(-1, TriggerScan.Next(book.Scan.Value.Triggers, text, behind, ref lines));
        }
    }

    [Theory]
    [InlineData("id connection", "no head of a rule")]
    [InlineData("id nonsense 50", "no head of a rule")]
    [InlineData("id connection 500", "no head of a rule")]
    [InlineData("id connection 50 sometimes", "flag \"sometimes\"")]
    [InlineData(": word", "before any rule")]
    [InlineData("id connection 50\n: ... word", "before its first word")]
    [InlineData("id connection 50\n: a ... b ... c ... d", "at most 2")]
    [InlineData("id connection 50\n: rate-limit", "not made of whole words")]
    [InlineData("id connection 50\n: error e#", "not made of whole words")]
    [InlineData("id connection 50\nother connection 50\n: x", "no pattern")]
    public void A_broken_rule_is_named_with_its_line(string text, string expected)
    {
        var error = Assert.Throws<FormatException>(() => RuleText.Read("plan", text, true, []));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("plan:", error.Message);
    }
}
