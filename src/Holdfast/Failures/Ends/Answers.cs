namespace Holdfast.Failures.Ends;

/// <summary>
/// Exit codes other than 0 that are an answer: nothing to commit, no match, files differ, a plan with changes. In a run
/// the plan's author knows and writes it down; a record of unknown origin is judged by it.
/// </summary>
internal static class Answers
{
    /// <summary>Whether what a program printed makes its exit code an answer.</summary>
    internal static bool IsOne(FailureSignals signals) =>
        signals.Outcome is { ExitCode: { } code, EndedBy: EndedBy.Itself, HttpStatus: null }
        && (signals.Stderr.IsEmpty
            ? IsQuiet(signals.Tool, code, signals.Stdout.Span)
            : code == 1 && IsSaidAside(signals.Tool, signals.Stdout.Span, signals.Stderr.Span));

    private static bool IsQuiet(string? tool, int code, ReadOnlySpan<byte> stdout) => (tool, code) switch
    {
        // Where git fails it says so.
        ("git", 1) => stdout.IsEmpty || stdout.StartsWith("diff --git "u8)
            || stdout.IndexOf("nothing to commit"u8) >= 0 || stdout.IndexOf("nothing added to commit"u8) >= 0,
        ("grep" or "egrep" or "fgrep" or "zgrep" or "rg" or "ag" or "pgrep", 1) => stdout.IsEmpty,
        ("diff" or "cmp" or "sdiff" or "comm" or "colordiff", 1) => !stdout.IsEmpty,
        ("kubectl", 1) => stdout.StartsWith("diff -u"u8),
        ("jq", 1) => stdout.TrimEnd((byte)'\n').EndsWith("false"u8) || stdout.TrimEnd((byte)'\n').EndsWith("null"u8),
        ("npm" or "pnpm" or "yarn", 1) => stdout.StartsWith("Package "u8) && stdout.IndexOf(" Latest"u8) >= 0,
        ("terraform" or "tofu", 2) => stdout.IndexOf("\nPlan: "u8) >= 0,
        ("systemctl", 3) => stdout.StartsWith("inactive"u8),
        ("systemctl", 1) => stdout.StartsWith("disabled"u8),
        ("hg", 1) => stdout.IndexOf("nothing changed"u8) >= 0 || stdout.IndexOf("no changes found"u8) >= 0,
        ("dnf" or "yum", 100) => !stdout.IsEmpty,
        ("bundle" or "bundler", 1) => stdout.IndexOf("Outdated gems"u8) >= 0,
        _ => false,
    };

    /// <summary>An answer of which a word stands on standard error.</summary>
    private static bool IsSaidAside(string? tool, ReadOnlySpan<byte> stdout, ReadOnlySpan<byte> stderr) => tool switch
    {
        "git" => stderr.IndexOf(" is now empty"u8) >= 0 && stdout.IndexOf("nothing to commit"u8) >= 0,
        "cmp" => stderr.StartsWith("cmp: EOF on "u8),
        _ => false,
    };
}
