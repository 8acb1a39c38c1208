namespace Holdfast.Plans.Expressions;

/// <summary>Which shells read quotes the way that references are written for.</summary>
internal static class ShellFamily
{
    private static readonly string[] Known = ["sh", "dash", "bash", "ash", "ksh", "mksh", "zsh"];

    /// <summary>Whether a reference can be written into a script of this shell.</summary>
    /// <param name="shell">The shell's name or path, and its options.</param>
    public static bool TakesReferences(IReadOnlyList<string> shell)
    {
        var name = PathText.BaseName(shell[0]);
        return name == "busybox" ? shell.Count > 1 && Array.IndexOf(Known, shell[1]) >= 0
            : Array.IndexOf(Known, name) >= 0;
    }

    /// <summary>The shells that do, for messages.</summary>
    public static string Names => string.Join(", ", Known);

    /// <summary>Whether a word of a command reads an argument after <c>-c</c> or <c>-e</c> as code.</summary>
    public static bool IsInterpreter(ReadOnlySpan<char> word)
    {
        var name = word[(word.LastIndexOf('/') + 1)..];
        return name is "sh" or "dash" or "bash" or "ash" or "ksh" or "mksh" or "zsh" or "su" or "perl" or "ruby"
            or "node"
            || name.StartsWith("python");
    }
}
