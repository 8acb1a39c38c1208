using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>The built-in rules, as text grouped by domain; see <see cref="RuleText"/> for the form.</summary>
internal static class BuiltInRules
{
    /// <summary>Reads all built-in rules.</summary>
    /// <param name="withExamples">True to keep examples and near misses, which only tests need.</param>
    internal static List<FailureRule> Load(bool withExamples)
    {
        var rules = new List<FailureRule>(384);
        RuleText.Read("network", NetworkRules.Text, withExamples, rules);
        RuleText.Read("auth", AuthRules.Text, withExamples, rules);
        RuleText.Read("limits", LimitRules.Text, withExamples, rules);
        RuleText.Read("agents", AgentRules.Text, withExamples, rules);
        RuleText.Read("agent-reports", AgentReportRules.Text, withExamples, rules);
        RuleText.Read("files", FileRules.Text, withExamples, rules);
        RuleText.Read("contention", ContentionRules.Text, withExamples, rules);
        RuleText.Read("builds", BuildRules.Text, withExamples, rules);
        RuleText.Read("tests", TestRules.Text, withExamples, rules);
        RuleText.Read("crashes", CrashRules.Text, withExamples, rules);
        RuleText.Read("sources", SourceRules.Text, withExamples, rules);
        RuleText.Read("inputs", InputRules.Text, withExamples, rules);
        RuleText.Read("sql", SqlRules.Text, withExamples, rules);
        RuleText.Read("stores", StoreRules.Text, withExamples, rules);
        RuleText.Read("powershell", PowerShellRules.Text, withExamples, rules);
        RuleText.Read("errno", ErrnoRules.Text, withExamples, rules);
        RuleText.Read("local", LocalRules.Text, withExamples, rules);
        RuleText.Read("tls", TlsRules.Text, withExamples, rules);
        RuleText.Read("clouds", CloudRules.Text, withExamples, rules);
        RuleText.Read("packages", PackageRules.Text, withExamples, rules);
        RuleText.Read("package-fetches", PackageFetchRules.Text, withExamples, rules);
        RuleText.Read("usage", UsageRules.Text, withExamples, rules);
        RuleText.Read("compilers", CompilerRules.Text, withExamples, rules);
        RuleText.Read("test-runs", RunTestsRules.Text, withExamples, rules);
        RuleText.Read("bugs", BugRules.Text, withExamples, rules);
        RuleText.Read("outcomes", OutcomeRules.Text, withExamples, rules);
        RuleText.Read("protocols", ProtocolRules.Text, withExamples, rules);
        RuleText.Read("runners", RunnerRules.Text, withExamples, rules);
        RuleText.Read("models", ModelRules.Text, withExamples, rules);
        RuleText.Read("generic", GenericRules.Text, withExamples, rules);
        RuleText.Read("generic-state", GenericStateRules.Text, withExamples, rules);
        return rules;
    }
}
