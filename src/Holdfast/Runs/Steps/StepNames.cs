using System.Text;
using Holdfast.Idempotency;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps;

/// <summary>What may name a step, a scope and a run.</summary>
internal static class StepNames
{
    /// <summary>Most characters of one name.</summary>
    internal const int MaxChars = 200;

    /// <summary>Most characters of a name with those of its scopes.</summary>
    internal const int MaxScopedChars = 1_000;

    private const int ShownChars = 60;

    /// <summary>The name of a step within its scopes, checked.</summary>
    /// <exception cref="ArgumentException">It cannot be a name; says why.</exception>
    internal static string Scoped(string scope, string name)
    {
        Check(name);
        var scoped = scope.Length == 0 ? name : $"{scope}/{name}";
        return scoped.Length <= MaxScopedChars
            ? scoped
            : throw new ArgumentException(
                $"the name of step \"{Shown(name)}\" has {scoped.Length} characters with those of its scopes, and "
                    + $"{MaxScopedChars} are the most", nameof(name));
    }

    /// <summary>The scope of one item.</summary>
    /// <param name="scope">What the loop is in.</param>
    /// <param name="name">Of the loop.</param>
    /// <param name="label">Of the item.</param>
    /// <param name="place">Of the item in the list, from 1, for errors.</param>
    /// <exception cref="ArgumentException">The label cannot be one; says why.</exception>
    internal static string OfItem(string scope, string name, string? label, int place)
    {
        var loop = Scoped(scope, name);
        return WhyNoPart(label) is { } why
            ? throw new ArgumentException($"the label of item {place} of \"{loop}\"{why}", nameof(label))
            : $"{loop}[{label}]";
    }

    /// <exception cref="ArgumentException">It cannot be the id of a run; says why.</exception>
    internal static void CheckRunId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (!RunFolder.IsGoodId(id))
        {
            throw new ArgumentException(
                $"\"{Shown(id)}\" cannot be the id of a run, which names a folder: use 1 to 100 letters, digits, '-', "
                    + "'_' and '.', not beginning with '.' or '-', and not \"last\"", nameof(id));
        }
    }

    /// <summary>The id of a run that a step of another run is.</summary>
    internal static string ChildId(string runId, string step)
    {
        // A name with a point, or of a scope, would read like a child of a child.
        var plain = $"{runId}.{step}";
        if (RunFolder.IsGoodId(plain) && !step.Contains('.', StringComparison.Ordinal))
        {
            return plain;
        }

        // What cannot stand in an id is told by its hash; the rest of the name is for people.
        const int MaxParentChars = 40;
        var parent = runId.Length > MaxParentChars ? runId[..MaxParentChars] : runId;
        return $"{parent}.{UniqueKey.From(runId, step)[..16]}";
    }

    /// <summary>Why a text cannot be the whole name of a step; null if it can.</summary>
    internal static string? WhyNot(string scoped) =>
        string.IsNullOrWhiteSpace(scoped) ? "the name is empty"
        : scoped.Length > MaxScopedChars
            ? $"the name \"{Shown(scoped)}\" has {scoped.Length} characters, and {MaxScopedChars} are the most"
        : OddCharacter(scoped) is { } odd ? $"the name \"{Shown(scoped)}\" holds the character {odd}" : null;

    private static void Check(string? name)
    {
        if (WhyNoPart(name) is { } why)
        {
            var text = "the name of a step" + why;
            throw name is null
                ? new ArgumentNullException(nameof(name), text) : new ArgumentException(text, nameof(name));
        }
    }

    private static string? WhyNoPart(string? name) =>
        string.IsNullOrWhiteSpace(name)
            ? $" is {(name is null ? "null" : "empty")}; give it one that says what it does"
        : name.Length > MaxChars
            ? $", \"{Shown(name)}\", has {name.Length} characters, and {MaxChars} are the most"
        : OddCharacter(name) is { } odd
            ? $", \"{Shown(name)}\", holds the character {odd}; it must be one line of plain text"
        : null;

    private static string? OddCharacter(string name)
    {
        foreach (var c in name.EnumerateRunes())
        {
            if (Rune.IsControl(c) || c == Rune.ReplacementChar || c.Value is 0x2028 or 0x2029)
            {
                return $"U+{c.Value:X4}";
            }
        }

        return null;
    }

    // Shown in a message: short, and on one line.
    private static string Shown(string name)
    {
        var shown = new StringBuilder();
        foreach (var c in name)
        {
            if (shown.Length == ShownChars)
            {
                shown.Append('…');
                break;
            }

            shown.Append(char.IsControl(c) || char.IsSurrogate(c) ? '·' : c);
        }

        return shown.ToString();
    }
}
