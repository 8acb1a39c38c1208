namespace Holdfast.Failures;

/// <summary>
/// What an agent says in its last message of why its work is not done; that it is not is read by
/// <see cref="Reports.AgentReport"/>.
/// </summary>
internal static class AgentReportRules
{
    internal const string Text = """
        report.declined policy_denied 70
        @ agent-report
        : ^ i cannot|can't|won't|can’t help|assist|comply|fulfill|fulfil with|that|this|your
        : ^ sorry ... cannot|can't|can’t|unable|won't help|assist|comply|do
        : ^ i'm|i’m sorry but
        : ^ i am sorry but
        : ^ i must decline
        : ^ i'm|i’m not able to help|assist
        : ^ i am not able to help|assist
        ! before
        + I cannot help with that request, as it would involve creating malware.
        + Sorry, I can't assist with that.
        - I cannot see any other use of it.

        report.conflict merge_conflict 62
        @ agent-report
        : produced|hit|has|have|had|caused|with|are|were merge conflict|conflicts
        : produced|hit|caused|had conflicts in
        : conflict in
        : conflicts ... could not|i resolve
        : aborted the merge|rebase
        + Merging main produced conflicts in api.ts and db.ts.
        + I aborted the merge; the branch is unchanged.
        - The two names no longer clash.
        """;
}
