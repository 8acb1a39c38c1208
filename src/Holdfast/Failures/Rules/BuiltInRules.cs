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
        RuleText.Read(nameof(NetworkRules), NetworkRules.Text, withExamples, rules);
        RuleText.Read(nameof(CauseRules), CauseRules.Text, withExamples, rules);
        RuleText.Read(nameof(AuthRules), AuthRules.Text, withExamples, rules);
        RuleText.Read(nameof(LimitRules), LimitRules.Text, withExamples, rules);
        RuleText.Read(nameof(AgentRules), AgentRules.Text, withExamples, rules);
        RuleText.Read(nameof(AgentReportRules), AgentReportRules.Text, withExamples, rules);
        RuleText.Read(nameof(FileRules), FileRules.Text, withExamples, rules);
        RuleText.Read(nameof(ContentionRules), ContentionRules.Text, withExamples, rules);
        RuleText.Read(nameof(BuildRules), BuildRules.Text, withExamples, rules);
        RuleText.Read(nameof(TestRules), TestRules.Text, withExamples, rules);
        RuleText.Read(nameof(CrashRules), CrashRules.Text, withExamples, rules);
        RuleText.Read(nameof(SourceRules), SourceRules.Text, withExamples, rules);
        RuleText.Read(nameof(InputRules), InputRules.Text, withExamples, rules);
        RuleText.Read(nameof(SqlRules), SqlRules.Text, withExamples, rules);
        RuleText.Read(nameof(StoreRules), StoreRules.Text, withExamples, rules);
        RuleText.Read(nameof(PowerShellRules), PowerShellRules.Text, withExamples, rules);
        RuleText.Read(nameof(ErrnoRules), ErrnoRules.Text, withExamples, rules);
        RuleText.Read(nameof(LocalRules), LocalRules.Text, withExamples, rules);
        RuleText.Read(nameof(TlsRules), TlsRules.Text, withExamples, rules);
        RuleText.Read(nameof(CloudRules), CloudRules.Text, withExamples, rules);
        RuleText.Read(nameof(PackageRules), PackageRules.Text, withExamples, rules);
        RuleText.Read(nameof(PackageFetchRules), PackageFetchRules.Text, withExamples, rules);
        RuleText.Read(nameof(UsageRules), UsageRules.Text, withExamples, rules);
        RuleText.Read(nameof(CompilerRules), CompilerRules.Text, withExamples, rules);
        RuleText.Read(nameof(RunTestsRules), RunTestsRules.Text, withExamples, rules);
        RuleText.Read(nameof(BugRules), BugRules.Text, withExamples, rules);
        RuleText.Read(nameof(SingleToolRules), SingleToolRules.Text, withExamples, rules);
        RuleText.Read(nameof(BuildScriptRules), BuildScriptRules.Text, withExamples, rules);
        RuleText.Read(nameof(OutcomeRules), OutcomeRules.Text, withExamples, rules);
        RuleText.Read(nameof(ProtocolRules), ProtocolRules.Text, withExamples, rules);
        RuleText.Read(nameof(RunnerRules), RunnerRules.Text, withExamples, rules);
        RuleText.Read(nameof(ModelRules), ModelRules.Text, withExamples, rules);
        RuleText.Read(nameof(SaidRules), SaidRules.Text, withExamples, rules);
        RuleText.Read(nameof(ToldRules), ToldRules.Text, withExamples, rules);
        RuleText.Read(nameof(ToldWorkRules), ToldWorkRules.Text, withExamples, rules);
        RuleText.Read(nameof(GenericRules), GenericRules.Text, withExamples, rules);
        RuleText.Read(nameof(GenericStateRules), GenericStateRules.Text, withExamples, rules);
        return rules;
    }
}
