using System.Reflection;
using System.Text;
using Holdfast.Failures;
using Holdfast.Failures.Scan;
using Holdfast.Failures.Scan.Triggers;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures;

/// <summary>Runs the examples and near misses of every built-in rule.</summary>
public sealed class RuleTests
{
    private static readonly List<FailureRule> Rules = BuiltInRules.Load(withExamples: true);

    [Fact]
    public void Ids_are_unique() => Assert.Equal(Rules.Count, Rules.Select(each => each.Id).Distinct().Count());

    /// <summary>A text of rules that nobody reads would be missed by no example of its own.</summary>
    [Fact]
    public void Every_text_of_rules_is_read()
    {
        var texts = typeof(BuiltInRules).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Rules", StringComparison.Ordinal))
            .Select(type => type.GetField("Text", BindingFlags.NonPublic | BindingFlags.Static)?.GetValue(null))
            .OfType<string>().ToList();
        var written = new List<FailureRule>();
        texts.ForEach(text => RuleText.Read("", text, false, written));
        Assert.Equal(written.Select(each => each.Id).Order(), Rules.Select(each => each.Id).Order());
    }

    // All rules in one test: a test of its own for each would cost more than what it does.
    [Fact]
    public void Examples_match_and_near_misses_do_not() => Assert.All(Rules, rule =>
    {
        Assert.True(rule.Examples.Count >= 2, $"{rule.Id} has {rule.Examples.Count} examples; two are the least");
        Assert.True(rule.NearMisses.Count >= 1, $"{rule.Id} has no near miss");
        Assert.All(rule.Examples, each => Assert.True(rule.Matches(each), $"{rule.Id} must match: {each}"));
        Assert.All(rule.NearMisses, each => Assert.False(rule.Matches(each), $"{rule.Id} must not match: {each}"));
    });

    [Fact]
    public void An_example_alone_on_stderr_yields_the_class_of_its_rule() =>
        Assert.All(Rules.Where(rule => !rule.Tools.Contains("agent-report")), rule => Assert.All(rule.Examples, each =>
        {
            var failure = FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { ExitCode = 1 },
                Tool = rule.Tools.Count == 0 ? null : rule.Tools[0],
                Stderr = TestData.Bytes(each),
                Now = TestData.Now,
            });
            Assert.True(
                failure?.Class == rule.Class,
                $"{each}\n  rule {rule.Id} ({rule.Class}) lost to {failure?.Evidence.Rule} ({failure?.Class})");
        }));

    /// <summary>The fast scan drops lines without a trigger, so no example of a strong rule may be without.</summary>
    [Fact]
    public void An_example_far_up_in_a_long_log_is_still_found()
    {
        var noise = string.Concat(Enumerable.Repeat("2026-11-20 copying part 17 to bucket\n", 400));
        Assert.All(Rules.Where(rule => rule.Weight >= LineJudge.LeastFarUp), rule =>
        {
            var triggers = new RuleBook([rule]).Scan.Value.Triggers;
            foreach (var example in rule.Examples)
            {
                var text = Encoding.UTF8.GetBytes(noise + example + "\n" + noise);
                var scan = new TriggerScan(triggers);
                scan.Begin();
                var at = scan.Next(text, 0);
                var lines = at < 0 ? -1 : text.AsSpan(0, at).Count((byte)'\n');
                Assert.True(lines == 400, $"{rule.Id} reads line {lines}, not: {example}");
                var start = text.AsSpan(0, at).LastIndexOf((byte)'\n') + 1;
                var behind = start + Encoding.UTF8.GetByteCount(example) + 1;
                Assert.Equal(-1, scan.Next(text, behind));
            }
        });
    }

    [Theory]
    [InlineData("id connection", "no head of a rule")]
    [InlineData("id nonsense 50", "no head of a rule")]
    [InlineData("id connection 500", "no head of a rule")]
    [InlineData("id connection 50 sometimes", "flag \"sometimes\"")]
    [InlineData("id connection 50\n: x\n:word", "no head of a rule")]
    [InlineData("id connection 50\n: x\n:", "no head of a rule")]
    [InlineData("id connection 50\n: x\nword", "no head of a rule")]
    [InlineData(": word", "before any rule")]
    [InlineData("id connection 50\n: ... word", "before its first word")]
    [InlineData("id connection 50\n: a ... b ... c ... d", "at most 2")]
    [InlineData("id connection 50\n: rate-limit", "not made of whole words")]
    [InlineData("id connection 50\n: error e#", "not made of whole words")]
    [InlineData("id connection 50\nother connection 50\n: x", "no pattern")]
    [InlineData("$ peer", "is no family")]
    [InlineData("$ peer + host", "names a family")]
    [InlineData("id connection 50\n: <peer> gone", "names a family")]
    [InlineData("id connection 50\n: <peer gone", "names a family")]
    public void A_broken_rule_is_named_with_its_line(string text, string expected)
    {
        var error = Assert.Throws<FormatException>(() => RuleText.Read("plan", text, true, []));
        Assert.Contains(expected, error.Message);
        Assert.StartsWith("plan:", error.Message);
    }

    [Fact]
    public void A_family_stands_for_its_words_in_patterns_and_in_what_forbids_them()
    {
        var rules = new List<FailureRule>();
        RuleText.Read("plan", """
            $ peer = server|host
            $ peer + broker
            $ calm = quiet
            id connection 50
            : <peer> is <peer>|<calm>
            ! no <peer>
            """, true, rules);
        Assert.Equal("server|host|broker is server|host|broker|quiet", rules[0].Patterns[0]);
        Assert.True(rules[0].Matches("the broker is quiet"));
        Assert.False(rules[0].Matches("the broker is quiet, no host"));
    }
}
