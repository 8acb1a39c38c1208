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
        "tasks",
    ];

    public static readonly string[] PlanLater = ["runtimes", "budgets", "gates"];

    public static readonly string[] Task =
    [
        "run", "needs", "when", "shell", "cwd", "env", "secrets", "stdin", "for-each", "inputs", "outputs", "timeout",
        "no-progress", "retry", "effect", "target", "group", "adopt", "strays", "on-failure",
    ];

    public static readonly string[] TaskLater =
    [
        "runtime", "prompt", "http", "approval", "cache", "checkpoints", "suite", "worktree",
    ];

    public static readonly string[] Defaults = ["timeout", "no-progress", "retry", "shell", "env"];

    public static readonly string[] Notify = ["on", "run", "shell"];

    public static readonly string[] Group = ["max-parallel"];

    public static readonly string[] Secret = ["env", "file"];

    public static readonly string[] ForEach = ["file", "lines", "items", "max-parallel"];

    public static readonly string[] Retry = ["preset", "max-attempts"];

    public static readonly string[] RetryClass = ["retries", "base", "cap", "multiplier", "jitter"];

    public static readonly string[] Effect = ["reconcile"];
}
