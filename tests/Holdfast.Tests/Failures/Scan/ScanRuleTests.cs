using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Failures;
using Holdfast.Failures.Scan;
using Holdfast.Failures.Scan.Triggers;
using Holdfast.Failures.Text;
using static Holdfast.Tests.Failures.Scan.ScanOracle;

namespace Holdfast.Tests.Failures.Scan;

/// <summary>
/// What the scan looks for comes from the rules and from the code that reads lines; nothing may escape it.
/// </summary>
public sealed class ScanRuleTests
{
    private static readonly RuleBook Book = RuleBook.BuiltIn;

    [Fact]
    public void The_built_in_rules_all_have_a_word_to_look_for()
    {
        Assert.False(Book.Scan.Value.Triggers.ReadsAll);
    }

    [Theory]
    [InlineData("é è")]
    [InlineData("x*")]
    [InlineData("42")]
    [InlineData("*ung")]
    [InlineData("ab*")]
    [InlineData("can't")]
    [InlineData("_ foo")]
    public void Rules_of_any_kind_of_word_are_found_far_up(string pattern)
    {
        var rules = new List<FailureRule>();
        RuleText.Read("plan", $"own.rule crash 90\n: {pattern}\n", false, rules);
        var book = new RuleBook([.. rules, .. Book.Rules]);
        string[] lines = ["é è", "xyz", "42", "a 42 b", "Störung", "Nutzung", "abc", "can't", "can’t", "a foo"];
        foreach (var line in lines)
        {
            var log = Encoding.UTF8.GetBytes($"a\n{line}\n" + string.Concat(Enumerable.Repeat("ok\n", 400)));
            AssertSame(log, null, book);
        }
    }

    /// <summary>
    /// What the scan looks for is made from the rules, so no rule can be added that it does not find: each phrase,
    /// written out with every word that it allows, is found far up in a log and judged as by itself.
    /// </summary>
    [Theory]
    [MemberData(nameof(Quarters))]
    public void Every_phrase_of_every_rule_is_found_far_up(int quarter)
    {
        var tail = string.Concat(Enumerable.Repeat("ok\n", LineJudge.Settled));
        var rules = Book.Rules.Where(rule => rule.Weight >= LineJudge.LeastFarUp).ToList();
        Assert.True(rules.Count > 100, $"{rules.Count} rules");
        for (var i = quarter; i < rules.Count; i += 4)
        {
            foreach (var phrase in rules[i].Phrases)
            {
                var lines = string.Concat(Spelled(phrase).Select(line => line + "\n"));
                foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    Assert.True(TriggerFinds(line), $"{rules[i].Id} is not found in: {line}");
                }

                AssertSame(Encoding.UTF8.GetBytes(lines + tail), rules[i].Tools.Count > 0 ? rules[i].Tools[0] : null);
            }
        }
    }

    public static TheoryData<int> Quarters => [0, 1, 2, 3];

    /// <summary>A word that is read in the code and is missing in the list would be taken for any other word.</summary>
    [Theory]
    [InlineData("StatusInText.cs")]
    [InlineData("LineMarks.cs")]
    [InlineData("TokenLine.cs")]
    [InlineData("Phrase.cs")]
    public void Every_word_of_the_code_that_reads_lines_is_in_the_vocabulary(string file)
    {
        var known = LineVocabulary.CodeWords.ToHashSet();
        var source = File.ReadAllLines(
            Path.Combine(House.Repository.Root.FullName, "src", "Holdfast", "Failures", "Text", file))
            .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                && !line.Contains("$\"", StringComparison.Ordinal));
        var words = source.SelectMany(line => Regex.Matches(line, "\"((?:[^\"\\\\]|\\\\.)*)\""))
            .SelectMany(text => Regex.Matches(text.Groups[1].Value, "[A-Za-z]{2,}|^[0-9]$"))
            .Select(word => word.Value.ToLowerInvariant())
            .Where(word => word is not ("abcdefghijklmnopqrstuvwxyz" or "error" or "exception"))
            .ToList();
        Assert.True(words.Count > 10, $"{words.Count} words");
        Assert.All(words.Where(word => word is not "http_status"), each => Assert.Contains(each, known));
    }

    private static bool TriggerFinds(string line)
    {
        var scan = new TriggerScan(Book.Scan.Value.Triggers);
        scan.Begin();
        return scan.Next(Encoding.UTF8.GetBytes(line + "\n"), 0) >= 0;
    }

    /// <summary>Lines that a phrase matches, by its words: each word of each element stands in one of them.</summary>
    private static IEnumerable<string> Spelled(Phrase phrase)
    {
        var elements = phrase.Elements.ToArray();
        var most = elements.Max(static element => Math.Max(1, element.Words.Length));
        for (var turn = 0; turn < most; turn++)
        {
            var line = new StringBuilder();
            foreach (var element in elements)
            {
                var word = element.Words.Length == 0 ? "" : element.Words[turn % element.Words.Length];
                line.Append(element.Kind switch
                {
                    PhraseElementKind.Words => word + " ",
                    PhraseElementKind.Prefix => word + (turn % 2 == 0 ? "7 " : " "),
                    PhraseElementKind.Suffix => "some" + word + " ",
                    PhraseElementKind.Any => "zebra ",
                    PhraseElementKind.Gap => turn % 2 == 0 ? "one two 3 " : "",
                    PhraseElementKind.Number => "17 ",
                    PhraseElementKind.Position => "a.c:7: ",
                    PhraseElementKind.LineColumn => "a.c:12:7: ",
                    _ => "",
                });
            }

            yield return line.ToString();
        }
    }
}
