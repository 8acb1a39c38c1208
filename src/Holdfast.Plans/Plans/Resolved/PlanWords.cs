using Holdfast.Failures;
using Holdfast.Plans.Binding;

namespace Holdfast.Plans;

/// <summary>The words of enums in files, both ways.</summary>
internal static class PlanWords
{
    public static readonly string[] NotifyEvents = ["waiting", "failed", "done"];

    public static readonly string[] Sources = ["files", "lines", "items"];

    public static readonly string[] Inherited = ["timeout", "no_progress", "retry", "shell", "env", "on_failure"];

    public static readonly string[] Effects = [.. PolicyBinder.Effects, "reconcile"];

    public static readonly string[] RuntimeKinds = ["agent", "http"];

    public static readonly string[] Flavors = ["opencode", "codex", "claude", "gemini", "kilo", "custom"];

    public static readonly string[] Permissions = ["read", "edit", "full"];

    public static readonly string[] Deliveries = ["stdin", "argument", "file"];

    public static string Of(AgentFlavor flavor) => Flavors[(int)flavor];

    public static string Of(FailureClass failure) => PolicyBinder.Classes[(int)failure];

    public static int Index(string[] words, string? word, string what)
    {
        var index = word is null ? -1 : Array.IndexOf(words, word);
        return index >= 0 ? index : throw new FormatException($"plan.json: {what} cannot be \"{word}\"; it was "
            + $"written by another version");
    }
}
