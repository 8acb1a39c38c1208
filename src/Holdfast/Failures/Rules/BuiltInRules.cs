using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>The built-in rules, as text grouped by domain; see <see cref="RuleText"/> for the form.</summary>
internal static class BuiltInRules
{
    /// <summary>Reads all built-in rules.</summary>
    /// <param name="withExamples">True to keep examples and near misses, which only tests need.</param>
    internal static List<FailureRule> Load(bool withExamples)
    {
        var rules = new List<FailureRule>(256);
        RuleText.Read("network", NetworkRules.Text, withExamples, rules);
        RuleText.Read("auth", AuthRules.Text, withExamples, rules);
        RuleText.Read("limits", LimitRules.Text, withExamples, rules);
        RuleText.Read("agents", AgentRules.Text, withExamples, rules);
        RuleText.Read("files", FileRules.Text, withExamples, rules);
        RuleText.Read("contention", ContentionRules.Text, withExamples, rules);
        RuleText.Read("builds", BuildRules.Text, withExamples, rules);
        RuleText.Read("tests", TestRules.Text, withExamples, rules);
        RuleText.Read("crashes", CrashRules.Text, withExamples, rules);
        RuleText.Read("sources", SourceRules.Text, withExamples, rules);
        RuleText.Read("inputs", InputRules.Text, withExamples, rules);
        return rules;
    }
}
