using System.Buffers;

namespace Holdfast.Plans;

/// <summary>What things may be called.</summary>
public static class PlanNames
{
    /// <summary>The longest name of a task or group.</summary>
    public const int MaxLength = 100;

    /// <summary>Variables that begin so are Holdfast's own.</summary>
    public const string ReservedPrefix = "HOLDFAST_";

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.");

    /// <summary>
    /// Whether a task or group may be called so: letters a to z in both cases, digits, <c>_</c>, <c>-</c>, <c>.</c>, at
    /// most 100, and not <c>.</c> or <c>..</c>. Brackets name instances of a fan-out.
    /// </summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= MaxLength && name is not ("." or "..") && !name.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>
    /// Whether an environment variable or a secret may be called so: letters, digits, <c>_</c>, no digit first.
    /// </summary>
    public static bool IsVariable(string name) => IsWord(name, hyphen: false);

    /// <summary>
    /// Whether a variable of the plan may be called so: as <see cref="IsVariable"/>, and <c>-</c> inside.
    /// </summary>
    public static bool IsPlanVariable(string name) => IsWord(name, hyphen: true);

    /// <summary>What is wrong with a name of a task or group, to follow the name; null when nothing is.</summary>
    public static string? Problem(string name)
    {
        if (IsName(name))
        {
            return null;
        }

        if (name.Length == 0)
        {
            return "is empty";
        }

        if (name is "." or "..")
        {
            return "would be a folder";
        }

        if (name.Length > MaxLength)
        {
            return $"has {name.Length} characters, and {MaxLength} is the limit";
        }

        var at = name.AsSpan().IndexOfAnyExcept(Allowed);
        var rune = System.Text.Rune.TryGetRuneAt(name, at, out var found) ? found.ToString() : "?";
        return name[at] switch
        {
            ' ' => "holds a space",
            '\n' or '\r' => "holds a line break",
            '\t' => "holds a tab",
            '[' or ']' => "holds a bracket, which names an instance of a fan-out",
            '/' or '\\' => $"holds '{rune}', which would make it a path",
            _ => $"holds '{Shown.Escape(rune)}'",
        };
    }

    private static bool IsWord(string name, bool hyphen)
    {
        if (name.Length is 0 or > MaxLength || char.IsAsciiDigit(name[0]) || name[0] == '-')
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_' && !(hyphen && c == '-'))
            {
                return false;
            }
        }

        return true;
    }
}
