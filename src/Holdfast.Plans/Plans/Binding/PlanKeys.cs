namespace Holdfast.Plans.Binding;

/// <summary>
/// Every key that a plan can have. The schema and the reader are checked against these lists by tests; unknown keys are
/// compared with them for a suggestion.
/// </summary>
internal static class PlanKeys
{
    public static readonly string[] Plan =
    [
        "name", "defaults", "max-parallel", "max-wait", "deadline", "on-failure", "notify", "vars", "secrets", "groups",
        "runtimes", "rules", "tasks",
    ];

    public static readonly string[] PlanLater = ["budgets", "gates"];

    public static readonly string[] Task =
    [
        "run", "needs", "when", "shell", "cwd", "env", "secrets", "stdin", "for-each", "inputs", "outputs", "timeout",
        "no-progress", "retry", "effect", "target", "group", "adopt", "strays", "on-failure", "runtime", "prompt",
        "http", "approval", "merge", "checkpoints", "checkpoint-deadline", "worktree",
    ];

    public static readonly string[] TaskLater = ["cache", "suite"];

    public static readonly string[] Defaults = ["timeout", "no-progress", "retry", "shell", "env"];

    public static readonly string[] Notify = ["on", "run", "shell"];

    public static readonly string[] Group = ["max-parallel"];

    public static readonly string[] Rule =
    [
        "id", "class", "channel", "match", "not-near", "weight", "tools", "transient", "remediation", "examples",
        "near-misses",
    ];

    public static readonly string[] Secret = ["env", "file"];

    public static readonly string[] ForEach = ["file", "lines", "items", "max-parallel"];

    public static readonly string[] Retry = ["preset", "max-attempts"];

    public static readonly string[] RetryClass = ["retries", "base", "cap", "multiplier", "jitter"];

    public static readonly string[] Effect = ["reconcile"];

    public static readonly string[] AgentRuntime =
    [
        "kind", "flavor", "model", "permissions", "limits", "program", "args", "env", "run", "prompt",
        "checkpoint-lines", "secrets", "fallback", "breaker", "max-parallel",
    ];

    public static readonly string[] HttpRuntime =
    [
        "kind", "base", "headers", "redirects", "timeout", "secrets", "fallback", "breaker", "max-parallel",
    ];

    public static readonly string[] Breaker =
    [
        "failures", "recover-after", "probes", "successes", "max-recover", "ratio", "window", "minimum",
    ];

    public static readonly string[] Limits = ["cost", "tokens", "turns"];

    public static readonly string[] Http =
    [
        "runtime", "method", "path", "url", "query", "headers", "json", "body", "body-file", "expect", "output",
        "max-bytes",
    ];

    public static readonly string[] Expect = ["status", "json"];

    public static readonly string[] Approval = ["by", "timeout", "message"];

    public static readonly string[] Checkpoint = ["id", "verify", "commit"];
}
