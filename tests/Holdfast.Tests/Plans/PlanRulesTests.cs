using System.Text;
using Holdfast.Failures;
using Holdfast.Plans;
using Holdfast.Tests.Failures;

namespace Holdfast.Tests.Plans;

/// <summary>A plan's own rules: read, checked, kept, and used before the built-in ones.</summary>
public sealed class PlanRulesTests : IDisposable
{
    private const string Tasks = "tasks: { a: { run: x } }\n";

    private const string Licence = """
        rules:
          - id: licence.none
            class: quota_exhausted
            match: [ no licence left, "licence server ... refused|denied" ]
            not-near: trial
            channel: stderr
            tools: [ simulator ]
            weight: 80
            transient: true
            remediation: free a seat
            examples: [ "simulator: no licence left (12 of 12)", licence server at lic-1 refused the request ]
            near-misses: [ no licence leftovers ]

        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdfast-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Rules_are_read_kept_in_the_resolved_plan_and_part_of_its_hash()
    {
        var plan = Load(Licence + Tasks).Plan!;
        var rule = Assert.Single(plan.Rules);
        Assert.Equal(("licence.none", FailureClass.QuotaExhausted, 80, "stderr", true, "free a seat"),
            (rule.Id, rule.Class, rule.Weight, rule.Channel, rule.Transient, rule.Remediation));
        Assert.Equal(["simulator"], rule.Tools);
        var json = PlanJson.Write(plan);
        var again = PlanJson.Read(json);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(PlanJson.Write(again)));
        var kept = Assert.Single(again.Rules);
        Assert.Equal(rule.Patterns, kept.Patterns);
        Assert.Equal(rule.Examples, kept.Examples);
        Assert.Equal(rule.NearMisses, kept.NearMisses);
        Assert.True(kept.Matches("no licence left") && !kept.Matches("no licence left in the trial"));
        Assert.NotEqual(PlanHash.OfPlan(Load(Tasks).Plan!), PlanHash.OfPlan(plan));
        Assert.Equal(PlanHash.OfPlan(plan), PlanHash.OfPlan(again));
    }

    [Theory]
    [InlineData("")]
    [InlineData("---\n# none yet\n\n")]
    public void A_file_without_rules_is_told_as_that_and_as_no_plan(string text)
    {
        var path = Path.Combine(_folder.FullName, "my.rules.yaml");
        File.WriteAllText(path, text);
        Assert.Null(RuleFile.Load(path, out var lines));
        Assert.Equal($"{path}:1:1: \"my.rules.yaml\" holds no rules; write a list of them, or leave the file out",
            Assert.Single(lines));
    }

    [Fact]
    public void Rules_stand_in_a_file_of_their_own_too_and_its_errors_name_that_file()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "my.rules.yaml"), Licence.Replace("rules:\n", ""));
        Assert.Equal("licence.none", Assert.Single(Load("rules: my.rules.yaml\n" + Tasks).Plan!.Rules).Id);
        File.WriteAllText(
            Path.Combine(_folder.FullName, "my.rules.yaml"), "\n\n- { id: a.b, class: nonsense, match: x }\n");
        Assert.Contains("my.rules.yaml:3:21: \"class\" cannot be \"nonsense\"",
            Lines("rules: my.rules.yaml\n" + Tasks));
        Assert.Contains("plan.yaml:1:8: the file of rules \"none.yaml\" does not exist; create it, or name another",
            Lines("rules: none.yaml\n" + Tasks));
        File.WriteAllText(Path.Combine(_folder.FullName, "my.rules.yaml"), "- [\n");
        Assert.Contains("my.rules.yaml:", Lines("rules: my.rules.yaml\n" + Tasks));
    }

    [Theory]
    [InlineData("{ id: a.b, class: auth, match: \"bad (token|key)\" }",
        "2:35: \"match\": \"bad (token|key)\" looks like a regular expression; a pattern is whole words")]
    [InlineData("{ id: a.b, class: auth, match: \"(a+)+$\" }", "looks like a regular expression")]
    [InlineData("{ id: a.b, class: auth, match: bad.*token }", "looks like a regular expression")]
    [InlineData("{ id: a.b, class: auth, match: /bad token/ }", "looks like a regular expression")]
    [InlineData("{ id: a.b, class: auth, match: ^bad }", "looks like a regular expression")]
    [InlineData("{ id: a.b, class: auth, match: rate-limit }", "2:35: \"match\": \"rate-limit\" is no pattern")]
    [InlineData("{ id: a.b, class: auth, match: \"50% off\" }", "\"50%\", which is no whole word")]
    [InlineData("{ id: a.b, class: auth, match: \"... lost\" }", "is no pattern")]
    [InlineData("{ id: a.b, class: auth, match: \"a ... b ... c ... d\" }", "at most 2 are allowed")]
    [InlineData("{ id: a.b, class: auth, match: [] }", "2:35: \"match\" is an empty list")]
    [InlineData("{ id: a.b, class: auth }", "2:4: a rule has no \"match\"; every rule has an id, a class and a match")]
    [InlineData("{ class: auth, match: x }", "2:4: a rule has no \"id\"")]
    [InlineData("{ id: a.b, class: atuh, match: x }",
        "2:22: \"class\" cannot be \"atuh\"; did you mean \"auth\"?")]
    [InlineData("{ id: a.b, class: circuit_open, match: x }", "\"class\" cannot be \"circuit_open\"")]
    [InlineData("{ id: crash.signal, class: crash, match: x }",
        "2:10: the id \"crash.signal\" is one of the built-in rules; choose another")]
    [InlineData("{ id: http.429, class: crash, match: x }", "the id \"http.429\" is one of the built-in rules")]
    [InlineData("{ id: a b, class: crash, match: x }", "2:10: the rule's id \"a b\"")]
    [InlineData("{ id: a.b, class: auth, match: x, weight: 101 }",
        "2:46: \"weight\" is \"101\"; write a whole number from 1 to 100")]
    [InlineData("{ id: a.b, class: auth, match: x, channel: stdin }", "2:47: \"channel\" cannot be \"stdin\"")]
    [InlineData("{ id: a.b, class: auth, match: x, transient: perhaps }",
        "\"transient\" is \"perhaps\"; write true or")]
    [InlineData("{ id: a.b, class: auth, match: x, exampels: [ x ] }",
        "2:38: a rule has no key \"exampels\"; did you mean \"examples\"?")]
    [InlineData("{ id: a.b, class: auth, match: bad token, examples: [ bad token, good token ] }",
        "2:69: the rule \"a.b\" does not match its example \"good token\"; correct \"match\", or the example")]
    [InlineData("{ id: a.b, class: auth, match: bad token, near-misses: [ a bad token ] }",
        "2:61: the rule \"a.b\" matches its near miss \"a bad token\"; narrow \"match\", or add to \"not-near\"")]
    [InlineData("{ id: a.b, class: auth, match: x, examples: [ \"x\\ny\" ] }", "has more than one line")]
    [InlineData("x", "2:4: \"rules\" is \"x\"; write a map such as")]
    public void A_bad_rule_is_told_with_its_place_and_the_cure(string rule, string told) =>
        Assert.Contains(told, Lines($"rules:\n - {rule}\n{Tasks}"));

    [Fact]
    public void An_id_that_is_there_twice_is_told_with_the_place_of_the_first() =>
        Assert.Contains("3:10: the rule \"a.b\" is there already, at 2:10; give each rule an id of its own",
            Lines("rules:\n - { id: a.b, class: auth, match: x }\n - { id: a.b, class: auth, match: y }\n" + Tasks));

    [Theory]
    [InlineData("rules: {}\n", "1:8: \"rules\" is an empty map; write a list of rules")]
    [InlineData("rules: ~\n", "\"rules\" is nothing")]
    public void What_is_no_list_of_rules_is_told(string head, string told) =>
        Assert.Contains(told, Lines(head + Tasks));

    [Fact]
    public void A_rule_without_examples_or_near_misses_is_a_warning_only()
    {
        var result = Load("rules:\n - { id: a.b, class: auth, match: x, examples: [ x ] }\n" + Tasks);
        Assert.NotNull(result.Plan);
        Assert.Contains("2:4: the rule \"a.b\" has no near-misses", Assert.Single(result.Warnings).ToString());
    }

    [Fact]
    public void Too_many_rules_are_refused() => Assert.Contains("there are 1001 rules, and 1000 is the limit",
        Lines("rules:\n" + string.Concat(Enumerable.Range(0, 1001)
            .Select(i => $" - {{ id: a.{i}, class: auth, match: x }}\n")) + Tasks));

    [Theory]
    [InlineData("fatal: HTTP 429 Too Many Requests\nno licence left", "licence.none")]
    [InlineData("no licence left\nfatal: HTTP 429 Too Many Requests", "licence.none")]
    [InlineData("no licence left in the trial\nfatal: HTTP 429 Too Many Requests", "limit.rate")]
    public void A_plans_own_rule_comes_before_the_built_in_ones(string output, string rule)
    {
        var own = Load(Licence + Tasks).Plan!.Rules;
        foreach (var noise in new[] { 0, 600 })
        {
            var failure = new FailureClassifier(own).Classify(new FailureSignals
            {
                Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
                Tool = "simulator",
                Stderr = TestData.Bytes(output + "\n" + string.Concat(Enumerable.Repeat("done with a part\n", noise))),
            });
            Assert.Equal(rule, failure!.Evidence.Rule);
        }
    }

    [Fact]
    public void A_rule_for_one_program_or_channel_says_nothing_of_others()
    {
        var classifier = new FailureClassifier(Load(Licence + Tasks).Plan!.Rules);
        var signals = new FailureSignals
        {
            Outcome = new Holdfast.Failures.Outcome { ExitCode = 1 },
            Tool = "simulator",
            Stderr = TestData.Bytes("no licence left"),
        };
        Assert.Equal("free a seat", classifier.Classify(signals)!.Evidence.Remediation);
        Assert.NotEqual("licence.none", classifier.Classify(signals with { Tool = "other" })!.Evidence.Rule);
        Assert.NotEqual("licence.none", classifier.Classify(signals with
        {
            Stderr = default,
            Stdout = signals.Stderr,
        })!.Evidence.Rule);
    }

    private PlanLoadResult Load(string yaml)
    {
        var path = Path.Combine(_folder.FullName, "plan.yaml");
        return PlanLoader.Parse(Encoding.UTF8.GetBytes(yaml), path);
    }

    private string Lines(string yaml) => string.Join('\n', Load(yaml).Lines());
}
