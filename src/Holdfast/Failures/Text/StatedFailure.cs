using Holdfast.Failures.Scan;

namespace Holdfast.Failures.Text;

/// <summary>
/// Says whether a line states that something went wrong, and does not merely name a topic. "compiling 41 modules",
/// "quota... ok" and "retry policy: max 3" are lines of every good log; "compiling failed" and "over quota" are not.
/// Plain words (<c>generic.*</c>) count only where a line states a failure.
/// </summary>
internal static class StatedFailure
{
    private const string Negations = """
        not no nothing never neither without cannot can't couldn't won't wouldn't isn't aren't wasn't doesn't don't
        didn't hasn't haven't unable can’t couldn’t doesn’t didn’t isn’t won’t
        """;

    private const string FailuresByAnyName = """
        fail failed fails failing failure failures error errors err errored fault faults fatal exception exceptions
        abort aborted aborting aborts crash crashed died dies dead panic panicked broken broke bad wrong problem
        problems trouble issue issues sorry incorrect illegal lost loses dumped segfault deadlocked deadlock undone
        """;

    private const string NotAsItMustBe = """
        invalid malformed corrupt corrupted garbled truncated unexpected unknown unsupported unrecognized
        unrecognised unresolved undefined unmet unsatisfied unsatisfiable uncaught unhandled unmatched unterminated
        unclosed unbalanced missing nonexistent mismatch mismatched duplicate ambiguous incompatible conflict
        conflicts conflicting premature dangling stale obsolete must required requires require needs need should
        expected expects specify please did
        """;

    private const string SaidNo = """
        denied refused refuses refusing rejected rejects forbidden prohibited disallowed blocked violates violation
        violations violated unauthorized unauthorised unauthenticated revoked expired inactive suspended disabled
        """;

    /// <summary>What is not there, or has no room or time left.</summary>
    private const string NotThereOrNothingLeft = """
        unavailable unreachable unhealthy overloaded offline disconnected dropped closed down gone busy locked held
        already stalled outage maintenance temporarily again timed gave giving waited took interrupted terminated
        killed stopped cancelled canceled cancelling canceling exceeded exceeds exceed exceeding exhausted
        insufficient full too over below above out reached throttled throttling limited slow another eof
        """;

    private static readonly HashSet<string> Stating =
        WordSet.Of(Negations, FailuresByAnyName, NotAsItMustBe, SaidNo, NotThereOrNothingLeft);

    /// <summary>Whether any word states a failure; counters that read nought and "no errors" do not.</summary>
    internal static bool Says(TokenLine line)
    {
        if (line.Mark == LineMark.Error)
        {
            return true;
        }

        var stating = Stating.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var i = 0; i < line.Count; i++)
        {
            if (stating.Contains(line[i]) && !IsNought(line, i) && !IsTopic(line, i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// "0 errors", "no failures", "failed: 0", and the "no" of "no errors" itself; in "failed: 0, errors: 2" the nought
    /// belongs to the first.
    /// </summary>
    private static bool IsNought(TokenLine line, int i)
    {
        var counted = IsCounted(line[i]);
        return (counted && i > 0 && line[i - 1] is "0" or "no" or "No" or "without" or "zero"
                && line.Before(i) is not [',', ..])
            || (counted && i + 1 < line.Count && line[i + 1] is "0" && line.After(i) is not [',', ..])
            || (line[i] is "no" or "No" or "without" && i + 1 < line.Count && IsCounted(line[i + 1]));
    }

    /// <summary>"error-report" and "failure-policy" are names of things; "not-found" and "timed-out" state.</summary>
    private static bool IsTopic(TokenLine line, int i) =>
        i + 1 < line.Count && line.After(i) is "-" && (IsCounted(line[i]) || line[i] is "exception" or "fault");

    private static bool IsCounted(ReadOnlySpan<char> word) =>
        word.StartsWith("error", StringComparison.OrdinalIgnoreCase)
        || word.StartsWith("fail", StringComparison.OrdinalIgnoreCase)
        || word.StartsWith("problem", StringComparison.OrdinalIgnoreCase)
        || word.StartsWith("issue", StringComparison.OrdinalIgnoreCase)
        || word.StartsWith("violation", StringComparison.OrdinalIgnoreCase)
        || word.StartsWith("conflict", StringComparison.OrdinalIgnoreCase);
}
