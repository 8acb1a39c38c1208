using Holdfast.Failures.Scan.Triggers;

namespace Holdfast.Failures.Scan;

/// <summary>All that the scan of long captures needs to know of some rules.</summary>
/// <param name="rules">The rules.</param>
/// <param name="own">How many of them, from the first on, count wherever a line stands.</param>
internal sealed class ScanTables(IReadOnlyList<FailureRule> rules, int own = 0)
{
    /// <summary>Words of which every phrase needs one.</summary>
    internal TriggerTable Triggers { get; } = new(rules, own);

    /// <summary>Words that can change what a line proves.</summary>
    internal LineVocabulary Vocabulary { get; } = new(rules, own);
}
